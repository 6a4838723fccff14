"""Hostile JSON at every route, ids and methods that no client sends: refused, never with 5xx."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from itertools import chain

import httpx

from domain.access.permissions import OWNER, Permission
from tests.battery.case import Place, Stage
from tests.battery.figures import most, tracebacks
from tests.bench.browsers import sign_in
from tests.bench.report import Figure
from tests.bench.seed import ENTERPRISE
from tests.real.server import Server, bearer
from ui.sign_in import COOKIE

MOST_S = 30.0
"""For all calls; the figures count those that were made."""
_DEEP, _LONG = 950, 5000
DOCUMENTS: Mapping[str, bytes] = {
    'deep lists': b'[' * _DEEP + b']' * _DEEP,
    'deep objects': b'{"a":' * _DEEP + b'1' + b'}' * _DEEP,
    'a deep unknown field': b'{"zz":' + b'[' * _DEEP + b']' * _DEEP + b'}',
    'a long number': b'1' * _LONG,
    'a long number in an unknown field': b'{"zz":' + b'9' * _LONG + b'}',
    'a long fraction': b'{"zz":1e' + b'9' * _LONG + b'}',
    'not a number': b'{"name":NaN,"sequence":Infinity}',
    'a name twice': b'{"name":"a","name":"b"}',
    'no UTF-8': b'{"name":"\xff\xfe"}',
    'a lone surrogate': b'{"name":"\\ud800"}',
    'NUL': b'{"name":"a\\u0000b"}',
    'a mark in front': b'\xef\xbb\xbf{}',
    'no end': b'{"name":"a',
    'nothing': b'',
    'null': b'null',
    'a text': b'"a"',
    'an empty list': b'[]',
    'an empty object': b'{}',
    'spaces': b' ' * 100_000,
}
_VALUES: tuple[object, ...] = (
    None,
    True,
    -1,
    2**31,
    2**63,
    10**400,
    1e308,
    '',
    'a\x00b',
    '\ud800',
    'x' * 65_536,
    [],
    {},
    [[]],
    {'a': {}},
)
"""What stands in turn in every field of the example of a body."""
IDS = ('%00', '%E2%80%A8', '%FF', '..%2f..', "'--", 'a' * 2000, '%F0%9F%98%80')
PAGES = ('/devices', '/towers', '/policies', '/alerts', '/audit')
METHODS = ('QUERY', 'PROPFIND', 'TRACE', 'LOCK')


async def documents(stage: Stage) -> AsyncIterator[Figure]:
    """Documents that are deep, broken or full of long numbers, and hostile values in each field of the example, at every route of
    `openapi.json` that takes a body, with all scopes; for 30 s at most. Answers of 5xx: 0; no traceback."""
    place = await stage.place()
    async with stage.server(place) as server, httpx.AsyncClient(base_url=server.address, timeout=20) as client:
        secrets = await _secrets(server, place)
        description = (await client.get('/api/v1/openapi.json')).json()
        statuses: Counter[int] = Counter()
        wrong: Counter[str] = Counter()
        began, slowest, cut = time.monotonic(), 0.0, False
        for method, path, door, example in _routes(description):
            for name, text in chain(DOCUMENTS.items(), _spoilt(example)):
                if cut := time.monotonic() - began > MOST_S:
                    break
                kind = 'application/merge-patch+json' if method == 'patch' else 'application/json'
                headers = {**bearer(secrets[door]), 'content-type': kind, 'if-match': '*'}
                asked = time.monotonic()
                answer = await client.request(method, path, content=text, headers=headers)
                slowest = max(slowest, time.monotonic() - asked)
                statuses[answer.status_code // 100] += 1
                if answer.status_code >= 500:
                    wrong[f'{method} {path}: {name}'] += 1
        seen = f'of {statuses.total()} calls{" (not all: time)" if cut else ""}, slowest {1000 * slowest:.0f} ms; '
        seen += '; '.join(list(wrong)[:4])
        yield most('answers of 5xx to hostile JSON', statuses[5], 0, measured=seen)
        yield tracebacks(server, 'hostile JSON')


async def targets(stage: Stage) -> AsyncIterator[Figure]:
    """Ids and searches with NUL, line separators, no UTF-8 and 2,000 characters at every route of the API, at pages of a signed-in
    person and at `/join/…` without a session, and methods that do not exist. Answers of 5xx: 0; an unknown method is 405 with a problem
    document of under 2 KB."""
    place = await stage.place()
    async with stage.server(place) as server, httpx.AsyncClient(base_url=server.address, timeout=20) as client:
        program = bearer((await _secrets(server, place))['program'])
        person = {'cookie': f'{COOKIE}={await sign_in(server.port)}'}
        description = (await client.get('/api/v1/openapi.json')).json()
        asked = list(_odd([path for path, found in description['paths'].items() if 'get' in found]))
        wrong = []
        for target in asked:
            headers = program if target.startswith('/api') else person if target.startswith(PAGES) else {}
            answer = await _answer(client, 'GET', target, headers)
            if answer is None or answer.status_code >= 500:
                wrong.append(f'{answer.status_code if answer else "no answer"} {target[:60]}')
        yield most('answers of 5xx to odd targets', len(wrong), 0, measured=f'of {len(asked)}; {", ".join(wrong[:8])}')
        odd = []
        for method in METHODS:
            answer = await _answer(client, method, '/api/v1/devices', program)
            if answer is None:
                odd.append(f'{method}: no answer')
            elif answer.status_code != 405 or not _is_problem(answer) or len(answer.content) > 2000:
                odd.append(f'{method}: {answer.status_code}, {len(answer.content)} bytes')
        seen = f'of {len(METHODS)}; {", ".join(odd)}'
        yield most('unknown methods without a 405 and a problem document', len(odd), 0, measured=seen)
        yield tracebacks(server, 'odd targets')


def _odd(paths: list[str]) -> Iterator[str]:
    for odd_id in IDS:
        for path in paths:
            if '{' in path:
                yield _filled(path, odd_id)
            else:
                yield from (f'{path}?{name}={odd_id}' for name in ('q', 'cursor', 'subject'))
        yield from (f'{page}/{odd_id}' for page in (*PAGES, '/join'))
        yield f'/login?next={odd_id}'


async def _answer(
    client: httpx.AsyncClient, method: str, target: str, headers: Mapping[str, str]
) -> httpx.Response | None:
    """``None`` when the connection was closed instead, a new one too: an answer of 500 closes the one that it was sent on."""
    for _ in range(2):
        with suppress(httpx.TransportError):
            return await client.request(method, target, headers=headers)
    return None


def _is_problem(answer: httpx.Response) -> bool:
    return str(answer.headers.get('content-type', '')).startswith('application/problem+json')


async def _secrets(server: Server, place: Place) -> dict[str, str]:
    scopes = [permission.value for permission in Permission if permission not in OWNER]
    program = await server.operate('token api', enterprise=ENTERPRISE, name='battery', scopes=scopes)
    enrolment = await server.operate('token enrolment', enterprise=ENTERPRISE, name='battery')
    return {'program': program['secret'], 'enrolment': enrolment['secret'], 'device': place.seeded.devices[0][1]}


def _routes(description: Mapping[str, object]) -> Iterator[tuple[str, str, str, object]]:
    """Method, path, whose secret it takes, and the example of the body."""
    paths, components = description['paths'], description['components']
    assert isinstance(paths, dict)
    assert isinstance(components, dict)
    for path, methods in paths.items():
        for method, operation in methods.items():
            if 'requestBody' not in operation:
                continue
            (content,) = list(operation['requestBody']['content'].values())[:1]
            example = content.get('example')
            name = content['schema'].get('$ref', content['schema'].get('items', {}).get('$ref', '')).rpartition('/')[2]
            if example is None and name:
                example = components['schemas'][name].get('examples', [{}])[0]
            yield method, _filled(path, '01ARZ3NDEKTSV4RRFFQ69G5FAV'), next(iter(operation['security'][0])), example


def _spoilt(example: object) -> Iterator[tuple[str, bytes]]:
    """The example with every field replaced in turn, and with a field that does not exist."""
    if not isinstance(example, dict):
        return
    begin = json.dumps(example)[:-1].encode() + (b',' if example else b'')
    yield 'a deep unknown field beside the example', begin + b'"zz":' + b'[' * _DEEP + b']' * _DEEP + b'}'
    yield 'deep unknown objects beside the example', begin + b'"zz":' + b'{"a":' * _DEEP + b'1' + b'}' * _DEEP + b'}'
    yield 'a long number beside the example', begin + b'"zz":' + b'9' * _LONG + b'}'
    yield 'a name twice beside the example', begin + b'"zz":1,"zz":2}'
    for field in example:
        for value in _VALUES:
            yield f'{field} = {str(value)[:20]!r}', json.dumps({**example, field: value}).encode()


def _filled(path: str, odd_id: str) -> str:
    while '{' in path:
        path = path[: path.index('{')] + odd_id + path[path.index('}') + 1 :]
    return path
