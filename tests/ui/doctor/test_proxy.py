"""Probes of the way between browsers and the server, by requests as the guard sees them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import RunningApplication, running_application
from tests.ui.doctor.examined import at_rest, sources
from ui.doctor import proxy
from ui.doctor.model import NO_SERVER, State

ALL = (proxy.origin, proxy.proxy, proxy.tls, proxy.sockets)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def scope(*, scheme: str = 'http', kind: str = 'http', forwarded: bool = False, query: bytes = b'') -> dict[str, Any]:
    headers = [(b'x-forwarded-for', b'192.0.2.7')] if forwarded else []
    return {
        'type': kind,
        'scheme': scheme,
        'path': '/_nicegui_ws/socket.io/',
        'query_string': query,
        'headers': headers,
    }


async def test_before_a_browser_was_there_nothing_is_known(application: RunningApplication, tmp_path: Path) -> None:
    for probe in ALL:
        assert (await probe(sources(application, tmp_path))).state is State.UNKNOWN
        assert (await probe(at_rest(tmp_path))).words == NO_SERVER


@pytest.mark.parametrize(
    ('settings', 'seen', 'host', 'states'),
    [
        ({}, scope(), b'localhost:8080', (State.OK, State.OK)),
        ({}, scope(), b'console.example.org', (State.OK, State.WARNING)),
        ({}, scope(forwarded=True), b'localhost', (State.WARNING, State.OK)),
        ({'trust_proxy': '127.0.0.1'}, scope(forwarded=True, scheme='https'), b'c.example.org', (State.OK, State.OK)),
        ({'trust_proxy': '127.0.0.1'}, scope(), b'localhost', (State.WARNING, State.OK)),
        (
            {'public_url': 'https://c.example.org'},
            scope(forwarded=True),
            b'c.example.org',
            (State.WARNING, State.FAULT),
        ),
    ],
)
async def test_a_proxy_that_is_not_trusted_and_a_way_without_tls_are_told(
    application: RunningApplication, tmp_path: Path, settings: dict[str, Any], seen: Any, host: bytes, states: Any
) -> None:
    of = sources(application, tmp_path, **settings)
    assert of.running is not None
    of.running.arrivals.note(seen, host)
    found = [await proxy.proxy(of), await proxy.tls(of)]
    assert tuple(said.state for said in found) == states
    assert all(said.advice for said in found if said.state is not State.OK)


async def test_a_refused_origin_is_told_with_both_values(application: RunningApplication, tmp_path: Path) -> None:
    of = sources(application, tmp_path, public_url='https://console.example.org')
    assert of.running is not None
    arrivals = of.running.arrivals
    arrivals.note(scope(), b'console.example.org')
    assert arrivals.origins.is_ours('https://console.example.org', 'inside:8080', encrypted=True)
    assert (await proxy.origin(of)).state is State.OK
    assert not arrivals.origins.is_ours('https://console.example.org:8443', 'console.example.org', encrypted=True)
    said = await proxy.origin(of)
    assert (said.state, said.figures['newest']) == (
        State.WARNING,
        ['https://console.example.org:8443', 'console.example.org'],
    )


async def test_pages_that_get_no_socket_are_told(application: RunningApplication, tmp_path: Path) -> None:
    of = sources(application, tmp_path)
    assert of.running is not None
    for _ in range(proxy.LEAST_POLLS):
        of.running.arrivals.note(scope(query=b'EIO=4&transport=polling'), b'localhost')
    assert (await proxy.sockets(of)).state is State.WARNING
    of.running.arrivals.note(scope(kind='websocket', scheme='ws'), b'localhost')
    assert (await proxy.sockets(of)).state is State.OK
