"""The report over the API."""

import pytest

from tests.domain.channels.channels import outage
from tests.ui.api.served import Served


async def test_a_program_reads_what_began_since_the_evening(served: Served) -> None:
    program = await served.program()
    await outage(served.application)
    report = await program.get('/report', zone='Europe/Amsterdam')
    assert report['headline'] == '1 other alert'
    assert report['since'] == '2027-01-14T21:00:00.000Z'
    assert [one['problem'] for one in report['other_alerts']] == ['Towers cannot be asked: one']
    later = await program.get('/report', since='2027-01-15T09:00:00Z')
    assert later['headline'] == 'nothing happened'


@pytest.mark.parametrize(
    ('name', 'value'), [('zone', 'Mars'), ('span', 'year'), ('since', '2026-11-30T10:00:00'), ('zone', 'x' * 65)]
)
async def test_what_no_report_is_of_is_refused(served: Served, name: str, value: str) -> None:
    program = await served.program()
    answer = await program.send('GET', '/report', params={name: value})
    assert answer.status_code in (400, 422), answer.text
