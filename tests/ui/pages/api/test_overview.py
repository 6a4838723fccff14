"""The page of the API, and where it is linked."""

from domain.access.permissions import Role
from tests.ui.conftest import Console


async def test_the_api_is_read_by_every_signed_in_person(console: Console) -> None:
    assert (await console.client.get('/api')).headers['location'] == 'login?next=/api'
    await console.sign_in(Role.VIEWER)
    page = (await console.client.get('/api')).text
    for words in (
        '/api/v1/devices',
        'curl -sS',
        'httpx.request',
        'Your role does not include it.',
        'http://test/api/v1',
    ):
        assert words in page, words
    assert 'href="/api"' in page


async def test_the_reference_stands_in_the_first_picture(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    html = (await console.client.get('/api')).text.partition('<div id="app"')[0].partition('id="cw-first"')[2]
    assert '<b>Errors</b>' in html
    assert 'aria-label="Search the API"' in html  # so that nothing moves when the script has drawn it
    assert html.count('class="cw-op"') == html.count('class="verb ') > 50
