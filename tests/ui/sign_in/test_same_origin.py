"""Across routes: every one that a cookie opens answers our own pages alone; generated over all that are there."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.routing import Mount, Route, WebSocketRoute

from domain.access.permissions import Role
from domain.sign_in.live import Sessions
from tests.ui.conftest import Console
from ui.sign_in import safe_target
from ui.sign_in.guard import SECRET_ADDRESSES

UNSAFE = ('POST', 'PUT', 'PATCH', 'DELETE')
FOREIGN = (
    {'origin': 'https://evil.example'},
    {'origin': 'null'},
    {'origin': ''},
    {'origin': 'http://test.evil.example'},
    {'origin': 'http://test:8080'},
    {'origin': 'http://evil.example', 'x-forwarded-host': 'evil.example'},
    {'origin': 'http://evil.example', 'forwarded': 'host=evil.example'},
    {'origin': 'null', 'host': ''},
    {'sec-fetch-site': 'cross-site'},
    {'sec-fetch-site': 'same-site'},
)


def doors(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of everything that is no program's: routes that change something, and all of NiceGUI by one path.
    What a secret in the address opens is left out: no cookie has a part in it."""
    for route in app.routes:
        if isinstance(route, Route) and not route.path.startswith(('/api/', *SECRET_ADDRESSES)):
            for method in UNSAFE:
                if method in (route.methods or ()):
                    yield method, re.sub(r'\{[^}]+\}', 'x', route.path)
        elif isinstance(route, Mount) and not route.path:
            yield from (('POST', '/_nicegui_ws/socket.io/'), ('GET', '/_nicegui_ws/socket.io/'), ('POST', '/'))
    yield 'GET', '/ui/audit.csv'  # that it was taken becomes an entry


@pytest.mark.parametrize('headers', FOREIGN, ids=lambda one: ' '.join(f'{name}={value}' for name, value in one.items()))
async def test_no_door_answers_a_request_from_elsewhere(console: Console, headers: dict[str, str]) -> None:
    await console.sign_in(Role.ADMIN)
    asked = list(doors(console.client._transport.app))  # type: ignore[attr-defined]
    assert {('POST', '/auth/sign-in'), ('POST', '/auth/sign-out'), ('GET', '/_nicegui_ws/socket.io/')} <= set(asked)
    for method, path in asked:
        answer = await console.client.request(
            method, path, headers=headers, params={'transport': 'polling', 'EIO': '4'}
        )
        assert (answer.status_code, answer.text) == (403, 'This request came from another site.'), (method, path)
    assert console.application.fleets.index(Sessions).open, 'and no session has ended'


async def test_our_own_pages_are_answered(console: Console) -> None:
    await console.sign_in(Role.ADMIN)
    for headers in ({'origin': 'http://test'}, {'sec-fetch-site': 'same-origin'}):
        for method, path in doors(console.client._transport.app):  # type: ignore[attr-defined]
            if path != '/auth/sign-out':
                answer = await console.client.request(method, path, headers=headers)
                assert answer.status_code != 403, (method, path)


def test_every_socket_is_behind_the_guard(console: Console) -> None:
    app = console.client._transport.app  # type: ignore[attr-defined]
    sockets = [route.path for route in app.routes if isinstance(route, WebSocketRoute)]
    assert sockets == ['/api/v1/events'], "that of programs takes a token; people have NiceGUI's alone"


PIECES = st.text(st.sampled_from('/\\@:.?#%&;=\t\r\n\x00\x0b\x7f \u2028\u3002\uff0f\u202eaéevil.example'), max_size=12)


@given(st.one_of(st.text(max_size=30), PIECES, PIECES.map('/{}'.format), PIECES.map('//{}'.format)))
@example('//evil.example')
@example('/\\evil.example')
@example('\\/evil.example')
@example('/\t/evil.example')
@example('/\n/evil.example')
@example('https:/evil.example')
@example('https:evil.example')
@example('javascript:alert(1)')
@example('/@evil.example')
@example('/%2f/evil.example')
@example('/.//evil.example')
@example(' //evil.example')
def test_a_redirect_stays_with_us_whatever_it_is_asked_for(wish: str) -> None:
    target = safe_target(wish)
    as_browsers_read = re.sub(r'[\t\r\n]', '', target).lstrip('\x00\x01\x0b\x1f ').replace('\\', '/')
    assert as_browsers_read == target, 'nothing that a browser would read otherwise'
    assert target.startswith('/')
    assert not target.startswith('//')
    assert urlsplit(urljoin('https://us.example/login', target)).netloc == 'us.example'
    assert target.isprintable()
