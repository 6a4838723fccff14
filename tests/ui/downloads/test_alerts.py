"""Alerts as a file."""

import csv
import io

import pytest

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK, SIM_CHANGED
from tests.domain.parts import there
from tests.ui.conftest import Console


async def test_the_file_is_of_the_view_with_what_each_alert_was_at_its_worst(console: Console) -> None:
    application = console.application
    device = await application.device('=crane')

    async def raised(severity: Severity, devices: int) -> Alert:
        return await application.transactor.transact(
            lambda tx: there(CLOCK.raise_for(tx, device, severity=severity, devices=devices))
        )

    await raised(Severity.MAJOR, 9)
    await raised(Severity.MINOR, 2)
    application.clock.tick(74)
    await application.transactor.transact(lambda tx: CLOCK.clear_for(tx, device))
    await application.transactor.transact(lambda tx: there(SIM_CHANGED.raise_for(tx, device, severity=Severity.MAJOR)))
    await console.sign_in()
    assert [row['problem'] for row in await _rows(console)] == ['SIM changed'], 'as the page is without a filter'
    (row,) = await _rows(console, state='cleared', severity='major')
    assert (row['severity_at_worst'], row['devices_at_worst'], row['lasted_s'], row['state']) == (
        'major',
        '9',
        '74.0',
        'cleared',
    )
    assert row['object'] == "'=crane"
    assert len(await _rows(console, state='open,acknowledged,cleared')) == 2
    assert [len(await _rows(console, state=word)) for word in ('closed', 'all')] == [1, 2], 'as the API calls them'


@pytest.mark.parametrize(
    ('field', 'said'), [('since', 'yesterday'), ('state', 'gone'), ('severity', 'LOUD'), ('type', 'odd')]
)
async def test_what_finds_nothing_ever_is_refused_in_plain_words(console: Console, field: str, said: str) -> None:
    await console.sign_in()
    answer = await console.client.get('/ui/alerts.csv', params={field: said})
    assert (answer.status_code, answer.json()['field']) == (422, field)


async def _rows(console: Console, **query: str) -> list[dict[str, str]]:
    answer = await console.client.get('/ui/alerts.csv', params=query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode('utf-8-sig'))))
