"""The operator's steps after an identity provider was moved or rebuilt."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.common.errors import Invalid, NotFound
from domain.sign_in.model import Identity
from tests.domain.people.test_identities import HARBOUR, ana, enter
from tests.fakes import RunningApplication, running_application
from ui.operator.operations import Operations


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


def identity(application: RunningApplication) -> Identity:
    (found,) = application.fleets.installation[Identity].values()
    return found


async def test_people_of_an_issuer_may_be_linked_anew_up_to_the_end_of_a_day(application: RunningApplication) -> None:
    await enter(application, ana('crew'))
    door, arguments = Operations(application), {'provider': 'harbour', 'issuer': HARBOUR.issuer}
    today = datetime.fromtimestamp(application.clock(), UTC).date()
    answer = await door.run('user relink', {**arguments, 'until': today.isoformat()})
    assert answer['people'] == 1
    end = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC).timestamp()
    assert identity(application).relink_until == end
    await door.run('user relink', {**arguments, 'until': ''})
    assert identity(application).relink_until is None


@pytest.mark.parametrize('until', ['tomorrow', '2026-13-01', '9999-12-31', '0001-01-01', '2020-01-01'])
async def test_a_day_that_is_none_or_too_far_away_is_refused_by_name(
    application: RunningApplication, until: str
) -> None:
    await enter(application, ana('crew'))
    with pytest.raises(Invalid) as refusal:
        await Operations(application).run(
            'user relink', {'provider': 'harbour', 'issuer': HARBOUR.issuer, 'until': until}
        )
    assert refusal.value.field == 'until'


async def test_an_operator_forgets_the_identity_of_one_person(application: RunningApplication) -> None:
    await enter(application, ana('crew'))
    answer = await Operations(application).run('user forget', {'email': 'Ana@harbour.example'})
    assert answer['email'] == 'ana@harbour.example'
    assert not application.fleets.installation[Identity]
    with pytest.raises(NotFound, match='no identity'):
        await Operations(application).run('user forget', {'email': 'ana@harbour.example'})
