"""Reads that were read before: 304 while nothing has changed, packed where it is taken, and nothing else is either."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.ui.api.served import Caller, Served, check_in
from ui.api import ROUTES
from ui.api.http.route import PREFIX

NEW = {'name': 'crane-117', 'kind': 'tablet', 'identifiers': {'serial': 'SN-1'}}
SECRETS = frozenset({'secret', 'credential', 'token', 'password', 'link'})


async def read(program: Caller, path: str, **headers: str) -> httpx.Response:
    named = {name.replace('_', '-'): value for name, value in headers.items()}
    return await program.send('GET', path, headers={'accept-encoding': 'identity', **named})


async def test_what_has_not_changed_is_not_sent_again(served: Served) -> None:
    program = await served.program()
    device = (await program.post('/devices', NEW)).json()['device']['id']
    for path in ('/devices', f'/devices/{device}'):
        first = await read(program, path)
        again = await read(program, path, if_none_match=first.headers['etag'])
        assert (again.status_code, again.content, again.headers['etag']) == (304, b'', first.headers['etag'])
        assert first.headers['cache-control'] == again.headers['cache-control'] == 'private, no-cache'
        assert first.headers['vary'] == again.headers['vary'] == 'Accept-Encoding, Authorization'


async def test_what_moves_without_a_new_version_has_a_new_tag(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device()
    before = await read(program, f'/devices/{device}')
    assert (await caller.post('/checkins', check_in())).is_success
    after = await read(program, f'/devices/{device}', if_none_match=before.headers['etag'])
    assert (after.status_code, after.json()['version']) == (200, before.json()['version'])
    assert after.json()['presence'] != before.json()['presence']


async def test_the_tag_of_what_was_read_opens_its_edit(served: Served) -> None:
    program = await served.program()
    device = (await program.post('/devices', NEW)).json()['device']['id']
    for tag in ('{}', 'W/{}'):
        read_tag = (await read(program, f'/devices/{device}', accept_encoding='gzip')).headers['etag']
        head = {'if-match': tag.format(read_tag)}
        edit = await program.send('PATCH', f'/devices/{device}', json={'name': f'crane {tag}'}, headers=head)
        assert edit.status_code == 200, edit.text
        late = await program.send('PATCH', f'/devices/{device}', json={'name': 'crane-119'}, headers=head)
        assert late.status_code == 412


@pytest.mark.parametrize(
    ('asked', 'status'),
    [
        ('*', 304),
        ('W/{}', 304),
        ('"other", {}', 304),
        ('"other"', 200),
        ('', 200),
        ('"', 200),
        ('{}x', 200),
    ],
)
async def test_tags_are_compared_weakly(served: Served, asked: str, status: int) -> None:
    program = await served.program()
    tag = (await read(program, '/towers')).headers['etag']
    assert (await read(program, '/towers', if_none_match=asked.replace('{}', tag))).status_code == status


@pytest.mark.parametrize('coding', ['gzip', 'zstd'])
async def test_long_reads_are_packed_with_a_tag_of_their_own(served: Served, coding: str) -> None:
    program = await served.program()
    for number in range(5):
        await program.post('/devices', {'name': f'crane-{number}', 'kind': 'tablet'})
    plain = await read(program, '/devices')
    packed = await read(program, '/devices', accept_encoding=coding)
    assert (packed.headers['content-encoding'], packed.content) == (coding, plain.content)
    assert int(packed.headers['content-length']) < len(plain.content) / 2
    assert packed.headers['etag'] == plain.headers['etag'][:-1] + f'-{coding}"'
    for tag in (packed.headers['etag'], plain.headers['etag']):
        assert (await read(program, '/devices', accept_encoding=coding, if_none_match=tag)).status_code == 304
    assert 'content-encoding' not in (await read(program, '/towers', accept_encoding=coding)).headers, 'too short'


async def test_a_head_says_what_a_get_would(served: Served) -> None:
    program = await served.program()
    tag = (await read(program, '/devices')).headers['etag']
    head = await program.send('HEAD', '/devices', headers={'accept-encoding': 'identity'})
    assert (head.status_code, head.content, head.headers['etag']) == (200, b'', tag)
    assert (await program.send('HEAD', '/devices', headers={'if-none-match': tag})).status_code == 304


async def test_two_programs_with_other_sights_are_told_apart_by_vary_alone(served: Served) -> None:
    first = await served.program()
    assert (await read(first, '/devices')).headers['vary'].endswith('Authorization')
    stranger = await served.client.get('/api/v1/devices', headers={'if-none-match': '*'})
    assert stranger.status_code == 401, 'the caller is asked before the tag'


async def test_answers_with_secrets_and_refusals_are_neither_packed_nor_kept(served: Served) -> None:
    program = await served.program()
    labels = {f'key-{i}': 'value' * 8 for i in range(16)}
    told = await program.send('POST', '/devices', json={**NEW, 'labels': labels}, headers={'accept-encoding': 'gzip'})
    refused = await program.send('GET', f'/devices?{"x" * 2000}=1', headers={'accept-encoding': 'gzip'})
    assert (told.status_code, refused.status_code) == (201, 422)
    assert len(told.content) > 1000
    for answer in (told, refused):
        assert 'content-encoding' not in answer.headers
        assert answer.headers['cache-control'] == 'no-store'


def test_no_read_gives_a_secret() -> None:
    """What is read is packed, so no secret may stand in it; secrets are told once, in the answer to a POST."""
    fields: set[str] = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, dict):
            fields.update(schema.get('properties', ()))
            for each in schema.values():
                walk(each)

    kinds = [each.kind for row in ROUTES if row.method == 'GET' for each in row.schemas]
    assert len(kinds) > 20
    walk(msgspec.json.schema_components(kinds)[1])
    assert not fields & SECRETS


async def test_the_description_is_asked_for_again_and_seldom_sent(served: Served) -> None:
    path = f'{PREFIX}/openapi.json'
    first = await served.client.get(path, headers={'accept-encoding': 'gzip'})
    assert (first.headers['cache-control'], first.headers['content-encoding']) == ('public, no-cache', 'gzip')
    assert int(first.headers['content-length']) < len(first.content) / 4
    again = await served.client.get(path, headers={'if-none-match': first.headers['etag']})
    assert (again.status_code, again.content) == (304, b'')


async def test_check_ins_pass_none_of_this(served: Served) -> None:
    _, caller = await served.device()
    answer = await caller.post('/checkins', check_in())
    assert answer.is_success
    assert not {'etag', 'vary', 'content-encoding'} & set(answer.headers)
