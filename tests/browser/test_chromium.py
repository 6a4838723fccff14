"""The browser that tests get really runs pages, keeps people apart and tells of errors."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.conftest import NewPage


def test_it_runs_scripts(page: Page) -> None:
    page.set_content('<p id=x></p><script>document.querySelector("#x").textContent = 6 * 7</script>')
    assert page.inner_text('#x') == '42'


def test_two_pages_share_no_cookies(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    first.context.add_cookies([{'name': 'who', 'value': 'ann', 'url': 'http://127.0.0.1'}])
    assert first.context.cookies()
    assert not second.context.cookies()


def test_an_expected_error_is_no_failure(new_page: NewPage) -> None:
    page = new_page(allow=('planned',))
    with page.expect_event('pageerror'):
        page.set_content('<script>throw new Error("planned")</script>')


def test_without_any_browser_one_line_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv('PATH', str(tmp_path))
    assert chromium._on_path() is None
    stub = tmp_path / 'chromium'
    stub.write_text('#!/bin/sh\nexit 1\n')
    stub.chmod(0o755)
    assert chromium._on_path() is None
    assert '\n' not in chromium.HELP
