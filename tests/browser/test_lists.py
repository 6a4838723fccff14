"""Lists as places: the way back leads to the same rows, pages and filters are entries of the history, paper has all columns."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, live, until
from tests.browser.sites import cell, on_cell

_BUTTONS = """() => [...document.querySelectorAll('.cw-btn')].filter((one) => one.checkVisibility()).map((one) => one.textContent)"""
_CUT = """() => [...document.querySelectorAll('.cw-card')].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.querySelector('h2')?.textContent)"""
PLACE = re.compile(r'.*\?page=2$')


@pytest.fixture(scope='module')
def fleet(console: Console) -> Company:
    """Three pages of devices, two towers, one false cell."""
    company = console.company('Lists')
    company.add('towers', name='Waalhaven', operator='Delta', latitude=51.9, longitude=4.4, cells=[cell(107187)])
    company.add(
        'towers', name='Maasvlakte-Prinses-Amaliahaven-Noord-Oost', operator='Maas', latitude=51.8, longitude=4.3
    )
    for number in range(120):
        company.device(f'crane-{number:03}', labels={'site': 'quay' if number < 3 else 'yard'})
    return company


def first_row(page: Page) -> str:
    return page.get_by_test_id('devices').locator('tbody tr[data-row]').first.inner_text()


def test_pages_and_filters_are_entries_of_the_history(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices')
    rows = page.get_by_test_id('devices').locator('tbody tr[data-row]')
    expect(rows.first).to_contain_text('crane-000')
    page.evaluate('scrollTo(0, document.body.scrollHeight)')
    page.get_by_role('button', name='Next').click()
    expect(rows.first).to_contain_text('crane-050')
    expect(page).to_have_url(PLACE)  # the second page
    expect(rows.first).to_be_in_viewport()
    expect(page.get_by_role('button', name='Next')).to_be_focused()
    page.get_by_role('button', name='Next').press('Enter')
    expect(rows.first).to_contain_text('crane-100')
    page.go_back()
    expect(rows.first).to_contain_text('crane-050')
    expect(page).to_have_url(PLACE)
    page.go_back()
    expect(rows.first).to_contain_text('crane-000')
    page.get_by_role('button', name='Presence any').click()
    page.get_by_role('group', name='Presence').get_by_text('Online').click()
    expect(page.get_by_text('No devices match')).to_be_visible()
    page.go_back()
    expect(rows.first).to_contain_text('crane-000')
    expect(page.get_by_role('button', name='Presence any')).to_be_visible()


def test_a_page_that_is_turned_to_without_a_line_says_so_at_the_button_and_comes_with_it(
    page: Page, fleet: Company
) -> None:
    fleet.enter(page, '/devices')
    rows = page.get_by_test_id('devices').locator('tbody tr[data-row]')
    last = page.get_by_role('button', name='Last', exact=True)
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.evaluate('cellwarden.wire.stop()')
    last.click()
    expect(last).to_have_attribute('data-said', 'Not read: no connection')  # beside its name, which stays
    expect(page.get_by_role('status').filter(has_text='Last: not read: no connection')).to_have_count(1)
    page.evaluate('cellwarden.wire.resume()')
    expect(rows.first).to_contain_text('crane-100')
    expect(page.locator('.cw-tools .sum')).not_to_contain_text('Not read')


def test_a_search_without_a_line_says_that_its_rows_are_not_read(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices')
    table, found = page.get_by_test_id('devices'), page.locator('.cw-tools .sum')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.evaluate('cellwarden.wire.stop()')
    table.get_by_role('searchbox').fill('crane-11')
    expect(found).to_have_text('Not read: no connection')
    table.get_by_role('row', name='crane-003').get_by_role('checkbox').check()
    expect(found).to_have_text('Not read: no connection')
    page.evaluate('cellwarden.wire.resume()')
    expect(found).to_have_text(re.compile('10 of'))


def test_the_way_back_from_a_device_leads_to_its_row(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/devices?page=2')
    row = page.get_by_role('row', name='crane-080')
    picked = page.get_by_role('row', name='crane-081').get_by_role('checkbox')
    picked.check()
    row.scroll_into_view_if_needed()
    page.evaluate('scrollTo(0, 900)')
    row.get_by_role('cell').nth(2).click()
    expect(page.get_by_role('heading', name='crane-080')).to_be_visible()
    page.go_back()
    expect(row).to_be_focused()
    expect(picked).to_be_checked()
    expect(page).to_have_url(PLACE)
    assert page.evaluate('scrollY') == pytest.approx(900, abs=40)


def test_paper_is_light_and_has_every_column_and_nothing_to_click(page: Page, fleet: Company) -> None:
    page.set_viewport_size({'width': 1000, 'height': 800})
    page.emulate_media(color_scheme='dark')
    fleet.enter(page, '/devices')
    table = page.get_by_test_id('devices')
    expect(table.locator('tbody tr[data-row]')).to_have_count(50)
    expect(table.locator('th', has_text='IMEI')).to_be_hidden()
    page.emulate_media(media='print', color_scheme='dark')
    page.set_viewport_size({'width': 718, 'height': 1000})  # A4 within its margins
    expect(table.locator('th', has_text='IMEI')).to_be_visible()
    for gone in ('.cw-rail', '.cw-skip', '#cw-find', '.cw-tools .seek', 'td.pick', '.cw-pages .cw-btn'):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.evaluate('getComputedStyle(document.body).backgroundColor') == 'rgb(255, 255, 255)'
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()") == '#16202c'
    assert page.evaluate('document.documentElement.scrollWidth - innerWidth') <= 0
    expect(page.get_by_role('heading', name='Devices', level=1)).to_be_visible()


def test_paper_has_no_buttons_and_a_narrow_screen_whole_numbers(page: Page, fleet: Company) -> None:
    fleet.enter(page, fleet.device('van-2', identifiers={'iccid': '8931410000000000101'}).path)
    page.set_viewport_size({'width': 320, 'height': 640})
    expect(page.get_by_test_id('identity').get_by_role('button', name='8931')).to_be_visible()
    assert page.evaluate(_CUT) == []
    page.emulate_media(media='print')
    page.set_viewport_size({'width': 718, 'height': 1000})
    assert page.evaluate(_BUTTONS) == []


def test_the_map_follows_the_list_beneath_it(page: Page, fleet: Company) -> None:
    fleet.enter(page, '/towers')
    tower_map = page.get_by_role('img', name='Map of')
    expect(tower_map).to_have_attribute('aria-label', re.compile('Map of 2 towers'))
    page.get_by_label('Search name, operator, cell…').fill('418-179')
    expect(tower_map).to_have_attribute('aria-label', re.compile('Map of 1 tower:'))
    expect(page.get_by_test_id('towers').locator('tbody tr[data-row]')).to_contain_text(['Waalhaven'])
    page.go_back()
    expect(tower_map).to_have_attribute('aria-label', re.compile('Map of 2 towers'))


def test_a_cell_is_copied_in_any_notation_and_a_strong_false_cell_is_seen(page: Page, fleet: Company) -> None:
    device = fleet.device('van-1')
    device.check_in(radio=on_cell(107187, rsrp=-80))
    fleet.enter(page, device.path)
    page.get_by_test_id('radio').get_by_role('button', name='0x1A2B3').click()
    menu = page.get_by_role('group', name='Copy the cell 0x1A2B3')
    expect(menu).to_contain_text('204-08-4417-0x1A2B3')
    menu.get_by_role('button', name='418-179').click()
    expect(menu).to_have_count(0)
    page.keyboard.press('Control+k')
    finder = page.get_by_label('Find anything')
    expect(finder).to_be_focused()

    def pasted() -> bool | None:  # it is written in a while
        page.keyboard.press('Control+a')
        page.keyboard.press('Control+v')
        return finder.input_value() == '418-179' or None

    until(pasted, 'the cell in the clipboard')
    expect(page.get_by_role('option', name='Waalhaven')).to_be_visible()
    page.keyboard.press('Escape')
    device.check_in(radio=on_cell(107187, rsrp=-35))
    chart = page.locator('.cw-chart').first
    expect(chart).to_have_attribute('aria-label', re.compile('now −35 dBm'))
    expect(chart).to_have_attribute('data-reach', '-140,-31')


def test_a_page_is_fetched_when_the_pointer_rests_on_its_link_and_a_click_asks_for_it_no_more(
    page: Page, fleet: Company
) -> None:
    told: list[str] = []
    fleet.enter(page, '/')
    preloads = page.context.new_cdp_session(page)
    preloads.on('Preload.prefetchStatusUpdated', lambda event: told.append(event['status']))
    preloads.send('Preload.enable')
    link = page.get_by_role('navigation', name='Main', exact=True).get_by_role('link', name='Towers')
    link.hover()

    def fetched() -> bool | None:
        page.evaluate('0')  # lets the browser tell what it has done meanwhile
        return 'Ready' in told or None

    until(fetched, 'the page to be fetched early')
    link.click()
    page.wait_for_url('**/towers')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert page.evaluate("performance.getEntriesByType('navigation')[0].deliveryType") == 'navigational-prefetch'


def test_two_fingers_zoom_a_chart_where_they_are_and_not_the_page(new_page: NewPage, company: Company) -> None:
    device = company.device('crane-1')
    device.check_in(radio={**on_cell()})
    page = new_page(viewport={'width': 390, 'height': 844}, has_touch=True, is_mobile=True)
    company.enter(page, device.path)
    live(page)
    chart = page.locator('#app .cw-chart').first
    expect(chart.locator('canvas')).to_be_visible()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    x, y = box['x'] + box['width'] / 2, box['y'] + box['height'] / 2
    line = page.context.new_cdp_session(page)

    def touch(kind: str, *at: float) -> None:
        points = [{'x': one, 'y': y, 'id': number} for number, one in enumerate(at)]
        line.send('Input.dispatchTouchEvent', {'type': kind, 'touchPoints': points})

    touch('touchStart', x - 30, x + 30)
    for by in range(40, 130, 10):
        touch('touchMove', x - by, x + by)
    touch('touchEnd')
    own = page.locator('#app .cw-chart-tools .cw-chip')
    expect(own).to_contain_text('–')  # a span of one's own
    assert page.evaluate('visualViewport.scale') == 1
