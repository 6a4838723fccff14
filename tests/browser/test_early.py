"""What is pressed and typed on a page before its scripts have come: it waits, and is done once, in order, when they have."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, live, until
from tests.browser.sites import on_cell

Enter = Callable[[str], tuple[Page, Callable[[], None]]]


@pytest.fixture
def before(new_page: NewPage, company: Company) -> Enter:
    """Enters a page whose scripts do not come; they do when the function is called that it gives."""

    def enter(path: str) -> tuple[Page, Callable[[], None]]:
        page = new_page()
        held: list[Route] = []
        page.route('**/cellwarden.js', lambda route: held.append(route))
        company.enter(page, path, wait_until='commit')
        expect(page.locator('#cw-first main')).to_be_visible()
        page.wait_for_function('() => document.querySelector("script[src$=\'cellwarden.js\']")')
        assert page.evaluate('() => !window.cellwarden.modal')

        def let_come() -> None:
            while not held:
                page.wait_for_timeout(20)
            held.pop().continue_()

        return page, let_come

    return enter


def test_a_press_on_a_button_of_the_frame_is_done_once(before: Enter) -> None:
    page, let_come = before('/devices')
    page.locator('.cw-me').click()
    expect(page.locator('.cw-pop')).to_have_count(0)
    let_come()
    expect(page.locator('.cw-pop[data-menu=me]')).to_be_visible()
    page.wait_for_function('() => window.did_handshake')
    expect(page.locator('.cw-pop')).to_have_count(1)
    page.locator('.cw-me').click()  # nothing is held any more
    expect(page.locator('.cw-pop')).to_have_count(0)


def test_letters_act_on_the_rows_of_the_live_page_in_their_order(before: Enter, company: Company) -> None:
    company.device('crane-1').check_in(radio=on_cell())
    company.device('crane-2')
    page, let_come = before('/devices')
    for key in ('j', 'x', 'j', 'Space'):
        page.keyboard.press(key)
    let_come()
    expect(page.get_by_text('2 selected')).to_be_visible()
    assert page.evaluate('scrollY') == 0


def test_the_search_of_a_list_takes_what_is_typed_behind_its_key(before: Enter, company: Company) -> None:
    company.device('crane-1')
    company.device('lift-1')
    page, let_come = before('/devices')
    page.keyboard.type('/lift')
    expect(page.locator('#cw-first .cw-tools input').first).to_have_value('lift')
    let_come()
    expect(page.locator('#app').get_by_role('searchbox')).to_have_value('lift')
    expect(page.locator('#app tbody [data-row]')).to_have_count(1)


@pytest.mark.parametrize('keys', [('Control+k',), ('/',)])
def test_the_finder_takes_what_is_typed_behind_its_key(before: Enter, company: Company, keys: tuple[str, ...]) -> None:
    company.device('crane-1')
    page, let_come = before('/')
    for key in (*keys, 'c', 'r', 'a'):
        page.keyboard.press(key)
    expect(page.get_by_role('dialog')).to_have_count(0)
    let_come()
    expect(page.get_by_role('dialog').get_by_role('combobox')).to_have_value('cra')
    expect(page.get_by_role('dialog')).to_contain_text('crane-1')


def test_presses_in_the_picture_are_done_by_the_controls_of_the_live_page(before: Enter, company: Company) -> None:
    company.device('crane-1')
    company.device('crane-2')
    page, let_come = before('/devices')
    for name in ('crane-1', 'crane-2'):
        page.locator('#cw-first').get_by_role('checkbox', name=f'Select {name}').click()
    let_come()
    expect(page.get_by_text('2 selected')).to_be_visible()


def test_links_lead_and_forms_are_sent_at_once(before: Enter, company: Company) -> None:
    company.device('crane-1')
    page, _ = before('/devices')
    page.locator('#cw-first .cw-tools input').first.fill('nothing')
    page.keyboard.press('Enter')
    page.wait_for_url('**/devices?*q=nothing*', wait_until='domcontentloaded')
    page.locator('.cw-nav').get_by_role('link', name='Towers').click()
    page.wait_for_url('**/towers', wait_until='domcontentloaded')


def test_what_is_pressed_where_only_the_frame_has_come_is_kept(before: Enter) -> None:
    page, _ = before('/devices')
    html = page.evaluate('async () => (await fetch(location.href)).text()')
    assert html.index('giveEarly') < html.index('class="cw-rail"')


def test_a_tick_of_the_sign_in_goes_on_in_the_live_page(new_page: NewPage, company: Company) -> None:
    page = new_page()
    held: list[Route] = []
    page.route('**/cellwarden.js', lambda route: held.append(route))
    page.goto(f'{company.console.address}/login', wait_until='commit')
    page.get_by_label('This computer is shared').check()
    until(lambda: held or None, 'the script to be asked for')
    held.pop().continue_()
    live(page)
    expect(page.locator('#cw-first')).to_have_count(0)
    expect(page.get_by_label('This computer is shared')).to_be_checked()
