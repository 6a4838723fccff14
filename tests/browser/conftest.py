"""A real Chromium and a real server; pages fail their test when the browser reports an error or asks another site for anything."""

import os
import re
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from tests.browser.chromium import NoChromiumError, find_chromium
from tests.browser.console import WITHIN_S, Company, Console

NO_FEATURES = [
    # pages of the address bar, which every new window loads though no test sees it: most of what a new context costs
    'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup',
    # Playwright's own, named again because the browser heeds the last such argument alone
    'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable',
    'LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect',
    'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch',
]  # fmt: skip
ARGUMENTS = [
    f'--disable-features={",".join(NO_FEATURES)}',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    # as few processes as there are windows of people: one in waiting beside each page is started and ended for nothing
    '--renderer-process-limit=1',
]


class NewPage(Protocol):
    """Opens a page with cookies of its own: two pages are two people, but for those ``within`` one context."""

    def __call__(self, *, allow: tuple[str, ...] = (), within: BrowserContext | None = None, **context: Any) -> Page:
        """``allow``: patterns of console errors the test expects. ``context``: of Playwright, such as ``viewport``."""


@pytest.fixture(scope='package')
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests. Not for the session: while Playwright runs, no asyncio test can."""
    try:
        executable = find_chromium()
    except NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)
    arguments = [*ARGUMENTS, '--no-sandbox'] if os.geteuid() == 0 else ARGUMENTS
    expect.set_options(timeout=WITHIN_S * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """A function that opens pages; after the test every error in their consoles that was not allowed fails it.

    So does every request of a page to another host than this machine, and every dialog of the browser's own: ours are HTML.
    """
    opened: list[BrowserContext | Page] = []
    errors: list[str] = []

    def open_page(*, allow: tuple[str, ...] = (), within: BrowserContext | None = None, **context: Any) -> Page:
        def report(text: str) -> None:
            if not any(re.search(pattern, text) for pattern in allow):
                errors.append(text)

        def on_console(message: ConsoleMessage) -> None:
            if message.type == 'error':
                report(f'{message.text} ({message.location["url"]})')

        def on_request(url: str) -> None:
            if urlsplit(url).hostname not in (None, '127.0.0.1'):
                report(f'asked another site: {url}')

        def on_dialog(dialog: Dialog) -> None:
            report(f'a foreign script ran: {dialog.type} {dialog.message}')
            dialog.dismiss()

        # a worker costs every new context the files of a release: tests of what browsers keep allow it
        home = within or browser.new_context(**{'locale': 'en-GB', 'service_workers': 'block', **context})
        page = home.new_page()
        page.set_default_timeout(WITHIN_S * 1000)
        opened.append(page if within else home)
        page.on('console', on_console)
        page.on('pageerror', lambda error: report(str(error)))
        page.on('request', lambda request: on_request(request.url))
        page.on('websocket', lambda line: on_request(line.url))
        page.on('dialog', on_dialog)
        return page

    yield open_page
    for each in opened:
        each.close()
    assert not errors, 'the browser reported errors:\n' + '\n'.join(errors)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page on which nothing may go wrong."""
    return new_page()


@pytest.fixture(scope='package')
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One server for all browser tests of this process; each brings a company of its own. A complaint in its log fails the last of them."""
    server = Console(tmp_path_factory.mktemp('console'))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server that no other test uses. A test names it before its pages: they are closed first, for a page complains of a lost server."""
    server = Console(tmp_path_factory.mktemp('mortal'))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def company(console: Console, request: pytest.FixtureRequest) -> Company:
    """An enterprise that only this test uses."""
    return console.company(request.node.name.removeprefix('test_')[:60])
