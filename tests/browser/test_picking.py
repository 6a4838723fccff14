"""Rows are picked, over pages and as a whole list, and the menus say what a filter would find."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import Company, Console
from tests.browser.sites import on_cell

SIZE = 50


@pytest.fixture(scope='module')
def fleet(console: Console) -> Company:
    """More devices than a page holds; two of them have checked in."""
    company = console.company('Picking')
    for number in range(SIZE + 3):
        device = company.device(f'crane-{number}', labels={'site': 'quay' if number < 3 else 'yard'})
        if number < 2:
            device.check_in(radio=on_cell())
    return company


def test_a_menu_counts_what_each_choice_would_find_while_it_is_open(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices')
    page.get_by_role('button', name='Presence any').click()
    menu = page.get_by_role('group', name='Presence')
    expect(menu.get_by_text('Online').locator('.count')).to_have_text('2')
    fleet.device('late-comer').check_in(radio=on_cell())
    expect(menu.get_by_text('Online').locator('.count')).to_have_text('3')
    menu.get_by_text('Online').click()
    page.get_by_role('button', name='Label any').click()
    expect(page.get_by_role('group', name='Label').get_by_text('site=yard').locator('.count')).to_have_text('0')


def test_what_is_picked_stays_picked_on_another_page(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices?q=crane')
    page.get_by_role('checkbox', name='Select crane-1', exact=True).check()
    page.get_by_role('button', name='Next').click()
    page.get_by_role('checkbox', name='Select crane-52').check()
    expect(page.locator('.choice')).to_contain_text('2 selected, 1 of them not in view')
    page.get_by_role('button', name='Previous').click()
    expect(page.get_by_role('checkbox', name='Select crane-1', exact=True)).to_be_checked()


def test_labels_change_on_all_that_match_and_are_taken_back(page: Page, fleet: Company) -> None:
    added = fleet.device('crane-late', labels={'site': 'yard'})
    fleet.enter(page, '/devices?q=crane&label=site%3Dyard')
    page.get_by_role('checkbox', name='Select all on this page').check()
    page.get_by_role('button', name='Select all 51 that match').click()
    page.get_by_role('button', name='Change labels…').click()
    page.get_by_test_id('labels-set').fill('site=dock')
    page.get_by_role('button', name='Change labels of 51 devices').click()
    expect(page.get_by_test_id('toast')).to_contain_text('Labels of 51 devices are changed.')
    assert fleet.get('/devices', label='site=dock')['total'] == 51
    page.get_by_test_id('toast-act').click()
    expect(page.get_by_text('Taken back on 51 devices.')).to_be_visible()
    assert fleet.get('/devices', label='site=yard')['total'] == 51
    fleet.api.delete(f'/devices/{added.id}', headers={'if-match': '*'}).raise_for_status()


def test_all_that_match_are_picked_by_their_number_and_told_what_was_said(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices?q=crane')
    page.get_by_role('checkbox', name='Select all on this page').check()
    expect(page.locator('.choice')).to_contain_text('50 selected')
    page.get_by_role('button', name='Select all 53 that match').click()
    page.get_by_role('button', name='Next').click()
    expect(page.get_by_role('checkbox', name='Select crane-52')).to_be_checked()
    expect(page.locator('.choice')).to_contain_text('All 53 that match selected')
    page.get_by_role('button', name='Quarantine devices…').click()
    page.get_by_test_id('reason').fill('a bad batch')
    page.get_by_role('button', name='Quarantine 53 devices').click()
    expect(page.get_by_text('Quarantine requested for 53 devices.')).to_be_visible()
    assert fleet.get('/commands', limit=100)['total'] == 53
