"""A real Chromium, and pages that fail their test when the browser reports an error."""

import os
import re
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import NoChromiumError, find_chromium

ARGUMENTS = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
]


class NewPage(Protocol):
    """Opens a page with cookies of its own: two pages are two people."""

    def __call__(self, *, allow: tuple[str, ...] = (), **context: Any) -> Page:
        """``allow``: patterns of console errors the test expects. ``context``: of Playwright, such as ``viewport``."""


@pytest.fixture(scope='package')
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests. Not for the session: while Playwright runs, no asyncio test can."""
    try:
        executable = find_chromium()
    except NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)
    arguments = [*ARGUMENTS, '--no-sandbox'] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """A function that opens pages; after the test every error in their consoles that was not allowed fails it."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(*, allow: tuple[str, ...] = (), **context: Any) -> Page:
        def report(text: str) -> None:
            if not any(re.search(pattern, text) for pattern in allow):
                errors.append(text)

        def on_console(message: ConsoleMessage) -> None:
            if message.type == 'error':
                report(f'{message.text} ({message.location["url"]})')

        contexts.append(browser.new_context(**context))
        page = contexts[-1].new_page()
        page.on('console', on_console)
        page.on('pageerror', lambda error: report(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, 'the browser reported errors:\n' + '\n'.join(errors)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page on which nothing may go wrong."""
    return new_page()
