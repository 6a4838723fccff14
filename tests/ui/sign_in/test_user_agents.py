"""Browsers by the names their owners know them by, and odd headers too."""

import pytest

from ui.sign_in.user_agents import MOST_CHARACTERS, browser_name

AGENTS = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0': 'Firefox on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36 Edg/129.0': 'Edge on Windows',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36': 'Chrome on Android',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1': 'Safari on iPhone',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15': 'Safari on macOS',
    'curl/8.5.0': 'curl/8.5.0',
    '': 'A browser that does not say its name',
    '\x00\u202e\n': 'A browser that does not say its name',
}


@pytest.mark.parametrize(('agent', 'name'), AGENTS.items())
def test_a_browser_is_named_in_a_few_words(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_an_endless_name_is_cut() -> None:
    assert len(browser_name('x' * 10_000)) == MOST_CHARACTERS + 1
