"""A tower whose listener goes away and comes back, a resolver that forgets a name, radio gear with a certificate of its own."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.console import Company
from tests.browser.sites import cell, listening, on_cell, radio_gear, resolver, tcp_check
from tests.jobs.loopback import Authority


def test_a_tower_whose_listener_stops_goes_soft_then_down_and_comes_back(page: Page, company: Company) -> None:
    with listening() as port:
        tower = company.add(
            'towers', name='Europoort-West', cells=[cell(256)], checks=[tcp_check(port, max_attempts=4)]
        )
        cranes = [company.device(name) for name in ('crane-1', 'crane-2')]
        for crane in cranes:
            crane.check_in(radio=on_cell(256))
        company.add('towers', name='Maasvlakte', cells=[cell(512)])
        company.device('elsewhere').check_in(radio=on_cell(512))
        company.enter(page, f'/towers/{tower["id"]}')
        status, check = page.get_by_test_id('status'), page.get_by_test_id('checks').locator('[data-field=status]')
        served = page.get_by_test_id('devices').locator('tbody')
        expect(status).to_have_text('Up')
        expect(check).to_have_text('OK')
        page.evaluate('window.sameDocument = true')

    expect(status).to_have_text('Degraded')
    expect(check).to_contain_text('Retrying')
    expect(page.get_by_test_id('because').filter(visible=True)).to_have_text(
        re.compile(r'(refused|reset) \(attempt \d of 4\)')
    )
    expect(status).to_have_text('Down')
    expect(check).to_contain_text('Failing')
    expect(served).to_contain_text('crane-1')
    expect(served).to_contain_text('crane-2')
    expect(served).not_to_contain_text('elsewhere')
    expect(page.get_by_role('log')).to_contain_text('Down · 2 devices affected')
    expect(page.locator('.cw-nav .pill')).to_have_text('1')

    with listening(port):
        expect(status).to_have_text('Up')
        expect(check).to_have_text('OK')
        expect(page.get_by_role('log')).to_contain_text('Up again')
        for crane in cranes:  # the alert waits for them
            crane.check_in(radio=on_cell(256))
        expect(page.locator('.cw-nav .pill')).to_be_hidden()
    assert page.evaluate('window.sameDocument') is True


def test_a_check_of_a_resolver_is_typed_and_tells_what_the_resolver_says(page: Page, company: Company) -> None:
    tower = company.add('towers', name='Core-1')
    with resolver('10.20.0.7') as names:
        company.enter(page, f'/towers/{tower["id"]}/edit')
        page.get_by_test_id('add-check').click()
        row = page.get_by_test_id('check-row')
        row.get_by_test_id('check-kind').click()
        page.get_by_role('option', name='DNS').click()
        row.get_by_test_id('query_name').wait_for()  # until then a host would be typed into the row of the former kind
        typed = {'host': '127.0.0.1', 'port': names.server_address[1], 'query_name': 'mme.example', 'interval_s': 1}
        for name, value in {**typed, 'retry_interval_s': 1, 'max_attempts': 2, 'expect_address': '10.20.0.7'}.items():
            row.get_by_test_id(name).fill(str(value))
        page.get_by_test_id('save').click()
        checks = page.get_by_test_id('checks')
        expect(checks).to_contain_text('DNS mme.example A @127.0.0.1')
        expect(checks.locator('[data-field=status]')).to_have_text('OK')
        names.address = '10.20.0.9'
        expect(page.get_by_test_id('because').filter(visible=True)).to_contain_text('10.20.0.9, expected 10.20.0.7')
        names.address = ''
        expect(page.get_by_test_id('because').filter(visible=True)).to_contain_text('NXDOMAIN: there is no such name')
        expect(page.get_by_test_id('status')).to_have_text('Down')
        names.address = '10.20.0.7'
        expect(page.get_by_test_id('status')).to_have_text('Up')


def test_the_certificate_of_a_maker_is_shown_and_made_the_right_one(
    page: Page, company: Company, tmp_path: Path
) -> None:
    with radio_gear(Authority(tmp_path).server('maker.example', self_signed=True)) as gear:
        check = {'kind': 'http', 'url': f'https://127.0.0.1:{gear.server_address[1]}/', 'interval_s': 1, 'timeout_s': 5}
        tower = company.add('towers', name='Microwave-1', checks=[check])
        company.enter(page, f'/towers/{tower["id"]}')
        expect(page.get_by_test_id('status')).to_have_text('Degraded')
        expect(page.get_by_test_id('checks').locator('[data-field=status]')).to_have_text('Degraded')
        because = page.get_by_test_id('because').filter(visible=True)
        expect(because).to_contain_text('certificate is self-signed (SHA-256 ')
        found = re.search('[0-9a-f]{64}', because.inner_text())
        assert found is not None
        page.get_by_test_id('edit-tower').click()
        page.locator('input[data-testid=certificate_sha256]').fill(found[0].upper())
        page.get_by_test_id('save').click()
        expect(page.get_by_test_id('status')).to_have_text('Up')
        expect(page.get_by_test_id('checks')).to_contain_text('bends HTTP: a blank before the colon of Server')


def test_a_save_that_fails_leads_to_the_first_wrong_field(page: Page, company: Company) -> None:
    company.enter(page, '/towers/new')
    page.get_by_test_id('name').fill('Waalhaven')
    page.get_by_test_id('add-check').click()
    host = page.get_by_test_id('check-row').get_by_test_id('host')
    host.wait_for()
    page.get_by_test_id('save').click()
    expect(page.get_by_text('Not saved yet: the marked fields need you.')).to_be_visible()
    expect(host).to_be_focused()
    expect(host).to_have_attribute('aria-invalid', 'true')
    host.fill('169.254.169.254')
    page.get_by_test_id('check-row').get_by_test_id('port').fill('80')
    page.get_by_test_id('save').click()
    expect(page.get_by_test_id('check-row')).to_contain_text('The setting poll_allow of this console can allow it')
    expect(host).to_be_focused()
