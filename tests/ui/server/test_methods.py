"""Another method of a known path is 405 with the methods that there are, also where a mount behind takes every path."""

import httpx
import pytest
from fastapi import FastAPI

from ui.server.methods import add_other_methods


@pytest.fixture
def client() -> httpx.AsyncClient:
    app, pages = FastAPI(), FastAPI()

    @app.get('/auth/callback/{name}')
    @app.put('/auth/callback/{name}')
    def callback(name: str) -> str:
        return name

    @app.post('/auth/sign-out')
    def sign_out() -> str:
        return 'out'

    @app.post('/join')
    def joined() -> str:
        return 'in'

    @pages.get('/join')
    def join() -> str:
        return 'page'

    @pages.get('/devices')
    def devices() -> str:
        return 'page'

    add_other_methods(app)
    app.mount('/', pages)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://console.example.org')


@pytest.mark.parametrize(
    ('method', 'path', 'allowed'),
    [
        ('POST', '/auth/callback/idp', 'GET, PUT'),
        ('DELETE', '/auth/callback/idp', 'GET, PUT'),
        ('GET', '/auth/sign-out', 'POST'),
        ('POST', '/devices', 'GET'),
        ('DELETE', '/join', 'POST'),
    ],
)
async def test_another_method_of_a_known_path(client: httpx.AsyncClient, method: str, path: str, allowed: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers['allow']) == (405, allowed)


@pytest.mark.parametrize(
    ('method', 'path', 'status'),
    [
        ('GET', '/auth/callback/idp', 200),
        ('PUT', '/auth/callback/idp', 200),
        ('POST', '/auth/sign-out', 200),
        ('GET', '/devices', 200),
        ('GET', '/join', 200),  # a form of the parent, and a page of the mount
        ('POST', '/join', 200),
        ('POST', '/auth/callback', 404),
        ('GET', '/nothing', 404),
        ('POST', '/nothing', 404),
    ],
)
async def test_a_method_that_is_known_and_a_path_that_is_not(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await client.request(method, path)).status_code == status
