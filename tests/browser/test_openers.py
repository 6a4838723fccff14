"""Another site that has opened a window has no hand on what stands in it, whether a worker stands between or not; our own pages go on."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.sites import serving

OPEN = '(address) => { window.held = open(address); }'
LET_GO = '() => window.held.closed'


@pytest.fixture(params=['allow', 'block'])
def elsewhere(request: pytest.FixtureRequest, new_page: NewPage, company: Company) -> Page:
    """A page of another site in a browser in which the administrator is signed in, and has used the console."""
    page = company.enter(new_page(service_workers=request.param), '/devices')
    if request.param == 'allow':
        page.wait_for_function('() => navigator.serviceWorker.controller')
    other = page.context.new_page()
    with serving(b'<!doctype html><title>elsewhere</title>') as address:
        other.goto(address.replace('127.0.0.1', 'localhost'))
    return other


def test_a_site_that_opens_a_page_of_ours_does_not_hold_it(elsewhere: Page, company: Company) -> None:
    with elsewhere.context.expect_page() as opened:
        elsewhere.evaluate(OPEN, f'{company.console.address}/devices')
    expect(opened.value.locator('.cw-top h1')).to_have_text('Devices')
    until(lambda: elsewhere.evaluate(LET_GO) or None, 'the window to be let go')
    assert opened.value.evaluate('() => opener') is None


def test_nor_its_window_in_which_a_person_goes_there(elsewhere: Page, company: Company) -> None:
    with elsewhere.context.expect_page() as opened:
        elsewhere.evaluate(OPEN, 'about:blank')
    opened.value.goto(f'{company.console.address}/devices', wait_until='commit')
    until(lambda: elsewhere.evaluate(LET_GO) or None, 'the window to be let go')
    expect(opened.value.locator('.cw-top h1')).to_have_text('Devices')
    assert opened.value.evaluate('() => opener') is None


def test_a_page_that_a_page_of_ours_opens_is_loaded_once(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request():
            asked.append(urlsplit(request.url).path)

    page.context.on('request', note)
    with page.context.expect_page() as opened:
        page.evaluate("() => { open('/towers', '_blank'); }")
    expect(opened.value.locator('.cw-top h1')).to_have_text('Towers')
    opened.value.wait_for_function('() => window.did_handshake')
    assert asked == ['/towers']
