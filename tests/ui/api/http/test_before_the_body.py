"""Across routes: where one takes a body, a credential is judged from the head alone, and no body is a failure of ours."""

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.tokens.model import TokenKind
from tests.fakes import running_application
from tests.ui.api.served import Belongings, Caller, Served, furnish, serving
from tests.ui.sockets import listening, request
from ui.api.http.limits import LIMIT, LIMITS

CHANGING = ('POST', 'PATCH', 'PUT', 'DELETE')
TIMES = 10
"""CPU time of an answer, in that of ``json.loads`` on as many names in as many bytes: it takes up to five, and took over a thousand where
each name was counted among all."""


async def routes(served: Served, *, with_body: bool = False) -> list[tuple[str, str]]:
    """Every route of the API that changes something, or those that read a body, as they are described: method and path."""
    paths = (await served.client.get('/api/v1/openapi.json')).json()['paths']
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method, described in methods.items()
        if method.upper() in CHANGING and ('requestBody' in described or not with_body)
    ]


def asked(path: str, owned: Belongings) -> str:
    for name, id in owned.ids().items():
        path = path.replace(f'{{{name}}}', id)
    return path.replace('{id}', 'x')


async def test_a_stranger_is_answered_before_a_byte_of_the_body_is_read(served: Served) -> None:
    owned = await furnish(served.application, served.application.enterprise, 1)
    seen = await routes(served)
    assert len(seen) >= 30
    async with listening(served.app) as server:
        for method, path in seen:
            for token in ('', 'Bearer guess', f'Bearer cwe_{"x" * 43}'):
                headers = {'authorization': token} if token else {}
                head = request(method, asked(path, owned), content_length='50000', **headers)
                status, answered, _ = await server.ask(head)
                assert (method, path, status) == (method, path, 401)
                assert answered['connection'] == 'close'
                assert answered['content-type'] == 'application/problem+json'


async def test_a_known_caller_is_waited_for(served: Served) -> None:
    _, device = await served.device()
    async with listening(served.app) as server:
        peer = await server.connect()
        said = json.dumps({'sequence': 1, 'observed_at': '2027-01-15T08:00:00Z'}).encode()
        asks = request('POST', '/api/v1/checkins', said, authorization=f'Bearer {device.token}')
        await peer.say(asks[: -len(said)])
        await asyncio.sleep(0)
        await peer.say(said)
        assert (await peer.answer())[0] == 200


DEEP = b'[' * 950 + b']' * 950
DIGITS = b'9' * 5000
BODIES: dict[str, bytes] = {
    'depth': b'{"x":' + DEEP + b'}',
    'depth without end': b'[' * 60_000,
    'objects in objects': b'{"name":' * 950 + b'1' + b'}' * 950,
    'depth in a field': b'{"name":' + DEEP + b'}',
    'digits': b'{"x":' + DIGITS + b'}',
    'negative digits': b'{"x":-' + DIGITS + b'}',
    'digits in a field': b'{"name":' + DIGITS + b'}',
    'digits in a number': b'{"interval_s":' + DIGITS + b'}',
    'exponent': b'{"x":1e99999}',
    'NaN': b'{"x":NaN}',
    'Infinity': b'{"name":-Infinity}',
    'twice': b'{"name":"a","name":"b"}',
    'twice below': b'{"labels":{"a":"b","a":"c"}}',
    'half a surrogate': b'{"name":"\\ud800"}',
    'half a surrogate as a name': b'{"\\udfff":1}',
    'no text': b'{"name":"\xff\xfe"}',
    'no text in an unknown field': b'{"x":"\xff"}',
    'a control character in an unknown field': b'{"x":"\x01"}',
    'an escape that is none in an unknown field': b'{"x":"\\q \\ud800"}',
    'null': b'null',
    'a word': b'"x"',
    'empty': b' ',
    'cut': b'{"name":"x',
    'an unknown field': b'{"\\u2028":1}',
}


