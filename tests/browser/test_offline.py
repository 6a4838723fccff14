"""Without a network: the last pictures, whose they are, and what ends them; looked at in the browser's own stores."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, expect

from domain.cellular.notation import read_cells, spellings
from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, until
from tests.browser.sites import cell, on_cell
from tests.browser.test_restart import AWAY
from tests.real.server import PASSWORD
from ui.sign_in import COOKIE

NO_NETWORK = ('ERR_INTERNET_DISCONNECTED', 'ERR_NETWORK_CHANGED', *AWAY)
LISTS = {'/', '/devices', '/towers', '/alerts'}
_KEPT = """async () => {
  const [pages, others] = [await cellwarden.kept.all('pages'), await cellwarden.kept.all('meta')];
  return [...pages.map((one) => one.path), ...others.map((one) => one.name)];
}"""
# The seconds that a page waits before it keeps something, so that it disturbs nobody, pass twenty times as fast.
_SOON = """
  const later = window.setTimeout;
  window.setTimeout = (act, ms, ...more) => later(act, [1000, 2000, 4000].includes(ms) ? ms / 20 : ms, ...more);
"""
_STORES = 'async () => [(await indexedDB.databases()).map(({ name }) => name), await caches.keys()]'
_GAPS = """() => [...document.querySelectorAll('.cw-card:not(.cw-also)')].filter((one) => one.checkVisibility())
  .map((one) => [one.querySelector('h2')?.textContent, getComputedStyle(one).margin])"""
_WORKERS = 'async () => (await navigator.serviceWorker.getRegistrations()).length'
TYPED = (
    'crane 117', 'CRANE-117', '35-404811-234567-8', 'IMEI: 354048112345678', '35404811234567', '3540481123456701', '06 1234 5678',
    '+31 6 1234 5678', '0031612345678', '0x1A2B3', '204-08-4417-0x1a2b3', '418-179', '107187', 'ci=0x1A2B3', '10.64.3.7', '117', 'Straße',
    'a', '', '8931 4100 0000 0000 101', '12345 / 7', 'eci: 2852724737',
)  # fmt: skip


def allowed(new_page: NewPage, **more: Any) -> Page:
    page = new_page(allow=NO_NETWORK, service_workers='allow', **more)
    page.context.add_init_script(_SOON)
    return page


def stores(page: Page) -> tuple[list[str], list[str]] | None:
    """The names of databases and caches; ``None`` while a page is being loaded."""
    try:
        databases, caches = page.evaluate(_STORES)
    except Error:
        return None
    return databases, caches


def kept(page: Page) -> list[str]:
    """The addresses of kept pages, and the names of what is kept beside them; nothing while a page is being loaded."""
    try:
        found: list[str] = page.evaluate(_KEPT)
    except Error:
        return []
    return found


def keeping(page: Page, *paths: str) -> None:
    """Wait until the pages of these addresses are kept, and what is searched."""
    until(lambda: True if {*paths, *LISTS, 'index'} <= set(kept(page)) else None, 'kept pages and index')
    page.wait_for_function('() => navigator.serviceWorker.controller || navigator.serviceWorker.ready.then(() => true)')


def emptied(page: Page) -> None:
    """Wait until the browser keeps nothing here."""
    until(lambda: True if stores(page) == ([], []) else None, 'empty stores')


def signed_in(page: Page, company: Company, *, shared: bool = False) -> None:
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill(PASSWORD)
    if shared:
        page.get_by_label('This computer is shared').check()
    page.get_by_role('button', name='Sign in').click()
    expect(page.locator('#cw-badge')).to_contain_text('Live')


def offline(context: BrowserContext, page: Page, address: str) -> None:
    context.set_offline(True)
    page.goto(address)


def test_pages_open_without_a_network_as_they_were_last_and_come_back_by_themselves(
    new_page: NewPage, company: Company
) -> None:
    imei = '354048112345676'
    crane, other = company.device('crane-117', identifiers={'imei': imei}), company.device('crane-118')
    crane.check_in(radio=on_cell(rsrp=-97))
    company.add('towers', name='Maasvlakte', cells=[cell(512)])
    page = allowed(new_page)
    company.enter(page, crane.path)
    expect(page.locator('.cw-main')).to_contain_text('−97 dBm')
    keeping(page, crane.path)
    tools = page.context.new_cdp_session(page)
    errors = tools.send('Page.getInstallabilityErrors')['installabilityErrors']
    tools.detach()
    assert {error['errorId'] for error in errors} <= {'in-incognito'}

    page.reload()  # from now on the worker stands before it: what is fetched early says so all the same, and is no visit
    early = page.context.expect_event(
        'request', lambda asked: asked.url.endswith('/policies') and asked.service_worker is not None
    )
    with early as asked:
        page.locator('.cw-nav').get_by_role('link', name='Policies').hover()
    assert asked.value.headers['sec-purpose'] == 'prefetch'
    offline(page.context, page, company.console.address + crane.path)
    expect(page.get_by_role('status')).to_contain_text('No network.')
    expect(page.locator('.cw-main')).to_contain_text('−97 dBm')
    for block in page.locator('.cw-card:not(.cw-also)').all():
        expect(block.locator('.cw-asof').first).to_have_text(re.compile(r'as of .*\d\d:\d\d.*, \d+ s ago'))
    assert page.locator('form, input, .cw-main button').count() == 0
    page.get_by_role('link', name='Devices', exact=True).first.click()
    expect(page.get_by_role('row', name='crane-118')).to_be_visible()
    assert (found := stumbles(page)) == '', found
    page.set_viewport_size({'width': 390, 'height': 844})
    page.locator('.cw-foot').get_by_role('button', name='More').click()
    expect(page.locator('.cw-foot .cw-pop').get_by_role('link')).to_have_count(page.locator('.cw-nav a').count() - 4)
    page.keyboard.press('Escape')
    page.get_by_role('link', name='crane-118').first.click()
    expect(page.get_by_text('This page is not kept here')).to_be_visible()
    expect(page.get_by_text('What the lists say of it')).to_be_visible()
    assert (found := stumbles(page)) == '', found

    for typed, name in ((f'{imei[:2]}-{imei[2:8]}-{imei[8:]}', 'crane-117'), ('0x200', 'Maasvlakte')):
        page.keyboard.press('Control+k')
        page.keyboard.type(typed)
        expect(page.get_by_role('option', name=name)).to_be_visible()
        page.keyboard.press('Escape')
    page.goto(company.console.address + other.path)
    page.context.set_offline(False)
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(page.get_by_role('heading', name='crane-118')).to_be_visible()


def test_the_blocks_of_a_kept_page_stand_as_on_the_live_one(new_page: NewPage, company: Company) -> None:
    crane = company.device('crane-117')
    tower = f'/towers/{company.add("towers", name="Maasvlakte", operator="Delta", cells=[cell(512)])["id"]}'
    page = allowed(new_page)
    live = {}
    for path in ('/', crane.path, tower):
        company.enter(page, path)
        keeping(page, path)
        live[path] = page.evaluate(_GAPS)
    page.context.set_offline(True)
    for path, gaps in live.items():
        page.goto(company.console.address + path)
        expect(page.locator('#cw-kept .cw-card').first).to_be_visible()
        assert page.evaluate(_GAPS) == gaps, path


def test_a_killed_server_leaves_the_last_picture_and_takes_its_page_back(mortal: Console, new_page: NewPage) -> None:
    company = mortal.company('Port of Delft')
    company.device('crane-117')
    page = allowed(new_page)
    company.enter(page, '/devices')
    keeping(page)
    mortal.kill()
    page.goto(f'{mortal.address}/devices')
    expect(page.get_by_role('status')).to_contain_text('The console does not answer.')
    expect(page.get_by_role('row', name='crane-117')).to_be_visible()
    mortal.start()
    page.get_by_role('button', name='Try now').click()
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert '/devices' in kept(page)


def test_what_is_kept_goes_with_the_sign_out_and_no_other_person_sees_it(
    new_page: NewPage, company: Company, console: Console
) -> None:
    company.device('crane-117')
    second = console.company('Port of Ostend', 'Bo Second')
    page = allowed(new_page)
    page.goto(f'{console.address}/login')
    signed_in(page, company)
    keeping(page)
    page.locator('.cw-me').click()
    page.get_by_role('button', name='Sign out', exact=True).click()
    expect(page.get_by_text('You are signed out.')).to_be_visible()
    emptied(page)

    signed_in(page, company)  # and does not sign out before another person comes
    keeping(page)
    (first,) = page.evaluate(_STORES)[0]
    page.context.clear_cookies()
    second.enter(page, '/devices')
    keeping(page)
    (other,) = page.evaluate(_STORES)[0]
    assert other != first
    assert 'crane-117' not in page.evaluate("async () => JSON.stringify(await cellwarden.kept.all('pages'))")

    page.context.clear_cookies()  # the session is found ended
    page.goto(f'{console.address}/devices')
    expect(page).to_have_url(re.compile('/login'))
    emptied(page)


def test_an_enterprise_or_a_shared_computer_keeps_nothing_and_another_role_begins_anew(
    new_page: NewPage, company: Company, console: Console
) -> None:
    console.run('user owner', email=company.email)
    page = allowed(new_page)
    page.goto(f'{console.address}/login?next=/policies')
    signed_in(page, company, shared=True)
    page.wait_for_function('() => !document.getElementById("cw-first")')
    assert page.evaluate('cellwarden.keptUnder') == ''
    assert (page.evaluate(_STORES), page.evaluate(_WORKERS)) == ([[], []], 0)
    page.locator('.cw-me').click()
    page.get_by_role('button', name='Sign out', exact=True).click()
    page.goto(f'{console.address}/login?next=/installation')
    signed_in(page, company)
    keeping(page)
    (before,) = page.evaluate(_STORES)[0]
    assert '/installation' not in kept(page)

    row = page.get_by_role('row', name=company.name)
    expect(row).to_contain_text('24 hours')
    row.get_by_role('button', name='What browsers keep…').click()
    page.get_by_role('button', name='Keep nothing on browsers').click()
    expect(row).to_contain_text('Nothing')
    emptied(page)  # its page was loaded anew by itself
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    until(lambda: True if page.evaluate(_WORKERS) == 0 else None, 'no worker')
    row.get_by_role('button', name='What browsers keep…').click()
    page.get_by_role('button', name='Let browsers keep pages').click()
    keeping(page)
    assert page.evaluate(_STORES)[0] == [before]

    console.run('user add', enterprise=company.id, email='cas@example.com', name='Cas', role='admin', password=PASSWORD)
    console.run('user role', enterprise=company.id, email=company.email, role='viewer')
    until(
        lambda: True if (found := stores(page)) and found[0] not in ([before], []) else None, 'a store of another name'
    )


def test_the_browser_reads_what_is_typed_as_the_finder_does(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.wait_for_function('() => window.cellwarden?.seeking')
    for typed in TYPED:
        forms, cells = page.evaluate(
            'typed => [cellwarden.seeking.spellings(typed), cellwarden.seeking.cellsOf(typed)]', typed
        )
        assert (set(forms), set(cells)) == (set(spellings(typed)), set(read_cells(typed))), typed


def test_a_session_of_a_cookie_that_another_tab_has_replaced_keeps_nothing_more(
    new_page: NewPage, company: Company, console: Console
) -> None:
    second = console.company('Port of Antwerp', 'Bo Second')
    page = allowed(new_page)
    company.enter(page, '/devices')
    keeping(page)
    other = new_page(allow=NO_NETWORK, within=page.context)
    page.context.add_cookies([{'name': COOKIE, 'value': second.cookie, 'url': console.address}])
    second.enter(other, '/devices')
    keeping(other)
    assert page.evaluate('cellwarden.kept.ended') or page.evaluate('cellwarden.keptUnder') == other.evaluate(
        'cellwarden.keptUnder'
    )
    assert len(other.evaluate(_STORES)[0]) == 1


_ONE_PICTURE = """async () => {
  const paths = ['/alerts', location.pathname + location.search];
  const [plain, chosen] = await Promise.all(paths.map((path) => cellwarden.kept.get('pages', path)));
  return plain?.kept === chosen?.kept && Boolean(plain);
}"""


def test_a_list_that_chooses_by_itself_is_kept_under_its_plain_address_too(new_page: NewPage, company: Company) -> None:
    page = allowed(new_page)
    company.enter(page, '/alerts')
    page.wait_for_url('**/alerts?state=*')
    keeping(page)
    page.wait_for_function(_ONE_PICTURE)
