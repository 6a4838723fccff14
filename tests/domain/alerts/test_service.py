"""What people do with alerts."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.events import AlertAcknowledged, AlertCommented, AlertUnacknowledged, AlertWorsened
from domain.alerts.model import Alert
from domain.alerts.service import MOST_COMMENTS
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
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


async def test_an_acknowledgement_is_taken_back_once(application: RunningApplication) -> None:
    alert = await raised(application)
    with pytest.raises(Conflict, match='not acknowledged'):
        await application.alerts.unacknowledge(application.actor, alert.id)
    await application.alerts.acknowledge(application.actor, alert.id, 'mine')
    again = await application.alerts.unacknowledge(application.actor, alert.id)
    assert (again.acknowledged_at, again.acknowledged_by, again.comment) == (None, None, '')
    (entry,) = application.entries(AlertUnacknowledged)
    assert (entry.by, entry.acknowledged_by, entry.actor) == ('test', 'test', application.actor.reference)
    await application.alerts.acknowledge(application.actor, alert.id, 'after all')


async def test_what_is_sent_twice_under_one_key_is_done_once(application: RunningApplication) -> None:
    alert = await raised(application)
    for _ in range(2):
        said = await application.alerts.comment(application.actor, alert.id, 'fibre is cut', version=1, key='one')
    assert [one.text for one in said.comments] == ['fibre is cut']
    for _ in range(2):
        said = await application.alerts.acknowledge(application.actor, alert.id, version=2, key='two')
    assert (said.version, len(application.entries(AlertCommented)), len(application.entries(AlertAcknowledged))) == (
        3,
        1,
        1,
    )
    other = replace(application.actor, id='another')
    with pytest.raises(Conflict):  # the key of one person is not that of another
        await application.alerts.acknowledge(other, alert.id, key='two')


async def test_who_has_seen_an_older_version_is_refused(application: RunningApplication) -> None:
    alert = await raised(application)
    await application.alerts.comment(application.actor, alert.id, 'look here')
    with pytest.raises(Stale):
        await application.alerts.acknowledge(application.actor, alert.id, version=1)
    assert application.fleet[Alert][alert.id].acknowledged_at is None


async def test_comments_are_words_and_the_newest_fifty_are_kept(application: RunningApplication) -> None:
    alert = await raised(application)
    with pytest.raises(Invalid, match='write something'):
        await application.alerts.comment(application.actor, alert.id, ' \n ')
    for number in range(MOST_COMMENTS + 2):
        said = await application.alerts.comment(application.actor, alert.id, f'word {number}')
    assert [one.text for one in said.comments][::49] == ['word 2', 'word 51']
