"""Who has an alert, whether it calls, and what it is a part of."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.access.scopes import Scope
from domain.accounts.model import Person, PersonKind
from domain.alerts.announcements import announcement_of
from domain.alerts.events import (
    AlertAcknowledged,
    AlertAssigned,
    AlertAttached,
    AlertDetached,
    AlertMarkedFalse,
    AlertRaised,
    AlertResumed,
    AlertSnoozed,
    AlertUnacknowledged,
)
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.devices.model import Device
from tests.domain.parts import there
from tests.fakes import MemoryStore, RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def raised(
    application: RunningApplication, name: str = 'crane-1', severity: Severity = Severity.MINOR, wait_s: float = 0
) -> Alert:
    """An open alert about a device of that name; about the same device it is the same one."""
    known = next((one for one in application.fleet[Device].values() if one.name == name), None)
    device = known or await application.device(name)
    return await application.transactor.transact(
        lambda tx: there(CLOCK.raise_for(tx, device, severity=severity, wait_s=wait_s))
    )


async def person(application: RunningApplication, name: str, role: Role = Role.OPERATOR, **more: object) -> Person:
    row = Person(
        id=f'01{name.upper()}',
        enterprise=application.enterprise,
        account='',
        email=f'{name.lower()}@x.test',
        name=name,
        role=role,
        created_at=application.clock(),
        **more,  # type: ignore[arg-type]
    )
    await application.transactor.transact(lambda tx: tx.put(row))
    return row


async def tick(application: RunningApplication, seconds: float) -> int:
    application.clock.tick(seconds)
    return await application.triage.resume(application.enterprise)


def now(application: RunningApplication, alert: Alert) -> Alert:
    return application.fleet[Alert][alert.id]


async def test_an_alert_is_assigned_to_who_can_answer_it_and_given_to_nobody_again(
    application: RunningApplication,
) -> None:
    alert, ana = await raised(application), await person(application, 'Ana')
    given = await application.triage.assign(application.actor, alert.id, ana.id)
    assert (given.assigned_to, given.assigned_name, given.assigned_at, given.assigned_by, given.calls) == (
        ana.id,
        'Ana',
        application.clock(),
        'test',
        True,  # until she says that she has it
    )
    free = await application.triage.assign(application.actor, alert.id, None)
    assert (free.assigned_to, free.assigned_name, free.assigned_at) == (None, '', None)
    assert [(one.name, one.before, one.by) for one in application.entries(AlertAssigned)] == [
        ('Ana', '', 'test'),
        ('', 'Ana', 'test'),
    ]


async def test_nobody_is_given_an_alert_who_could_do_nothing_with_it(application: RunningApplication) -> None:
    alert = await raised(application)
    viewer = await person(application, 'Vic', Role.VIEWER)
    away = await person(application, 'Ada', disabled_at=application.clock())
    program = await person(application, 'Bot', kind=PersonKind.SERVICE)
    south = await person(application, 'Sue', scope=Scope({'site': ('south',)}, ()))
    for one in (viewer.id, away.id, program.id, 'nobody'):
        with pytest.raises(Invalid, match='may answer alerts'):
            await application.triage.assign(application.actor, alert.id, one)
    with pytest.raises(Invalid, match='Sue does not see'):
        await application.triage.assign(application.actor, alert.id, south.id)
    vic = Actor(ActorKind.PERSON, viewer.id, 'Vic', application.enterprise, PERMISSIONS[Role.VIEWER])
    with pytest.raises(NotAllowed):
        await application.triage.take(vic, alert.id)


async def test_who_takes_an_alert_has_seen_it_and_takes_it_over_from_another(application: RunningApplication) -> None:
    alert = await raised(application)
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    taken = await application.triage.take(ana.actor(), alert.id)
    assert (taken.assigned_name, taken.acknowledged_by, taken.calls, taken.version) == ('Ana', 'Ana', False, 2)
    over = await application.triage.take(bo.actor(), alert.id)
    assert (over.assigned_name, over.acknowledged_by) == ('Bo', 'Ana')
    assert len(application.entries(AlertAcknowledged)) == 1
    back = await application.triage.release(bo.actor(), alert.id, ana.id)
    assert (back.assigned_name, back.acknowledged_by, back.calls) == ('Ana', None, True)
    with pytest.raises(Invalid, match='only a person'):
        await application.triage.take(application.actor, alert.id)


async def test_an_acknowledgement_with_an_end_waits_for_a_person_again(application: RunningApplication) -> None:
    alert = await raised(application)
    until = application.clock() + 3600
    for wrong in (application.clock(), application.clock() + 8 * 86_400):
        with pytest.raises(Invalid):
            await application.alerts.acknowledge(application.actor, alert.id, until=wrong)
    seen = await application.alerts.acknowledge(application.actor, alert.id, 'crew', until)
    assert (seen.acknowledged_until, application.entries(AlertAcknowledged)[0].until) == (until, until)
    assert (await tick(application, 3599), now(application, alert).calls) == (0, False)
    assert (await tick(application, 1), now(application, alert).calls) == (1, True)
    (told,) = application.entries(AlertResumed)
    assert (told.ended, told.of, told.by) == ('acknowledgement', 'test', '')
    assert announcement_of(told) is not None
    assert await tick(application, 1) == 0


async def test_a_snooze_ends_by_itself_also_after_a_restart(application: RunningApplication) -> None:
    store = MemoryStore()
    async with running_application(store=store) as first:
        alert = await raised(first)
        quiet = await first.triage.snooze(first.actor, alert.id, first.clock() + 600, 'works at the site')
        assert (quiet.calls, quiet.snoozed_by, quiet.snooze_reason, quiet.acknowledged_at) == (
            False,
            'test',
            'works at the site',
            None,
        )
        assert [one.reason for one in first.entries(AlertSnoozed)] == ['works at the site']
        clock = first.clock
    async with running_application(store=store, clock=clock) as second:
        assert await tick(second, 599) == 0
        assert await tick(second, 1) == 1
        assert now(second, alert).calls
        assert [one.ended for one in second.entries(AlertResumed)] == ['snooze']


@pytest.mark.parametrize('way', ['acknowledgement', 'snooze'])
async def test_a_clock_that_is_set_back_keeps_an_alert_quiet_for_no_longer(
    application: RunningApplication, way: str
) -> None:
    alert, until = await raised(application), application.clock() + 600
    if way == 'snooze':
        await application.triage.snooze(application.actor, alert.id, until)
    else:
        await application.alerts.acknowledge(application.actor, alert.id, until=until)
    application.clock.tick(60)
    application.clock.step(-3600)
    application.fleets.watch.look()
    assert (await tick(application, 539), now(application, alert).calls) == (0, False)
    assert (await tick(application, 1), now(application, alert).calls) == (1, True)


async def test_a_snooze_ends_when_it_gets_worse_and_when_a_person_says_so(application: RunningApplication) -> None:
    alert = await raised(application)
    await application.triage.snooze(application.actor, alert.id, application.clock() + 600)
    assert (await raised(application, severity=Severity.MAJOR)).calls
    await application.triage.snooze(application.actor, alert.id, application.clock() + 600)
    awake = await application.triage.wake(application.actor, alert.id)
    assert (awake.calls, awake.snoozed_until) == (True, None)
    (told,) = application.entries(AlertResumed)
    assert announcement_of(told) is None  # a person did it, who knows
    with pytest.raises(Conflict, match='not snoozed'):
        await application.triage.wake(application.actor, alert.id)
    await application.alerts.acknowledge(application.actor, alert.id)
    with pytest.raises(Conflict, match='already acknowledged by test'):
        await application.triage.snooze(application.actor, alert.id, application.clock() + 600)


async def test_what_nobody_was_told_of_ends_its_snooze_without_a_word(application: RunningApplication) -> None:
    alert = await raised(application, wait_s=9999)
    await application.triage.snooze(application.actor, alert.id, application.clock() + 60)
    assert await tick(application, 60) == 1
    (told,) = application.entries(AlertResumed)
    assert (told.quiet, announcement_of(told)) == (True, None)


async def test_a_false_alarm_calls_nobody_until_it_gets_worse(application: RunningApplication) -> None:
    alert = await raised(application)
    with pytest.raises(Invalid, match='say why'):
        await application.triage.mark_false(application.actor, alert.id, ' ')
    false = await application.triage.mark_false(application.actor, alert.id, 'a test of the crew')
    assert (false.is_open, false.calls, false.false_by, false.false_reason, false.comment) == (
        True,
        False,
        'test',
        'a test of the crew',
        'a test of the crew',
    )
    with pytest.raises(Conflict, match='test has marked it'):
        await application.triage.mark_false(application.actor, alert.id, 'again')
    true = await application.triage.unmark_false(application.actor, alert.id)
    assert (true.false_at, true.calls) == (None, True)  # the acknowledgement came with the mark
    with pytest.raises(Conflict, match='not marked'):
        await application.triage.unmark_false(application.actor, alert.id)
    await application.alerts.acknowledge(application.actor, alert.id, 'mine')
    application.clock.tick(1)
    await application.triage.mark_false(application.actor, alert.id, 'a test')
    assert (await application.triage.unmark_false(application.actor, alert.id)).comment == 'mine'
    await application.triage.mark_false(application.actor, alert.id, 'a test')
    worse = await raised(application, severity=Severity.CRITICAL)
    assert (worse.calls, worse.false_at) == (True, None)
    assert [one.taken_back for one in application.entries(AlertMarkedFalse)] == [False, True, False, True, False]


async def test_an_alert_is_a_part_of_another_by_hand_and_apart_again(application: RunningApplication) -> None:
    root, part = await raised(application, 'hub'), await raised(application, 'mast')
    merged = await application.triage.merge(application.actor, part.id, root.id)
    assert (merged.parent, merged.merged_by, merged.calls, now(application, root).children) == (
        root.id,
        'test',
        False,
        1,
    )
    for into, words in ((part.id, 'itself'), (root.id, 'a part of this one')):
        alert = part.id if into == part.id else root.id
        with pytest.raises(Invalid, match=words):
            await application.triage.merge(application.actor, alert, part.id)
    with pytest.raises(Conflict, match='already'):
        await application.triage.merge(application.actor, part.id, root.id)
    with pytest.raises(Invalid, match='no open alert'):
        await application.triage.merge(application.actor, part.id, 'nothing')
    apart = await application.triage.separate(application.actor, part.id)
    assert (apart.parent, apart.merged_by, apart.calls, now(application, root).children) == (None, '', True, 0)
    assert ([one.by for one in application.entries(AlertAttached)], len(application.entries(AlertDetached))) == (
        ['test'],
        1,
    )
    assert len(application.entries(AlertRaised)) == 2  # who had heard of it is not told twice
    with pytest.raises(Conflict, match='a part of no other'):
        await application.triage.separate(application.actor, part.id)


async def test_what_was_never_told_is_told_when_it_is_taken_apart(application: RunningApplication) -> None:
    root, part = await raised(application, 'hub'), await raised(application, 'mast', wait_s=9999)
    await application.triage.merge(application.actor, part.id, root.id)
    assert len(application.entries(AlertRaised)) == 1
    apart = await application.triage.separate(application.actor, part.id)
    assert (apart.calls, len(application.entries(AlertRaised))) == (True, 2)


async def test_what_is_sent_twice_under_one_key_is_done_once(application: RunningApplication) -> None:
    alert, ana = await raised(application), await person(application, 'Ana')
    for _ in range(2):
        taken = await application.triage.take(ana.actor(), alert.id, version=1, key='press')
    assert (taken.version, len(application.entries(AlertAssigned)), len(application.entries(AlertUnacknowledged))) == (
        2,
        1,
        0,
    )


async def test_what_another_enterprise_has_is_not_there(application: RunningApplication) -> None:
    alert = await raised(application)
    other = await application.enterprises.add('Other')
    sam = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    with pytest.raises(NotFound):
        await application.triage.snooze(sam, alert.id, application.clock() + 60)
    with pytest.raises(NotFound):
        await application.triage.merge(replace(sam), alert.id, alert.id)
