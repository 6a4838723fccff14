"""A sign-in never leaves an enterprise without an administrator; whom else the groups let go, goes."""

from collections.abc import AsyncIterator

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.people.events import AdministratorKept, PersonRemoved
from domain.sign_in.events import SessionEnded
from domain.sign_in.providers import ProviderFailure
from tests.domain.people.test_identities import PASSWORD, ana, enter, refused, role
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


@pytest.mark.parametrize('groups', [(), ('canteen',), ('crew',)], ids=['none', 'another', 'a lesser one'])
async def test_the_last_administrator_stays_one_and_the_trail_says_so(
    application: RunningApplication, groups: tuple[str, ...]
) -> None:
    sessions = [await enter(application, ana('chiefs')) for _ in range(2)]
    again = await enter(application, ana(*groups))
    assert [role(application, each) for each in (*sessions, again)] == [Role.ADMIN] * 3
    (kept,) = application.entries(AdministratorKept)
    assert (kept.subject.name, kept.provider) == ('Ana', 'Harbour SSO')
    assert kept.actor == f'person/{kept.subject.id}', 'which makes it part of the audit trail'
    assert not application.entries(PersonRemoved)
    assert not application.entries(SessionEnded)


async def test_once_there_is_another_administrator_the_groups_decide_again(application: RunningApplication) -> None:
    await enter(application, ana('chiefs'))
    await enter(application, ana())
    await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.ADMIN, PASSWORD)
    assert await refused(application, ana()) is ProviderFailure.NO_MATCH
    assert [person.name for person in application.fleet[Person].values()] == ['Bo']


async def test_a_suspended_administrator_is_none_to_count_on(application: RunningApplication) -> None:
    await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.ADMIN, PASSWORD)
    await enter(application, ana('chiefs'))
    await application.operator.suspend(application.operator.account('bo@harbour.example'))
    assert role(application, await enter(application, ana())) is Role.ADMIN
