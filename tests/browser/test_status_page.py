"""The public status page in a browser: without scripts, on the smallest phone, in the dark, on paper, for a screen reader."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, until

HOSTILE = '<img src=x onerror=alert(1)>'
LONG = 'W' * 80
SIZES = ((320, 640), (1440, 900))


@pytest.fixture(scope='module')
def company(console: Console) -> Company:
    """One that tells of an incident and a maintenance on two components."""
    found = console.company('Harbour for the public')
    tower = found.add('towers', name='Mast-Secret-7', region='Inner')['id']
    components: list[dict[str, Any]] = [
        {'kind': 'tower', 'target': tower, 'name': HOSTILE, 'description': LONG},
        {'kind': 'region', 'target': 'Inner', 'name': LONG, 'is_counted': True},
    ]
    content = {'slug': 'public-harbour', 'title': f'Harbour {HOSTILE}', 'about': LONG, 'components': components}
    draft = found.api.patch('/status-page', json=content, headers={'if-match': '*'})
    assert draft.status_code == 200, draft.text
    found.add('status-page/notices', title=HOSTILE, text=f'We look.\n{HOSTILE} {LONG}', impact='major')
    found.add(
        'status-page/notices', kind='maintenance', title='New radios', text='At night.', begins_at='2099-01-01T22:00:00Z',
        ends_at='2099-01-01T23:00:00Z',
    )  # fmt: skip
    assert found.api.post('/status-page:publish', json={'version': draft.json()['version']}).status_code == 200
    return found


def opened(page: Page, company: Company) -> Page:
    """The page, once it is public."""
    address = f'{company.console.address}/status/public-harbour'

    def there() -> bool | None:
        answer = page.goto(address)
        return (answer is not None and answer.status == 200) or None

    until(there, 'the page to be public')
    return page


def test_it_says_everything_without_a_script_and_sets_no_cookie(new_page: NewPage, company: Company) -> None:
    page = opened(new_page(java_script_enabled=False, viewport={'width': 320, 'height': 640}, allow=('404',)), company)
    expect(page.get_by_role('heading', level=1)).to_have_text(f'Harbour {HOSTILE}')
    expect(page.get_by_text('Partial outage').first).to_be_visible()
    expect(page.get_by_role('heading', name='Open incidents')).to_be_visible()
    expect(page.get_by_text('Investigating').first).to_be_visible()
    expect(page.get_by_role('heading', name='Maintenance', exact=True)).to_be_visible()
    expect(page.get_by_text('1 Jan 2099, 22:00 UTC to 1 Jan 2099, 23:00 UTC')).to_be_visible()
    expect(page.get_by_role('img', name='0 days of 90 observed').first).to_be_visible()
    expect(page.locator('img')).to_have_count(0)
    assert page.context.cookies() == []
    assert 'Secret' not in page.content()


def test_it_fits_the_smallest_phone_can_be_read_aloud_and_is_dark_when_asked(
    new_page: NewPage, company: Company
) -> None:
    page = opened(new_page(viewport={'width': 320, 'height': 640}, allow=('404',)), company)
    assert stumbles(page, sizes=SIZES) == ''
    grounds = []
    for scheme in ('light', 'dark'):
        page.emulate_media(color_scheme='dark' if scheme == 'dark' else 'light')
        for width, height in SIZES:
            page.set_viewport_size({'width': width, 'height': height})
            assert page.evaluate('document.documentElement.scrollWidth - innerWidth') <= 0, (scheme, width)
        grounds.append(page.evaluate('getComputedStyle(document.body).backgroundColor'))
    assert len(set(grounds)) == 2
    page.emulate_media(media='print', color_scheme='dark')
    assert page.evaluate('getComputedStyle(document.body).backgroundColor') == 'rgb(255, 255, 255)'
    assert page.evaluate('document.title').startswith('Harbour')
