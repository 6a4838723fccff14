"""What people do with alerts."""

from collections.abc import AsyncIterator

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.events import AlertAcknowledged, AlertWorsened
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.severity import Severity
from domain.devices.facts import Facts, Security
from domain.policies.input import NewPolicy
from tests.fakes import RunningApplication, running_application

NEW = NewPolicy(name='Not rooted', rule='!device.security.rooted', severity=Severity.MAJOR)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def raised(application: RunningApplication) -> Alert:
    await application.policies.add(application.actor, NEW)
    device = await application.device()
    await application.check_in(device.id, facts=Facts(security=Security(rooted=True)))
    return next(iter(application.fleet[Alert].values()))


async def test_an_acknowledged_alert_stays_open_and_says_by_whom_and_why(application: RunningApplication) -> None:
    alert = await raised(application)
    application.clock.tick(5)
    seen = await application.alerts.acknowledge(application.actor, alert.id, ' on my way\r\n')
    assert (seen.is_open, seen.acknowledged_by, seen.acknowledged_at, seen.comment) == (
        True,
        'test',
        application.clock(),
        'on my way',
    )
    assert [(entry.by, entry.comment) for entry in application.entries(AlertAcknowledged)] == [('test', 'on my way')]


async def test_an_alert_that_changes_a_little_stays_acknowledged(application: RunningApplication) -> None:
    alert = await raised(application)
    await application.alerts.acknowledge(application.actor, alert.id)
    another = await application.device('another')
    await application.check_in(another.id, facts=Facts(security=Security(rooted=True)))
    now = application.fleet[Alert][alert.id]
    assert (now.devices, now.acknowledged_by) == (2, 'test')


async def test_acknowledging_twice_is_a_conflict_that_names_the_first(application: RunningApplication) -> None:
    alert = await raised(application)
    await application.alerts.acknowledge(application.actor, alert.id)
    with pytest.raises(Conflict, match='already acknowledged by test'):
        await application.alerts.acknowledge(application.actor, alert.id)


async def test_a_hostile_comment_is_refused(application: RunningApplication) -> None:
    alert = await raised(application)
    with pytest.raises(Invalid):
        await application.alerts.acknowledge(application.actor, alert.id, 'all good\u202e')


async def test_a_viewer_and_a_stranger_acknowledge_nothing(application: RunningApplication) -> None:
    alert = await raised(application)
    viewer = Actor(ActorKind.PERSON, 'v', 'Vic', application.enterprise, PERMISSIONS[Role.VIEWER])
    with pytest.raises(NotAllowed):
        await application.alerts.acknowledge(viewer, alert.id)
    other = await application.enterprises.add('Other')
    with pytest.raises(NotFound):
        await application.alerts.acknowledge(
            Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN]), alert.id
        )
    assert application.fleet[Alert][alert.id].acknowledged_at is None


async def test_an_acknowledged_alert_that_hurts_many_more_is_open_again_and_says_who_had_seen_it(
    application: RunningApplication,
) -> None:
    alert = await raised(application)
    await application.alerts.acknowledge(application.actor, alert.id, 'one crane')
    for number in range(10):
        another = await application.device(f'another-{number}')
        await application.check_in(another.id, facts=Facts(security=Security(rooted=True)))
    now = application.fleet[Alert][alert.id]
    assert (now.devices, now.acknowledged_at, now.comment) == (11, None, '')
    assert [(one.by, one.comment) for one in now.acknowledgements] == [('test', 'one crane')]
    (told,) = application.entries(AlertWorsened)
    assert (told.devices_before, told.devices, told.acknowledged_by) == (1, 11, 'test')
    await application.alerts.acknowledge(application.actor, alert.id, 'all of them')
    assert application.fleet[Alert][alert.id].comment == 'all of them'
