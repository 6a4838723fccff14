"""One's own desk in the browser: columns, views, theme, zone and locale follow a person to another browser."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, live


def test_columns_and_views_follow_their_person(page: Page, company: Company, new_page: NewPage) -> None:
    company.device('crane-1').check_in()
    company.device('رافعة ١').check_in()
    company.enter(page, '/devices')
    heads = page.get_by_test_id('devices').get_by_role('columnheader')
    expect(heads.filter(has_text='Presence')).to_be_visible()
    page.get_by_test_id('columns').click()
    with page.expect_response('**/ui/desk'):
        page.get_by_label('Presence', exact=True).uncheck()
    expect(heads.filter(has_text='Presence')).to_have_count(0)
    page.keyboard.press('Escape')
    page.locator('.cw-tools .seek input').fill('crane')
    expect(page.get_by_test_id('devices').locator('[data-row]')).to_have_count(1)
    page.get_by_test_id('views').click()
    page.get_by_label('Name of this view').fill('Cranes')
    with page.expect_response('**/ui/views'):
        page.get_by_role('button', name='Save view').click()
    page.get_by_role('button', name='Begin with Cranes').click()
    expect(page.get_by_role('button', name='Begin with Cranes')).to_have_attribute('aria-pressed', 'true')
    other = company.enter(new_page(), '/')
    expect(other.get_by_test_id('devices').locator('[data-row]')).to_have_count(1)
    expect(other.get_by_test_id('devices').get_by_role('columnheader').filter(has_text='Presence')).to_have_count(0)
    other.get_by_role('link', name='Overview').first.click()
    expect(other.get_by_role('heading', name='Overview')).to_be_visible()


def test_zone_clock_and_numbers_are_the_persons(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    page.wait_for_function('() => window.cellwarden?.keepDesk')
    page.evaluate(
        "cellwarden.keepDesk({zone: 'Asia/Kathmandu', locale: 'de-DE', hours: '12', density: 'compact', theme: 'dark'})"
    )
    page.reload()
    live(page)
    assert page.evaluate('document.documentElement.dataset.theme') == 'dark'
    assert page.evaluate('document.documentElement.dataset.density') == 'compact'
    assert page.evaluate('cellwarden.zone') == 'Asia/Kathmandu'
    assert page.evaluate('cellwarden.number(1234.5)') == '1.234,5'
    assert page.evaluate("cellwarden.fill('{share|percent}', {share: 0.935})") == '93,5 %'
    assert page.evaluate('cellwarden.written(Date.UTC(2027, 0, 1, 12, 0) / 1000)') == '2027-01-01T17:45'
    assert page.evaluate("cellwarden.moment('2027-01-01T17:45')") == 1798804800
    assert 'PM' in page.evaluate('cellwarden.minute(Date.UTC(2027, 0, 1, 12, 0) / 1000)')


def test_a_frame_from_right_to_left_does_not_break(page: Page, company: Company) -> None:
    company.device('رافعة الميناء ١١٧').check_in()
    company.enter(page, '/devices')
    row = page.get_by_test_id('devices').locator('[data-row]')
    expect(row).to_have_count(1)
    page.evaluate("cellwarden.keepDesk({locale: 'ar-EG'})")
    page.reload()
    live(page)
    expect(row).to_have_count(1)
    rail = page.locator('.cw-rail').bounding_box()
    assert rail is not None
    assert rail['x'] + rail['width'] == page.evaluate('document.documentElement.clientWidth'), (
        'the rail stands on the right'
    )
    for width in (1440, 390):
        page.set_viewport_size({'width': width, 'height': 900})
        assert page.evaluate('document.documentElement.scrollWidth - innerWidth') <= 0
        expect(row).to_be_in_viewport()


def test_english_that_begins_with_a_number_or_ends_with_a_sign_reads_on_in_a_frame_from_right_to_left(
    page: Page, company: Company
) -> None:
    company.device('crane-1').check_in()
    company.enter(page, '/devices')
    page.wait_for_function('() => window.cellwarden?.keepDesk')
    page.evaluate("cellwarden.keepDesk({locale: 'he'})")
    page.reload()
    live(page)
    seek = page.locator('.cw-tools .seek input')
    expect(seek).to_have_css('direction', 'ltr')  # "Search name…", not "…Search name"
    expect(seek).to_have_css('text-align', 'right')
    seek.fill('רציף')
    expect(seek).to_have_css('direction', 'rtl')
    seek.fill('')
    expect(page.locator('.cw-tools .sum')).to_have_css('direction', 'ltr')  # "1 device"
    page.goto(f'{company.console.address}/')
    live(page)
    expect(page.locator('.cw-counter .big b').first).to_have_css('direction', 'ltr')
    expect(page.locator('.cw-counter .big span').first).to_have_css('direction', 'ltr')  # "of 40 up"


# How far the words of each head are from where the cells below begin, or, of figures, end; both are in px.
HEADS = """() => {
  const ends = (node) => {
    const range = document.createRange(), words = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, (text) =>
      text.data.trim() && !text.parentElement.matches('.arrow') ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
    const boxes = [];
    while (words.nextNode()) { range.selectNodeContents(words.currentNode); boxes.push(...range.getClientRects()); }
    return [Math.min(...boxes.map((one) => one.left)), Math.max(...boxes.map((one) => one.right))];
  };
  const row = document.querySelector('#app [data-testid=towers] tbody [data-row]');
  return [...document.querySelectorAll('#app [data-testid=towers] thead th')].flatMap((head) => {
    const cell = row.querySelector(`[data-field="${head.dataset.head}"]`), off = (at) => Math.abs(ends(head)[at] - ends(cell)[at]);
    if (!cell.textContent.trim() || cell.matches('.grow') || cell.querySelector('.cw-shape')) return [];
    return [[head.dataset.head, off(head.matches('.right') ? 0 : 1)]];
  });
}"""


def test_heads_stand_over_their_columns_in_a_frame_from_right_to_left(page: Page, company: Company) -> None:
    company.add('towers', name='Quay', cells=[{'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1, 'cell_id': 256}])
    company.enter(page, '/towers')
    live(page)
    page.evaluate("cellwarden.keepDesk({locale: 'ar-EG'})")
    page.reload()
    live(page)
    expect(page.locator('#app [data-testid=towers] tbody [data-row]')).to_have_count(1)
    found = page.evaluate(HEADS)
    assert {'name', 'devices', 'cells'} <= {name for name, _ in found}
    assert [one for one in found if one[1] > 2] == []


def test_views_and_columns_are_used_on_a_phone_and_left_by_a_key(new_page: NewPage, company: Company) -> None:
    page = new_page(viewport={'width': 390, 'height': 844}, has_touch=True, is_mobile=True)
    company.enter(page, '/alerts')
    live(page)
    for tool in ('views', 'columns'):
        page.get_by_test_id(tool).tap()
        pop = page.locator('.cw-pop')
        expect(pop).to_be_visible()
        box = pop.bounding_box()
        assert box is not None
        assert box['x'] >= 0
        assert box['x'] + box['width'] <= 390, tool
        labels = pop.locator('label').all_inner_texts()
        assert len(set(labels)) == len(labels), 'each column is offered once'
        page.keyboard.press('Escape')
        expect(pop).to_have_count(0)
        expect(page.get_by_test_id(tool)).to_be_focused()


def test_a_finger_beside_a_menu_closes_it_and_presses_nothing_below(new_page: NewPage, company: Company) -> None:
    company.device('crane-1').check_in()
    page = company.enter(new_page(has_touch=True, viewport={'width': 1280, 'height': 800}), '/devices')
    row = page.get_by_test_id('devices').locator('tbody tr[data-row]')
    page.get_by_test_id('columns').tap()
    expect(page.get_by_label('Presence', exact=True)).to_be_visible()
    row.tap(position={'x': 4, 'y': 4})
    expect(page.get_by_label('Presence', exact=True)).to_be_hidden()
    assert page.url.endswith('/devices')
    row.tap(position={'x': 4, 'y': 4})
    page.wait_for_url('**/devices/*')
