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


async def test_a_person_acknowledges_by_the_session_and_in_their_own_name(console: Console) -> None:
    (alert,) = await _strange_cells(console.application, 1)
    await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_see('Unknown is not rogue')
    await console.user.should_see(marker='ask-acknowledge')
    answer = await console.client.post(f'/ui/try/alerts/{alert.id}/acknowledge', json={'comment': 'a test van of ours'})
    assert answer.status_code == 200
    kept = console.application.fleet[Alert][alert.id]
    assert (kept.acknowledged_by, kept.comment, kept.severity) == ('Ana', 'a test van of ours', Severity.MINOR)


async def test_a_viewer_acknowledges_nothing_even_by_a_forged_request(console: Console) -> None:
    (alert,) = await _strange_cells(console.application, 1)
    await console.sign_in(Role.VIEWER)
    await console.user.open(f'/alerts/{alert.id}')
    for marker in ('ask-acknowledge', 'unacknowledge', 'ask-comment'):
        await console.user.should_not_see(marker=marker)
    for action, body in (('acknowledge', {}), ('unacknowledge', None), ('comments', {'text': 'mine'})):
        answer = await console.client.post(f'/ui/try/alerts/{alert.id}/{action}', json=body)
        assert answer.status_code == 403
    now = console.application.fleet[Alert][alert.id]
    assert (now.acknowledged_at, now.comments) == (None, ())
    away = {'origin': 'https://evil.example'}
    assert (await console.client.post(f'/ui/try/alerts/{alert.id}/acknowledge', headers=away)).status_code == 403


async def test_a_cleared_alert_still_has_its_page(console: Console) -> None:
    application = console.application
    (alert,) = await _strange_cells(application, 1)
    await application.towers.add(application.actor, NewTower(name='Botlek', cells=(_cell(1000),)))
    await console.sign_in()
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_see('What is wrong')
    await console.missing('/alerts/01JX', 'alert')


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
