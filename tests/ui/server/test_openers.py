"""Whom the browser is told to keep away from the window that a page stands in."""

import pytest

from tests.ui.server.test_headers import get_with


@pytest.mark.parametrize('site', ['none', 'same-origin'])
async def test_a_page_to_which_no_other_site_leads_costs_the_browser_no_second_process(site: str) -> None:
    assert 'cross-origin-opener-policy' not in await get_with({'sec-fetch-site': site}, '/devices')


@pytest.mark.parametrize(
    'said',
    [
        {},
        {'sec-fetch-site': 'cross-site'},
        {'sec-fetch-site': 'same-site'},
        {'sec-fetch-site': 'of a later standard'},
        {'sec-fetch-site': 'none', 'cookie': 'a=1; cellwarden_opened=1'},
    ],
)
async def test_a_page_that_another_site_may_have_opened_stands_by_itself(said: dict[str, str]) -> None:
    assert (await get_with(said, '/devices'))['cross-origin-opener-policy'] == 'same-origin'
