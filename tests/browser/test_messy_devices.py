"""Odd values and wrong clocks from the wire to the page: a device that talks is there, and where people look says what was wrong."""

import re
import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.console import Company, until

BEHIND = timedelta(hours=6)


def test_a_device_with_odd_values_and_a_clock_six_hours_behind_is_there_and_says_so(
    page: Page, company: Company
) -> None:
    company.add(
        'towers', name='Quay', cells=[{'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1714995}]
    )
    company.device('crane-1').check_in()
    device = company.device('crane-2', interval_s=5)
    radio = {'rat': 'lte', 'mcc': 204, 'mnc': 8, 'cell_id': 1714995, 'tac': 2147483647, 'rsrp': -90}
    facts = {'os': {'name': 'Android', 'patch_level': '2099-01-01'}, 'battery': {'level': 255}}

    def talk() -> float | None:
        moment = (datetime.now(UTC) - BEHIND).isoformat()
        body = {'sequence': next(device.sequence), 'observed_at': moment, 'facts': facts, 'radio': radio}
        answer = device.api.post('/checkins', json=body)
        assert answer.status_code == 200, answer.text
        assert {each['field'] for each in answer.json()['ignored']} == {'radio.tac', 'facts.battery.level'}
        found: float | None = company.get(f'/devices/{device.id}')['clock_offset_s']
        time.sleep(0.5 if found is None else 0)  # a device talks now and then: what is steady has to last
        return found

    offset = until(talk, 'the clock to be known')
    assert abs(offset + BEHIND.total_seconds()) < 5
    company.enter(page, device.path)
    expect(page.get_by_test_id('presence')).to_have_text('Online')
    expect(page.get_by_test_id('tower')).to_have_text('Quay')
    expect(page.get_by_test_id('odd')).to_have_text('Odd values')
    expect(page.get_by_test_id('clock')).to_have_text('clock 6 h behind')
    expect(page.get_by_test_id('odd-values')).to_contain_text(
        'radio.tac: must be between 0 and 65535 on LTE, is 2147483647'
    )
    expect(page.get_by_test_id('reported')).to_contain_text('implausible: in the future')
    expect(page.get_by_test_id('alerted')).to_contain_text('The clock of crane-2 is wrong')
    device.api.post('/checkins', json={'sequence': 9})
    expect(page.get_by_test_id('odd-values')).to_contain_text('observed_at: is missing')
    for query in ('odd=true', 'clock_wrong=true'):
        page.goto(f'{company.console.address}/devices?{query}')
        rows = page.get_by_test_id('devices').locator('tbody tr', has_text=re.compile('crane'))
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text('crane-2')
