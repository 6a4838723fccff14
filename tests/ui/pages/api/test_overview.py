"""The page of the API, and where it is linked."""

from domain.access.permissions import Role
from tests.ui.conftest import Console


async def test_the_api_is_read_by_every_signed_in_person(console: Console) -> None:
    assert (await console.client.get('/api')).headers['location'] == '/login?next=/api'
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
