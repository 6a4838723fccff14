"""The inbox: an alert is acknowledged with a comment, once, and only by who may."""

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.severity import Severity
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_one_alert_is_acknowledged_with_a_comment(console: Console) -> None:
    (alert,) = await _strange_cells(console.application, 1)
    await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_see('Unknown is not rogue')
    console.user.find(marker='ask-acknowledge').click()
    await console.user.should_see('Acknowledge this alert')
    console.user.find(marker='comment').type('a test van of ours')
    console.user.find(marker='acknowledge').click()
    await console.user.should_see('1 alert acknowledged')
    kept = console.application.fleet[Alert][alert.id]
    assert (kept.acknowledged_by, kept.comment, kept.severity) == ('Ana', 'a test van of ours', Severity.MINOR)


async def test_of_many_those_that_were_seen_to_meanwhile_are_left_alone(console: Console) -> None:
    application = console.application
    first, second = await _strange_cells(application, 2)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/alerts')
    _ask(console, 'bulk', first.id, second.id)
    await console.user.should_see('Acknowledge 2 alerts')
    await application.alerts.acknowledge(application.actor, first.id, 'mine')
    console.user.find(marker='acknowledge').click()
    await console.user.should_see('1 alert acknowledged; 1 had been seen to already')
    assert application.fleet[Alert][first.id].comment == 'mine'
    assert application.fleet[Alert][second.id].acknowledged_by == 'Ana'


async def test_a_viewer_acknowledges_nothing_even_by_a_forged_click(console: Console) -> None:
    (alert,) = await _strange_cells(console.application, 1)
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open('/alerts')
    console.becomes(person, Role.VIEWER)
    _ask(console, 'bulk', alert.id)
    await console.user.should_see('Acknowledge this alert')
    console.user.find(marker='acknowledge').click()
    await console.user.should_see('Not allowed')
    assert console.application.fleet[Alert][alert.id].acknowledged_at is None
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_not_see(marker='ask-acknowledge')


async def test_a_cleared_alert_still_has_its_page(console: Console) -> None:
    application = console.application
    (alert,) = await _strange_cells(application, 1)
    await application.towers.add(application.actor, NewTower(name='Botlek', cells=(_cell(1000),)))
    await console.sign_in()
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_see('What is wrong')
    await console.user.open('/alerts/01JX')
    await console.user.should_see('There is no such alert')


def _cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


async def _strange_cells(application: RunningApplication, count: int) -> list[Alert]:
    """Devices on cells that no tower lists, in an area where one of ours radiates."""
    await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=(_cell(1),)))
    for number in range(count):
        device = await application.device(f'phone-{number}')
        await application.check_in(device.id, radio=Radio(Rat.LTE, '204', '08', 4417, 1000 + number, rsrp=-100))
    await until(lambda: len(application.fleet[Alert]) == count)
    return list(application.fleet[Alert].values())


def _ask(console: Console, event: str, *ids: str) -> None:
    """What the table tells when a person acts on picked rows."""
    (table,) = console.user.find(marker='alerts').elements
    listener = next(one for one in table._event_listeners.values() if one.type == event)
    table._handle_event({'listener_id': listener.id, 'args': {'action': 'acknowledge', 'ids': list(ids)}})