async def test_no_body_is_a_failure_of_ours(served: Served) -> None:
    owned = await furnish(served.application, served.application.enterprise, 1)
    program, device = await served.program(), Caller(served.client, owned.credential)
    _, secret = await served.application.tokens.issue(served.application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    for method, path in await routes(served, with_body=True):
        caller = _caller(path, program, device, Caller(served.client, secret))
        for name, body in BODIES.items():
            answer = await caller.send(method, asked(path, owned).removeprefix('/api/v1'), content=body)
            assert answer.status_code < 500, (method, path, name, answer.text)
            if path not in PASSES_OVER and answer.status_code >= 400:
                assert answer.headers['content-type'] == 'application/problem+json'
            assert path in PASSES_OVER or 400 <= answer.status_code < 500, (method, path, name)


PASSES_OVER = {
    '/api/v1/checkins',  # passes over what it does not know, since agents are newer and older than the server
    '/api/v1/checkins:batch',  # tells of each line
    '/api/v1/bounces',  # a letter may be anything; one that tells of no bounce says so
}


def _caller(path: str, program: Caller, device: Caller, newcomer: Caller) -> Caller:
    if path == '/api/v1/enrolments':
        return newcomer
    own = path in ('/api/v1/checkins', '/api/v1/credential:rotate') or path.endswith('/result')
    return device if own else program


def _long(size: int) -> dict[str, bytes]:
    names = b','.join(b'"n%d":0' % number for number in range(size // 12))
    return {
        'names': b'{' + names + b'}',
        'the last one twice': b'{' + names + b',"n1":0}',
        'objects': b'[' + b'{},' * (size // 3 - 10) + b'{}]',
        'numbers': b'{"x":[' + b'0,' * (size // 2 - 10) + b'0]}',
        'items': b'[' + b'0,' * (size // 2 - 10) + b'0]',
        'digits': b'{"x":' + b'9' * (size - 10) + b'}',
        'lines': b'\n' * size,
        'blanks': b' ' * size,
        'depth': b'[' * size,
    }


async def test_the_longest_body_is_read_in_a_few_times_what_json_takes(served: Served) -> None:
    owned = await furnish(served.application, served.application.enterprise, 1)
    program, device = await served.program(), Caller(served.client, owned.credential)
    for method, path in (('POST', '/api/v1/devices'), ('PATCH', '/api/v1/devices/{device_id}'), ('POST', '/api/v1/checkins'),
                         ('POST', '/api/v1/checkins:batch')):  # fmt: skip
        caller, target = _caller(path, program, device, program), asked(path, owned).removeprefix('/api/v1')
        bodies = _long(LIMITS.get(path, LIMIT))
        await caller.send(method, target, content=b'{}')  # what is done but once is not the body's
        for name, body in bodies.items():
            took, reading = [], []
            with uncollected():
                for _ in range(3):
                    began = time.thread_time()
                    answer = await caller.send(method, target, content=body)
                    read = time.thread_time()
                    json.loads(bodies['names'])
                    took.append(read - began)
                    reading.append(time.thread_time() - read)
            assert 200 <= answer.status_code < 500, (path, name, answer.text[:200])
            assert min(took) < TIMES * min(reading), (path, name, took, reading)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: what it walks here is the whole test session, which the server keeps it from."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(['name', 'kind', 'labels', 'x', 'sequence', 'rule', 'checks']), inner, max_size=4),
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(said=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_every_body_is_answered(said: bytes) -> None:
    asyncio.run(_every_route(said))


async def _every_route(said: bytes) -> None:
    async with running_application() as application, serving(application) as served:
        owned = await furnish(application, application.enterprise, 1)
        program, device = await served.program(), Caller(served.client, owned.credential)
        for method, path in await routes(served):
            caller = _caller(path, program, device, program)
            answer = await caller.send(method, asked(path, owned).removeprefix('/api/v1'), content=said)
            assert answer.status_code < 500, (method, path, answer.text)
