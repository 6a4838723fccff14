"""Everything without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import Company, Console, until
from tests.browser.sites import on_cell, tcp_check

UNSEEN = """() => {
  const node = document.activeElement, around = [node, node.closest('.q-field__control'), node.closest('.box')].filter(Boolean);
  const ringed = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow.includes(' 0px 0px 0px 4px');
  return node === document.body || around.some((part) => ringed(getComputedStyle(part))) ? '' : node.outerHTML.slice(0, 160);
}"""


@pytest.fixture(scope='module')
def fleet(console: Console) -> Company:
    """Three devices that have checked in."""
    company = console.company('Keyboard')
    for name in ('crane-1', 'crane-2', 'crane-3'):
        company.device(name).check_in(radio=on_cell())
    return company


def test_the_finder_opens_a_device_by_a_part_of_its_name(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/')
    expect(page.get_by_test_id('counter-presence')).to_contain_text('3')
    page.keyboard.press('Control+k')
    expect(page.get_by_role('combobox')).to_be_focused()
    page.keyboard.type('crane')
    expect(page.get_by_role('option')).to_have_count(3)
    page.keyboard.press('ArrowDown')
    expect(page.get_by_role('option', name='crane-2')).to_have_attribute('aria-selected', 'true')
    page.keyboard.press('Enter')
    page.wait_for_url('**/devices/*')
    expect(page.get_by_role('heading', level=2, name='crane-2')).to_be_visible()


def test_keys_lead_to_the_lists_and_through_their_rows(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.keyboard.press('g')
    page.keyboard.press('t')
    page.wait_for_url('**/towers')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.keyboard.press('g')
    page.keyboard.press('d')
    page.wait_for_url('**/devices')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(page.locator('tbody [data-row]')).to_have_count(3)
    for key, name in (('j', 'crane-1'), ('j', 'crane-2'), ('j', 'crane-3'), ('k', 'crane-2')):
        page.keyboard.press(key)
        expect(page.get_by_role('row', name=name)).to_be_focused()
        assert page.evaluate(UNSEEN) == ''
    page.keyboard.press('Enter')
    page.wait_for_url('**/devices/*')
    expect(page.get_by_role('heading', level=2, name='crane-2')).to_be_visible()


def test_the_help_and_the_search_field_are_a_key_away(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices')
    expect(page.locator('tbody [data-row]')).to_have_count(3)
    page.keyboard.press('?')
    expect(page.get_by_role('dialog', name='Keyboard')).to_contain_text('Go to Devices')
    page.keyboard.press('Escape')
    expect(page.get_by_role('dialog')).to_have_count(0)
    page.keyboard.press('/')
    page.keyboard.type('jk?g')  # letters, not commands, while one types
    expect(page.get_by_role('searchbox')).to_have_value('jk?g')
    expect(page.get_by_text('No devices match')).to_be_visible()
    page.keyboard.press('Control+a')
    page.keyboard.type('crane-3')
    expect(page.locator('tbody [data-row]')).to_have_count(1)
    page.keyboard.press('ArrowDown')
    expect(page.get_by_role('row', name='crane-3')).to_be_focused()


def test_rows_are_picked_and_alerts_acknowledged_without_a_mouse(page: Page, company: Company) -> None:
    company.add('towers', name='Noordzijde', cells=[], checks=[tcp_check(1, max_attempts=1)])
    until(lambda: company.get('/alerts')['items'] or None, 'the alert of the dead tower')
    company.device('crane-1')
    company.enter(page, '/devices')
    expect(page.locator('tbody [data-row]')).to_have_count(1)
    page.keyboard.press('x')  # no row has the focus
    page.keyboard.press('j')
    for key, picked in (('x', True), ('Space', False), ('Space', True)):
        page.keyboard.press(key)
        expect(page.get_by_role('checkbox', name='Select crane-1')).to_be_checked(checked=picked)
    company.enter(page, '/alerts')
    page.wait_for_function('() => window.did_handshake')
    expect(page.locator('tbody [data-row]')).to_have_count(1)
    page.keyboard.press('j')
    page.keyboard.press('e')
    expect(page.get_by_role('dialog')).to_contain_text('Acknowledge')


@pytest.mark.parametrize('path', ['/login', '/', '/account', '/devices', '/policies/new', '/towers/new'])
def test_the_focus_is_always_seen(page: Page, fleet: Company, path: str) -> None:
    if path == '/login':
        page.goto(fleet.console.address + path)
        expect(page.get_by_label('E-mail address')).to_be_focused()
    else:
        fleet.enter(page, path)
        page.wait_for_function('() => window.did_handshake')
        expect(page.locator('#cw-badge')).to_contain_text('Live')
        page.keyboard.press('Tab')
        expect(page.get_by_role('link', name='Skip to content')).to_be_focused()
    stops = page.locator('a[href], button, input, textarea, [tabindex="0"]').count()
    seen = set()
    for _ in range(min(stops, 60)):
        assert page.evaluate(UNSEEN) == ''
        seen.add(page.evaluate('document.activeElement.outerHTML.slice(0, 300)'))
        page.keyboard.press('Tab')
    assert len(seen) > 2


def test_a_sheet_is_sent_with_enter_left_with_escape_and_gives_the_focus_back(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/people')
    opener = page.get_by_role('button', name='Invite person')
    opener.focus()
    page.keyboard.press('Enter')
    expect(page.get_by_test_id('email')).to_be_focused()
    page.keyboard.type('nobody')
    page.keyboard.press('Enter')
    expect(page.locator('.cw-wrong').filter(has_text='e-mail address')).to_be_visible()
    expect(page.get_by_test_id('email')).to_be_focused()
    assert page.evaluate(UNSEEN) == ''
    page.keyboard.press('Escape')
    expect(page.get_by_role('dialog')).to_have_count(0)
    expect(opener).to_be_focused()

    page.keyboard.press('Enter')
    expect(page.get_by_test_id('email')).to_be_focused()
    page.keyboard.type('ana@keyboard.example')
    page.keyboard.press('Enter')
    expect(page.get_by_test_id('link')).to_contain_text('/join/')
    expect(page.get_by_test_id('invitations').locator('[data-row]')).to_have_count(1)


def test_a_question_about_something_dangerous_starts_at_its_way_out(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/people')
    mine = page.get_by_test_id('invitations')
    page.get_by_role('button', name='Invite person').click()
    page.get_by_test_id('email').fill('ben@keyboard.example')
    page.keyboard.press('Enter')
    page.get_by_role('button', name='Done').click()
    mine.get_by_role('row', name='ben').get_by_role('button', name='Withdraw invitation…').click()
    expect(page.get_by_role('button', name='Cancel')).to_be_focused()
    page.keyboard.press('Enter')
    expect(page.get_by_role('dialog')).to_have_count(0)
    expect(mine.get_by_role('row', name='ben')).to_be_visible()
