"""The end of a shift and the beginning of the next."""

from collections.abc import AsyncIterator

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.alerts.events import AlertAssigned
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.severity import Severity
from domain.triage.events import HandoverTaken, ShiftHandedOver
from domain.triage.handing_over import MOST_KEPT
from domain.triage.model import Handover
from tests.domain.triage.test_service import person, raised
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def test_a_shift_tells_what_is_open_and_who_has_it(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    minor, major = await raised(application, 'mast'), await raised(application, 'hub', Severity.MAJOR)
    later = await raised(application, 'lock')
    await application.triage.take(ana.actor(), major.id)
    await application.triage.snooze(ana.actor(), later.id, application.clock() + 60, 'works')
    given = await application.handovers.give(ana.actor(), 'the fibre is cut\r\n', bo.id)
    assert (given.by, given.name, given.note, given.open) == ('Ana', 'Bo', 'the fibre is cut', 3)
    assert [(one.id, one.state, one.has, one.seen_by, one.words) for one in given.alerts] == [
        (major.id, 'acknowledged', 'Ana', 'Ana', ''),
        (minor.id, 'open', '', '', ''),
        (later.id, 'snoozed', '', 'Ana', 'works'),
    ]
    assert [(one.note, one.open, one.to) for one in application.entries(ShiftHandedOver)] == [
        ('the fibre is cut', 3, 'Bo')
    ]


async def test_who_takes_a_shift_has_the_alerts_of_the_one_before(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    mine, other = await raised(application, 'hub'), await raised(application, 'mast')
    await application.triage.take(ana.actor(), mine.id)
    await application.triage.assign(application.actor, other.id, bo.id)
    given = await application.handovers.give(ana.actor())
    taken = await application.handovers.take(bo.actor(), given.id)
    assert (taken.taken_by, taken.taken_at) == ('Bo', application.clock())
    now = application.fleet[Alert]
    assert [(now[id].assigned_name, now[id].acknowledged_by) for id in (mine.id, other.id)] == [
        ('Bo', 'Ana'),
        ('Bo', None),
    ]
    assert [(one.of, one.alerts) for one in application.entries(HandoverTaken)] == [('Ana', 1)]
    assert application.entries(AlertAssigned)[-1].before == 'Ana'
    with pytest.raises(Conflict, match='Bo has taken it'):
        await application.handovers.take(ana.actor(), given.id)


async def test_who_may_not_answer_alerts_hands_nothing_over(application: RunningApplication) -> None:
    viewer = await person(application, 'Vic', Role.VIEWER)
    narrow = await person(application, 'Sue', scope=Scope({'site': ('south',)}, ()))
    for one in (viewer, narrow):
        with pytest.raises(NotAllowed):
            await application.handovers.give(one.actor())
    assert application.handovers.list(narrow.actor()) == []
    with pytest.raises(Invalid):
        await application.handovers.give(application.actor, person=viewer.id)
    given = await application.handovers.give(application.actor)
    with pytest.raises(Invalid, match='only a person'):
        await application.handovers.take(application.actor, given.id)
    with pytest.raises(NotFound):
        await application.handovers.take((await person(application, 'Ana')).actor(), 'nothing')


async def test_the_last_two_hundred_are_shown(application: RunningApplication) -> None:
    rows = [
        Handover(id=f'{n:03}', enterprise=application.enterprise, at=float(n), by='Ana', giver='a')
        for n in range(MOST_KEPT)
    ]

    def keep(tx: Transaction) -> None:
        for row in rows:
            tx.put(row)

    await application.transactor.transact(keep)
    newest = await application.handovers.give(application.actor)
    shown = application.handovers.list(application.actor)
    assert (len(shown), shown[0].id, shown[-1].id) == (MOST_KEPT, newest.id, '001')
