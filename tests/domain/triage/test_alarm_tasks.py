"""Tasks over several alerts: who reads which, how many fit in one, and that one is done once after a crash between its parts."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from domain.access.actors import ActorKind
from domain.access.permissions import Permission
from domain.access.scopes import Scope
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.triage import alarm_tasks
from domain.triage.alarm_tasks import TaskKind, TaskOrder
from domain.triage.events import AlarmTaskRun
from tests.domain.channels.channels import outage
from tests.fakes import RunningApplication, running_application

SEEN = TaskOrder(kind=TaskKind.COMMENT, words='seen', user='jsmit', system='umbrella')


@pytest_asyncio.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as running:
        yield running


async def alerts(application: RunningApplication, count: int = 2) -> list[Alert]:
    """Open ones."""
    for number in range(count):
        await outage(application, f'mast-{number}')
    return sorted(application.fleet[Alert].values(), key=lambda row: row.id)


async def test_each_alert_has_its_own_entry_and_the_task_one_that_names_who_asked(
    application: RunningApplication,
) -> None:
    rows = await alerts(application)
    task = await application.alarm_tasks.run(application.actor, SEEN, rows)
    assert (task.alerts, task.user, task.by) == (tuple(row.id for row in rows), 'jsmit', application.actor.name)
    assert [row.comments[-1].text for row in application.fleet[Alert].values()] == ['seen (for jsmit at umbrella)'] * 2
    (kept,) = application.entries(AlarmTaskRun)
    assert kept.actor == application.actor.reference
    assert await application.alarm_tasks.read(application.actor, TaskKind.COMMENT, task.subject.id) == kept


async def test_a_narrowed_role_reads_its_own_tasks(application: RunningApplication) -> None:
    task = await application.alarm_tasks.run(application.actor, SEEN, await alerts(application))
    narrowed = replace(application.actor, id='P2', kind=ActorKind.PERSON, scope=Scope(labels={'site': ('west',)}))
    assert await application.alarm_tasks.listed(narrowed, TaskKind.COMMENT, skip=0, limit=9) == ([], 0)
    with pytest.raises(NotFound):
        await application.alarm_tasks.read(narrowed, TaskKind.COMMENT, task.subject.id)
    whole = replace(narrowed, scope=Scope())
    assert (await application.alarm_tasks.listed(whole, TaskKind.COMMENT, skip=0, limit=9))[1] == 1


async def test_it_asks_the_permission_table(application: RunningApplication) -> None:
    rows = await alerts(application)
    reader = replace(application.actor, permissions=frozenset({Permission.ALERTS_READ}))
    with pytest.raises(NotAllowed):
        await application.alarm_tasks.run(reader, SEEN, rows)
    stranger = replace(application.actor, permissions=frozenset())
    with pytest.raises(NotAllowed):
        await application.alarm_tasks.listed(stranger, TaskKind.COMMENT, skip=0, limit=9)


async def test_more_than_one_task_takes_are_refused_before_anything_is_done(
    application: RunningApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_tasks, 'MOST_ALERTS', 1)
    rows = await alerts(application)
    with pytest.raises(Invalid, match='these are 2 alarms'):
        await application.alarm_tasks.run(application.actor, SEEN, rows)
    assert all(not row.comments for row in application.fleet[Alert].values())


async def test_after_a_crash_between_alerts_and_entry_the_same_key_ends_what_was_begun(
    application: RunningApplication,
) -> None:
    rows = await alerts(application)
    await application.alerts.comment(application.actor, rows[0].id, SEEN.signed, key='k1')  # and then the server died
    task = await application.alarm_tasks.run(application.actor, SEEN, rows, key='k1')
    assert len(task.alerts) == 2
    assert [len(row.comments) for row in application.fleet[Alert].values()] == [1, 1]
    assert await application.alarm_tasks.run(application.actor, SEEN, rows, key='k1') == task
    assert len(application.entries(AlarmTaskRun)) == 1


async def test_what_could_be_done_to_none_is_no_task(application: RunningApplication) -> None:
    rows = await alerts(application)
    with pytest.raises(Conflict, match='its cause is still there'):
        await application.alarm_tasks.run(application.actor, TaskOrder(kind=TaskKind.CLEAR), rows)
    assert application.entries(AlarmTaskRun) == []
