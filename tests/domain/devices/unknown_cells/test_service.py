"""An unknown cell keeps who was on it, is judged by people, and its judgement decides what is raised."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.errors import Conflict, DomainError, Invalid, Stale
from domain.common.severity import Severity
from domain.devices.alerts import FOREIGN_NETWORK, UNKNOWN_CELL, forget_quiet_cells
from domain.devices.model import Device
from domain.devices.unknown_cells.model import KEPT_S, CellStanding, UnknownCell
from domain.devices.unknown_cells.review import review_unknown_cells
from domain.devices.unknown_cells.score import parts_of_score, score_of_cell
from domain.devices.unknown_cells.surroundings import last_seen_on, neighbours, rough_place, there_now
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication, running_application

DELFT, GOUDA = (52.0, 4.36), (52.01, 4.7)
OURS = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
OTHER = replace(OURS, cell_id=2)
STRANGE = replace(OURS, cell_id=666, rsrp=-95.0)
ABROAD = replace(OURS, mcc='901', mnc='70')
DAY = 86_400.0


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        for name, place, radio in (('Delft', DELFT, OURS), ('Gouda', GOUDA, OTHER)):
            cell = Cell(rat=radio.rat, mcc='204', mnc='08', tac=radio.tac, cell_id=radio.cell_id or 0)
            new = NewTower(name=name, cells=(cell,), latitude=place[0], longitude=place[1])
            await application.towers.add(application.actor, new)
        yield application


async def seen(application: RunningApplication, device: Device, *radios: Radio) -> None:
    for radio in radios:
        application.clock.tick(60)
        await application.check_in(device.id, radio=radio)


def only(application: RunningApplication) -> UnknownCell:
    (cell,) = application.fleet[UnknownCell].values()
    return cell


def alerts(application: RunningApplication) -> list[Alert]:
    return list(application.fleet[Alert].values())


async def review(application: RunningApplication) -> None:
    await application.transactor.transact(lambda tx: review_unknown_cells(tx, application.fleet))


async def test_who_was_on_it_when_and_how_strong_is_kept(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, STRANGE, OURS, replace(STRANGE, rsrp=-60.0))
    arrived = application.clock()
    await seen(application, device, replace(STRANGE, rsrp=-60.0))
    cell = only(application)
    (one,) = cell.sightings
    assert (cell.devices, cell.times, one.times) == (1, 2, 2)
    assert (one.weakest, one.strongest) == (-95.0, -60.0)
    assert one.last_at == arrived
    assert last_seen_on(application.fleet, cell) == {device.id: arrived + 60}
    assert there_now(application.fleet, cell) == [device.id]
    await seen(application, device, OURS)
    assert there_now(application.fleet, only(application)) == []
    assert only(application).sightings[0].last_at == arrived + 60, 'until it left'


async def test_its_score_adds_up_to_that_of_its_alert(application: RunningApplication) -> None:
    for number in range(7):
        strength = -60.0 if number == 2 else -95.0
        await seen(application, await application.device(f'crane-{number}'), OURS, replace(STRANGE, rsrp=strength))
        (alert,) = alerts(application)
        cell = only(application)
        parts = parts_of_score(cell, len(alert.witnesses))
        assert score_of_cell(cell, len(alert.witnesses)) == alert.score
        assert round(sum(part.points for part in parts), 2) == alert.score
    assert [part.words for part in parts][1:] == [
        '6 further devices told of it, 0.1 each',
        'No device can make it surer than 0.9',
    ]


async def test_its_place_is_between_the_towers_that_devices_came_from(application: RunningApplication) -> None:
    await seen(application, await application.device('a'), OURS, STRANGE)
    around = neighbours(application.fleet, only(application))
    assert [(one.tower.name, one.came, one.shares_area) for one in around] == [('Delft', 1, True), ('Gouda', 0, True)]
    place = rough_place(around)
    assert place is not None
    assert (place.latitude, place.longitude) == DELFT
    await seen(application, await application.device('b'), OTHER, STRANGE)
    place = rough_place(neighbours(application.fleet, only(application)))
    assert place is not None
    assert place.longitude == pytest.approx((4.36 + 4.7) / 2)
    assert 'came from' in place.because


async def test_a_trusted_cell_raises_nothing_until_its_trust_ends(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, STRANGE)
    (alert,) = alerts(application)
    until = application.clock() + DAY
    cell = await application.unknown_cells.judge(
        application.actor, only(application).id, CellStanding.TRUSTED, reason='a repeater of ours', until=until
    )
    assert alerts(application) == []
    kept = await application.store.get(Alert, application.actor.enterprise, alert.id)
    assert kept is not None
    assert kept.comments[-1].text == 'The cell is trusted: a repeater of ours'
    await seen(application, await application.device('other'), OURS, STRANGE)
    assert alerts(application) == []
    application.clock.tick(DAY)
    await seen(application, device, STRANGE)
    assert alerts(application) == [], 'nothing is asked of a check-in on the same cell'
    await review(application)
    (again,) = alerts(application)
    assert device.id in again.witnesses
    assert only(application).standing_at(application.clock()) is CellStanding.UNKNOWN
    assert only(application).times == cell.times + 1, 'to stay is not to come'


async def test_a_cell_that_people_call_false_is_critical_in_any_area(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, ABROAD)
    assert FOREIGN_NETWORK.is_of(*alerts(application))
    await application.unknown_cells.judge(
        application.actor, only(application).id, CellStanding.ROGUE, reason='seen at the gate'
    )
    (alert,) = alerts(application)
    assert UNKNOWN_CELL.is_of(alert)
    assert (alert.severity, alert.score) == (Severity.CRITICAL, 1.0)
    parts = parts_of_score(only(application), 1)
    assert round(sum(part.points for part in parts), 2) == 1.0
    assert 'says that it is a false one' in parts[-1].words
    await application.unknown_cells.judge(application.actor, only(application).id, CellStanding.UNKNOWN)
    (alert,) = alerts(application)
    assert FOREIGN_NETWORK.is_of(alert), 'what it was before is raised again'


async def test_an_open_alert_gets_worse_when_people_call_its_cell_false(application: RunningApplication) -> None:
    await seen(application, await application.device('crane'), OURS, STRANGE)
    (before,) = alerts(application)
    await application.unknown_cells.judge(
        application.actor, only(application).id, CellStanding.ROGUE, reason='seen at the gate'
    )
    (after,) = alerts(application)
    assert (after.id, after.severity, len(after.witnesses)) == (before.id, Severity.CRITICAL, 1)


async def test_what_people_say_of_a_cell_is_no_sighting_of_it(application: RunningApplication) -> None:
    await seen(application, await application.device('crane'), OURS, STRANGE)
    heard = application.clock()
    application.clock.tick(45)
    for standing, why in ((CellStanding.ROGUE, 'seen at the gate'), (CellStanding.UNKNOWN, '')):
        await application.unknown_cells.judge(application.actor, only(application).id, standing, reason=why)
        (sighting,) = only(application).sightings
        assert (only(application).last_at, sighting.last_at) == (heard, heard)


async def test_a_cell_that_is_listed_at_a_tower_is_no_alert_any_more(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, STRANGE)
    (tower,) = [one for one in application.fleet[Tower].values() if one.name == 'Gouda']
    cell = only(application)
    await application.unknown_cells.list_at(application.actor, cell.id, tower.id)
    assert [one.cell_id for one in application.fleet[Tower][tower.id].cells] == [2, 666]
    assert alerts(application) == []
    await application.transactor.transact(lambda tx: forget_quiet_cells(tx, application.fleet))
    with pytest.raises(Conflict, match='Gouda lists it already'):
        await application.unknown_cells.list_at(application.actor, cell.id, tower.id)


@pytest.mark.parametrize(
    ('standing', 'reason', 'until', 'field'),
    [
        (CellStanding.TRUSTED, '', DAY, 'reason'),
        (CellStanding.TRUSTED, 'x', None, 'until'),
        (CellStanding.TRUSTED, 'x', -1.0, 'until'),
        (CellStanding.TRUSTED, 'x', 400 * DAY, 'until'),
        (CellStanding.ROGUE, 'x', DAY, 'until'),
        (CellStanding.ROGUE, ' ', None, 'reason'),
    ],
)
async def test_what_people_say_has_a_reason_and_trust_an_end(
    application: RunningApplication, standing: CellStanding, reason: str, until: float | None, field: str
) -> None:
    await seen(application, await application.device('crane'), OURS, STRANGE)
    end = application.clock() + until if until is not None else None
    with pytest.raises(Invalid) as refused:
        await application.unknown_cells.judge(
            application.actor, only(application).id, standing, reason=reason, until=end
        )
    assert refused.value.field == field


async def test_an_edit_of_what_has_changed_is_refused(application: RunningApplication) -> None:
    await seen(application, await application.device('crane'), OURS, STRANGE)
    with pytest.raises(Stale):
        await application.unknown_cells.judge(
            application.actor, only(application).id, CellStanding.ROGUE, reason='x', version=7
        )


async def test_a_tower_that_is_not_there_is_named(application: RunningApplication) -> None:
    await seen(application, await application.device('crane'), OURS, STRANGE)
    with pytest.raises(DomainError) as refused:
        await application.unknown_cells.list_at(application.actor, only(application).id, 'nowhere')
    assert refused.value.field == 'tower_id'


async def test_how_strong_it_was_comes_from_the_kept_observations(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, STRANGE, replace(STRANGE, rsrp=-80.0), replace(STRANGE, rsrp=-60.0), OURS)
    found = await application.unknown_cells.spread(application.actor, only(application).id)
    assert (found.count, found.devices) == (3, 1)
    assert (found.weakest, found.middle, found.strongest) == (-95.0, -80.0, -60.0)


async def test_a_cell_that_nobody_was_on_for_long_is_forgotten_and_comes_back(application: RunningApplication) -> None:
    device = await application.device('crane')
    await seen(application, device, OURS, STRANGE, OURS)
    before = only(application)
    application.clock.tick(KEPT_S + 1)
    await review(application)
    assert application.fleet[UnknownCell] == {}
    await seen(application, device, STRANGE)
    assert only(application).id == before.id
