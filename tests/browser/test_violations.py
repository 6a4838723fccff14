"""Across violations, devices and the menus of their pages: what a fleet owner looks for."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.console import Company, until


def test_who_breaks_what_is_filtered_linked_and_taken_away_as_a_file(
    page: Page, company: Company, tmp_path: Path
) -> None:
    company.add('policies', name='Charged', rule='device.battery.level >= 20.0', severity='major')
    for name, level in (('crane-1', 80), ('crane-2', 10)):
        company.device(name).check_in(facts={'battery': {'level': level}})
    until(lambda: company.get('/violations')['total'] or None, 'a violation')
    company.enter(page, '/violations')
    row = page.get_by_test_id('violations').get_by_role('row', name='crane-2')
    expect(row).to_contain_text('battery 10 %, at least 20')
    expect(row).to_contain_text('recorded only')
    page.get_by_role('button', name='Severity any').click()
    page.get_by_label('Major').check()
    page.keyboard.press('Escape')
    expect(row).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id('export').click()
    assert download.value.suggested_filename == 'violations-major.csv'
    download.value.save_as(tmp_path / 'file.csv')
    assert 'crane-2' in (tmp_path / 'file.csv').read_text('utf-8-sig')


def test_devices_that_violate_show_policy_value_and_since_when(page: Page, company: Company) -> None:
    company.add('policies', name='Charged', rule='device.battery.level >= 20.0')
    company.device('crane-2').check_in(facts={'battery': {'level': 10}})
    company.enter(page, '/devices')
    heads = page.get_by_test_id('devices').get_by_role('columnheader')
    expect(heads.filter(has_text='RSRP')).to_be_visible()
    expect(heads.filter(has_text='Policy')).to_have_count(0)
    page.get_by_role('button', name='Compliance any').click()
    page.get_by_label('Violating').check()
    page.keyboard.press('Escape')
    expect(heads.filter(has_text='RSRP')).to_have_count(0)
    row = page.get_by_test_id('devices').get_by_role('row', name='crane-2')
    expect(row.locator('[data-field=breaks]')).to_have_text('Charged')
    expect(row.locator('[data-field=breaks_value]')).to_contain_text('battery 10 %, at least 20')
    expect(row.locator('[data-field=breaks_since]')).to_contain_text(re.compile(r'\d+ s'))


def test_what_takes_something_away_waits_in_a_menu_that_the_keyboard_can_use(page: Page, company: Company) -> None:
    device = company.device('crane-1')
    device.check_in()
    company.enter(page, f'/devices/{device.id}')
    more, wipe = (
        page.get_by_role('button', name='More actions'),
        page.get_by_role('button', name='Wipe device…'),
    )
    expect(page.get_by_role('button', name='Edit device…')).to_be_visible()
    expect(wipe).to_be_hidden()
    more.press('Enter')
    expect(wipe).to_be_visible()
    page.keyboard.press('Escape')
    expect(wipe).to_be_hidden()
    expect(more).to_be_focused()
    more.press('Enter')
    wipe.click()
    expect(page.get_by_role('dialog')).to_contain_text('crane-1')
    expect(wipe).to_be_hidden()
