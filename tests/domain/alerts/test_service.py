"""What people do with alerts."""

from collections.abc import AsyncIterator

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.events import AlertAcknowledged
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.severity import Severity
from domain.devices.facts import Facts, Security
from domain.policies.input import NewPolicy
from tests.fakes import House, house

NEW = NewPolicy(name='Not rooted', rule='!device.security.rooted', severity=Severity.MAJOR)


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def raised(home: House) -> Alert:
    await home.policies.add(home.actor, NEW)
    device = await home.device()
    await home.check_in(device.id, facts=Facts(security=Security(rooted=True)))
    return next(iter(home.fleet.alerts.values()))


async def test_an_acknowledged_alert_stays_open_and_says_by_whom_and_why(home: House) -> None:
    alert = await raised(home)
    home.clock.tick(5)
    seen = await home.alerts.acknowledge(home.actor, alert.id, ' on my way\r\n')
    assert (seen.is_open, seen.acknowledged_by, seen.acknowledged_at, seen.comment) == (
        True,
        'test',
        home.clock(),
        'on my way',
    )
    assert [(entry.by, entry.comment) for entry in home.entries(AlertAcknowledged)] == [('test', 'on my way')]


async def test_an_alert_that_changes_stays_acknowledged(home: House) -> None:
    alert = await raised(home)
    await home.alerts.acknowledge(home.actor, alert.id)
    another = await home.device('another')
    await home.check_in(another.id, facts=Facts(security=Security(rooted=True)))
    now = home.fleet.alerts[alert.id]
    assert (now.devices, now.acknowledged_by) == (2, 'test')


async def test_acknowledging_twice_is_a_conflict_that_names_the_first(home: House) -> None:
    alert = await raised(home)
    await home.alerts.acknowledge(home.actor, alert.id)
    with pytest.raises(Conflict, match='already acknowledged by test'):
        await home.alerts.acknowledge(home.actor, alert.id)


async def test_a_hostile_comment_is_refused(home: House) -> None:
    alert = await raised(home)
    with pytest.raises(Invalid):
        await home.alerts.acknowledge(home.actor, alert.id, 'all good\u202e')


async def test_a_viewer_and_a_stranger_acknowledge_nothing(home: House) -> None:
    alert = await raised(home)
    viewer = Actor(ActorKind.PERSON, 'v', 'Vic', home.enterprise, PERMISSIONS[Role.VIEWER])
    with pytest.raises(NotAllowed):
        await home.alerts.acknowledge(viewer, alert.id)
    other = await home.enterprises.add('Other')
    with pytest.raises(NotFound):
        await home.alerts.acknowledge(Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN]), alert.id)
    assert home.fleet.alerts[alert.id].acknowledged_at is None
