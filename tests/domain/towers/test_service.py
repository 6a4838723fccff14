"""Towers: said, asked, down, back, in maintenance; and what follows for alerts and devices."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.events import AlertCleared, AlertRaised
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.http import HttpTarget
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult, CheckState
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from domain.common.severity import Severity
from domain.devices.model import DeviceState
from domain.towers.cells import Cells
from domain.towers.events import (
    TowerCheckFailed,
    TowerNoted,
    TowerRestored,
    TowerRetired,
    TowerSaved,
    TowerStatusChanged,
)
from domain.towers.input import NewTower
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Cell, Tower, TowerStatus
from domain.towers.service import TowerService
from tests.fakes import RunningApplication, running_application

TCP = Check(id='', target=TcpTarget('10.0.0.1', 5060), max_attempts=3)
HTTP = Check(id='', target=HttpTarget('http://10.0.0.1/status'), max_attempts=3)


def cell(number: int, **more: Any) -> Cell:
    return Cell(**{'rat': Rat.LTE, 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': number, **more})


def on(number: int) -> Radio:
    return Radio(Rat.LTE, '204', '08', 4417, number)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def tower(application: RunningApplication, name: str = 'Mast', **more: Any) -> Tower:
    return await application.towers.add(application.actor, NewTower(name=name, **more))


async def change(application: RunningApplication, before: Tower, **more: Any) -> Tower:
    return await application.towers.change(
        application.actor, before.id, before.version, NewTower(name=before.name, **more)
    )


async def answer(application: RunningApplication, tower: Tower, *answers: bool, check: int = 0) -> TowerStatus:
    status = tower_state(application.fleet, tower.id).status
    for ok in answers:
        application.clock.tick(10)
        result = CheckResult(
            tower.id, tower.checks[check].id, application.clock(), ok, 4.2 if ok else None, '' if ok else 'refused'
        )
        status = await application.towers.record_check(application.enterprise, tower.id, result)
    return status


def alerts(application: RunningApplication) -> list[tuple[str, Severity]]:
    return [(alert.problem, alert.severity) for alert in application.fleet[Alert].values()]


async def crowd(application: RunningApplication, number: int, cell: int) -> None:
    for n in range(number):
        device = await application.device(f'crane-{n}')
        await application.check_in(device.id, radio=on(cell))


async def test_failures_are_soft_until_the_third_and_raise_no_alert(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,))
    assert await answer(application, mast, True) is TowerStatus.UP
    assert await answer(application, mast, False, False) is TowerStatus.DEGRADED
    assert alerts(application) == []
    assert [(entry.attempt, entry.most, entry.error) for entry in application.entries(TowerCheckFailed)] == [
        (1, 3, 'refused'),
        (2, 3, 'refused'),
    ]
    assert await answer(application, mast, True) is TowerStatus.UP


async def test_an_answer_with_a_flaw_degrades_the_tower_and_calls_a_person(application: RunningApplication) -> None:
    mast = await tower(application, checks=(HTTP,))
    for flaw, status in (('certificate is self-signed', TowerStatus.DEGRADED), ('', TowerStatus.UP)):
        result = CheckResult(mast.id, mast.checks[0].id, application.clock(), True, 4.2, flaw=flaw)
        assert await application.towers.record_check(application.enterprise, mast.id, result) is status
        assert alerts(application) == ([('Mast is degraded', Severity.MINOR)] if flaw else [])
    assert (
        application.entries(TowerStatusChanged)[0].because == 'HTTP http://10.0.0.1/status: certificate is self-signed'
    )
    assert application.entries(TowerCheckFailed) == []


async def test_the_third_failure_is_hard_the_tower_is_down_and_recovery_clears_the_alert(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP,))
    assert await answer(application, mast, True, False, False, False) is TowerStatus.DOWN
    down = application.clock()
    await answer(application, mast, False, False)
    assert alerts(application) == [('Mast is down', Severity.MAJOR)]
    assert tower_state(application.fleet, mast.id).since == down
    assert tower_state(application.fleet, mast.id).because == 'TCP 10.0.0.1:5060: refused'
    assert await answer(application, mast, True) is TowerStatus.UP
    assert alerts(application) == []
    assert len(application.entries(AlertRaised)) == 1
    assert application.entries(AlertCleared)[0].open_s == application.clock() - down
    statuses = [entry.after for entry in application.entries(TowerStatusChanged)]
    assert statuses == ['up', 'degraded', 'down', 'up']
    assert len(application.entries(TowerCheckFailed)) == 3


async def test_a_tower_of_which_one_check_fails_hard_is_degraded_with_a_minor_alert(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP, HTTP))
    await answer(application, mast, True)
    await answer(application, mast, True, check=1)
    assert await answer(application, mast, False, False, False, check=1) is TowerStatus.DEGRADED
    assert alerts(application) == [('Mast is degraded', Severity.MINOR)]
    assert await answer(application, mast, False, False, False) is TowerStatus.DOWN
    assert alerts(application) == [('Mast is down', Severity.MAJOR)]
    await application.towers.tell(application.enterprise)
    assert await answer(application, mast, True) is TowerStatus.DEGRADED
    assert alerts(application) == [('Mast is down', Severity.MAJOR)], 'it is not lowered while the tower comes back'
    assert len(application.entries(AlertRaised)) == 1  # one alert from the first hurt to the last


async def test_a_dead_tower_that_serves_many_is_critical_and_says_how_many(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await crowd(application, 20, 1)
    await answer(application, mast, False, False, False)
    (alert,) = application.fleet[Alert].values()
    assert (alert.severity, alert.devices) == (Severity.CRITICAL, 20)
    assert application.entries(TowerStatusChanged)[-1].devices == 20


async def test_a_dead_tower_that_serves_few_is_major(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await crowd(application, 19, 1)
    await answer(application, mast, False, False, False)
    assert alerts(application) == [('Mast is down', Severity.MAJOR)]


async def test_an_answer_to_a_check_that_was_dropped_is_refused(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,))
    await change(application, mast)
    with pytest.raises(NotFound):
        await answer(application, mast, True)


async def test_a_tower_that_is_not_asked_any_more_is_unknown_and_its_alert_ends(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP,))
    await answer(application, mast, False, False, False)
    await change(application, mast)
    assert tower_state(application.fleet, mast.id).status is TowerStatus.UNKNOWN
    assert alerts(application) == []


async def test_maintenance_silences_a_dead_tower_until_it_ends(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,))
    await answer(application, mast, False, False, False)
    mast = await change(application, mast, checks=mast.checks, maintenance_until=application.clock() + 3600)
    assert tower_state(application.fleet, mast.id).status is TowerStatus.MAINTENANCE
    assert alerts(application) == []
    application.clock.tick(3600)
    await application.towers.review_maintenance(application.enterprise)
    assert tower_state(application.fleet, mast.id).status is TowerStatus.DOWN
    assert alerts(application) == [('Mast is down', Severity.MAJOR)]


async def test_a_cell_belongs_to_one_tower(application: RunningApplication) -> None:
    await tower(application, 'One', cells=(cell(1), cell(2)))
    with pytest.raises(Conflict, match='belongs to One') as refused:
        await tower(application, 'Two', cells=(cell(3), cell(2)))
    assert refused.value.field == 'cells.1'
    with pytest.raises(Invalid, match='listed twice') as twice:
        await tower(application, 'Two', cells=(cell(3), cell(3)))
    assert twice.value.field == 'cells.1'


async def test_of_two_towers_that_claim_a_cell_at_once_one_gets_it(application: RunningApplication) -> None:
    answers = await asyncio.gather(
        *[tower(application, name, cells=(cell(1),)) for name in ('One', 'Two')], return_exceptions=True
    )
    assert isinstance(answers[1], Conflict)
    assert [row.name for row in application.fleet[Tower].values()] == ['One']


async def test_a_cell_can_change_hands_at_once(application: RunningApplication) -> None:
    one, two = await tower(application, 'One', cells=(cell(1),)), await tower(application, 'Two', cells=(cell(2),))
    await crowd(application, 1, 1)
    await asyncio.gather(change(application, one, cells=()), change(application, two, cells=(cell(2), cell(1))))
    assert application.fleet.index(Cells).tower_of(cell(1)) == two.id
    assert len(application.fleet.index(OnTower).devices(two.id)) == 1


async def test_a_new_cell_joins_the_devices_that_are_on_it_already(application: RunningApplication) -> None:
    await crowd(application, 2, 7)
    mast = await tower(application, cells=(cell(7),))
    assert len(application.fleet.index(OnTower).devices(mast.id)) == 2
    await change(application, mast, cells=())
    assert not application.fleet.index(OnTower).devices(mast.id)


async def test_backhaul_goes_up_and_never_round(application: RunningApplication) -> None:
    top = await tower(application, 'Top')
    middle = await tower(application, 'Middle', parent_id=top.id)
    low = await tower(application, 'Low', parent_id=middle.id)
    for parent in (top.id, middle.id, low.id):
        with pytest.raises(Invalid) as refused:
            await change(application, top, parent_id=parent)
        assert refused.value.field == 'parent_id'
    with pytest.raises(Invalid):
        await tower(application, 'Lost', parent_id='nobody')


async def test_two_towers_cannot_become_each_others_parent_at_once(application: RunningApplication) -> None:
    one, two = await tower(application, 'One'), await tower(application, 'Two')
    answers = await asyncio.gather(
        change(application, one, parent_id=two.id), change(application, two, parent_id=one.id), return_exceptions=True
    )
    assert isinstance(answers[1], Invalid)


async def test_a_tower_that_carries_others_cannot_be_retired(application: RunningApplication) -> None:
    top = await tower(application, 'Top')
    await tower(application, 'Low', parent_id=top.id)
    with pytest.raises(Conflict, match='backhaul of Low'):
        await application.towers.retire(application.actor, top.id, top.version)


async def test_a_tower_cannot_be_retired_while_another_is_put_below_it(application: RunningApplication) -> None:
    top = await tower(application, 'Top')
    answers = await asyncio.gather(
        tower(application, 'Low', parent_id=top.id),
        application.towers.retire(application.actor, top.id, top.version),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)


async def test_a_retired_tower_leaves_no_alert_and_its_devices_on_an_unlisted_cell(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await crowd(application, 3, 1)
    await answer(application, mast, False, False, False)
    await application.towers.retire(application.actor, mast.id, mast.version)
    assert alerts(application) == []
    assert not application.fleet.index(OnTower).devices(mast.id)
    assert {state.tower for state in application.fleet[DeviceState].values()} == {None}
    assert application.fleet.index(Cells).tower_of(cell(1)) is None
    assert [entry.subject.name for entry in application.entries(TowerRetired)] == ['Mast']


async def test_a_retired_tower_is_watched_again_with_its_devices_and_begins_as_unknown(
    application: RunningApplication,
) -> None:
    top = await tower(application, 'Top')
    mast = await tower(application, checks=(TCP,), cells=(cell(1),), parent_id=top.id)
    await crowd(application, 3, 1)
    await answer(application, mast, False, False, False)
    await application.towers.retire(application.actor, mast.id, mast.version)
    await application.towers.retire(application.actor, top.id, top.version)
    back = await application.towers.restore(application.actor, mast.id)
    assert (back.cells, back.parent, back.version) == (mast.cells, None, mast.version + 2)
    assert {state.tower for state in application.fleet[DeviceState].values()} == {mast.id}
    assert tower_state(application.fleet, mast.id).status is TowerStatus.UNKNOWN
    assert [entry.subject.name for entry in application.entries(TowerRestored)] == ['Mast']
    async with running_application(store=application.store, clock=application.clock) as later:
        assert tower_state(later.fleet, mast.id) == tower_state(application.fleet, mast.id)
        assert later.fleet[CheckState] == application.fleet[CheckState]
    assert await answer(application, back, False, False, False) is TowerStatus.DOWN
    with pytest.raises(Conflict, match='Mast is not retired'):
        await application.towers.restore(application.actor, mast.id)


async def test_a_tower_does_not_come_back_while_another_has_its_cell(application: RunningApplication) -> None:
    mast = await tower(application, cells=(cell(1),))
    await application.towers.retire(application.actor, mast.id, mast.version)
    await tower(application, 'Other', cells=(cell(1),))
    with pytest.raises(Conflict, match='belongs to Other'):
        await application.towers.restore(application.actor, mast.id)
    assert [row.name for row in application.fleet[Tower].values()] == ['Other']


async def test_a_note_on_a_tower_is_kept_once_and_is_no_edit(application: RunningApplication) -> None:
    mast = await tower(application)
    for _ in range(2):
        noted = await application.towers.note(application.actor, mast.id, 'the key is at the gate', key='k1')
    assert [note.text for note in noted.notes] == ['the key is at the gate']
    assert noted.version == mast.version
    assert [entry.text for entry in application.entries(TowerNoted)] == ['the key is at the gate']


async def test_an_edit_keeps_the_standing_of_checks_that_stay_and_is_journalled(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP,))
    await answer(application, mast, False, False, False)
    mast = await change(application, mast, checks=(replace(mast.checks[0], interval_s=60), HTTP), operator='Tel')
    assert tower_state(application.fleet, mast.id).status is TowerStatus.DEGRADED  # the new check has not answered yet
    assert application.entries(TowerSaved)[-1].changes['operator'] == ['', 'Tel']


async def test_a_check_is_listed_once(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,))
    with pytest.raises(Invalid) as refused:
        await change(application, mast, checks=(mast.checks[0], mast.checks[0]))
    assert refused.value.field == 'checks.1.id'


WRONG: list[tuple[str, dict[str, Any]]] = [
    ('name', {'name': ' '}),
    ('latitude', {'latitude': 90.1}),
    ('longitude', {'longitude': float('nan')}),
    ('longitude', {'latitude': 51.9}),
    ('latitude', {'longitude': 4.4}),
    ('cells.0.mcc', {'cells': (cell(1, mcc='20'),)}),
    ('cells.0.azimuth', {'cells': (cell(1, azimuth=361),)}),
    ('checks.0.host', {'checks': (replace(TCP, target=TcpTarget('', 5060)),)}),
    ('checks.0.host', {'checks': (replace(TCP, target=TcpTarget('http://10.0.0.1', 5060)),)}),
    ('checks.0.host', {'checks': (replace(TCP, target=TcpTarget('my tower', 5060)),)}),
    ('checks.0.port', {'checks': (replace(TCP, target=TcpTarget('10.0.0.1', 70000)),)}),
    ('checks.0.url', {'checks': (replace(HTTP, target=HttpTarget('ftp://x')),)}),
    ('checks.0.url', {'checks': (replace(HTTP, target=HttpTarget('http://[::1')),)}),
    ('checks.0.url', {'checks': (replace(HTTP, target=HttpTarget('http://host:99999/')),)}),
    ('checks.0.url', {'checks': (replace(HTTP, target=HttpTarget('http://me:secret@host/')),)}),
    ('checks.0.timeout_s', {'checks': (replace(HTTP, timeout_s=0.0),)}),
    ('checks.0.max_attempts', {'checks': (replace(HTTP, max_attempts=0),)}),
    ('checks.0.expect_status', {'checks': (replace(HTTP, target=HttpTarget('http://10.0.0.1/status', 99)),)}),
    ('cells', {'cells': tuple(cell(n) for n in range(257))}),
    ('checks', {'checks': (TCP,) * 33}),
]


@pytest.mark.parametrize(('field', 'said'), WRONG)
async def test_what_cannot_be_is_refused_by_its_field(
    application: RunningApplication, field: str, said: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        await tower(application, **said)
    assert refused.value.field == field


@pytest.mark.parametrize(('check', 'field'), [(TCP, 'checks.0.host'), (HTTP, 'checks.0.url')])
async def test_what_may_not_be_polled_is_refused_when_it_is_said(
    application: RunningApplication, check: Check, field: str
) -> None:
    strict = TowerService(
        transactor=application.transactor,
        reevaluation=application.reevaluator,
        store=application.store,
        refused=lambda host, act: f'{host} may not be {act}',
    )
    with pytest.raises(Invalid, match='may not be polled') as refused:
        await strict.add(application.actor, NewTower(name='Mast', checks=(check,)))
    assert refused.value.field == field
    before = await tower(application, checks=(check,))
    kept = NewTower(name='Mast', checks=before.checks, maintenance_until=application.clock() + 60)
    assert (
        await strict.change(application.actor, before.id, before.version, kept)
    ).maintenance_until == application.clock() + 60


async def test_a_save_that_says_nothing_new_leaves_no_trace(application: RunningApplication) -> None:
    mast = await tower(application, cells=(cell(1),), checks=(TCP,))
    same = await change(application, mast, cells=mast.cells, checks=mast.checks)
    assert (same, len(application.entries(TowerSaved))) == (mast, 1)


async def test_an_edit_of_an_older_version_is_stale(application: RunningApplication) -> None:
    mast = await tower(application)
    await change(application, mast, operator='Tel')
    with pytest.raises(Stale):
        await change(application, mast, operator='Other')


async def test_only_who_may_write_towers_does_and_only_their_own(application: RunningApplication) -> None:
    mast = await tower(application, cells=(cell(1),), checks=(TCP,))
    security = Actor(ActorKind.PERSON, 's', 'Sam', application.enterprise, PERMISSIONS[Role.SECURITY])
    with pytest.raises(NotAllowed):
        await application.towers.add(security, NewTower(name='x'))
    other = await application.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 'o', 'Ola', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        application.towers.change(stranger, mast.id, 1, NewTower(name='x')),
        application.towers.retire(stranger, mast.id, 1),
        application.towers.record_check(other.id, mast.id, CheckResult(mast.id, mast.checks[0].id, 0.0, True)),
    ):
        with pytest.raises(NotFound):
            await attempt
    theirs = await application.towers.add(stranger, NewTower(name='Theirs', cells=(cell(1),)))
    assert application.fleet.index(Cells).tower_of(cell(1)) == mast.id
    assert application.fleets.of(other.id).index(Cells).tower_of(cell(1)) == theirs.id
