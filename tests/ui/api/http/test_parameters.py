"""Parameters that cannot be read are refused in our words, with what may stand there; a moment comes in the forms that addresses have."""

import pytest

from tests.ui.api.served import Served

MOMENT = (
    'write a moment with its offset, such as 2026-11-22T08:00:00Z or 2026-11-22T09:00:00+01:00 (RFC 3339), '
    'or as epoch seconds, not '
)


@pytest.mark.parametrize(
    'said', ['yesterday', '2026-11-30', '2026-11-30T08:00', '2026-02-30T00:00:00Z', '30/11/2026', '']
)
@pytest.mark.parametrize('path', ['/alerts', '/audit', '/violations', '/incidents', '/audit/unwatched'])
async def test_what_is_no_moment_is_refused_with_the_forms_that_there_are(served: Served, path: str, said: str) -> None:
    answer = await (await served.program()).send('GET', path, params={'since': said})
    assert (answer.status_code, answer.json()['field']) == (422, 'since')
    assert answer.json()['detail'] == f'{MOMENT}{said!r}'


@pytest.mark.parametrize(
    'said', ['2026-11-30T08:00:00+01:00', '2026-11-30T08:00:00%2B01:00', '2026-11-30T07:00:00Z', '1796022000']
)
async def test_the_plus_of_an_offset_need_not_be_escaped(served: Served, said: str) -> None:
    answer = await (await served.program()).send('GET', f'/alerts?since={said}')
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ('query', 'detail'),
    [
        ('limit=many', "is a whole number, not 'many'"),
        ('state=opened', "is one of open, closed, all, not 'opened'"),
        ('severity=Critical', "is one of critical, major, minor, warning, indeterminate, cleared, not 'Critical'"),
        (f'q={"x" * 201}', 'has at most 200 characters'),
    ],
)
async def test_a_parameter_that_cannot_be_read_is_told_what_may_stand_there(
    served: Served, query: str, detail: str
) -> None:
    answer = await (await served.program()).send('GET', f'/alerts?{query}')
    assert (answer.status_code, answer.json()['detail']) == (422, detail)


async def test_a_parameter_that_stands_there_twice_is_refused_where_one_would_be_forgotten(served: Served) -> None:
    program = await served.program()
    answer = await program.send('GET', '/alerts?state=open&severity=major&state=closed')
    assert (answer.status_code, answer.json()['field']) == (422, 'state')
    assert answer.json()['detail'] == 'stands there more than once; which one is meant?'
    assert (await program.send('GET', '/audit?kind=device&kind=tower')).status_code == 200


@pytest.mark.parametrize(
    ('body', 'field', 'detail'),
    [
        ([], None, 'is an object, not an array'),
        ({'name': 1, 'kind': 'gateway'}, 'name', 'is a text, not a whole number'),
        ({'name': 'x', 'kind': 'gateway', 'interval_s': '60'}, 'interval_s', 'is a whole number, not a text'),
        ({'name': 'x', 'kind': 'gateway', 'labels': [1]}, 'labels', 'is an object, not an array'),
    ],
)
async def test_a_value_of_another_kind_is_told_what_it_has_to_be(
    served: Served, body: object, field: str | None, detail: str
) -> None:
    answer = await (await served.program()).post('/devices', body)
    assert (answer.status_code, answer.json().get('field'), answer.json()['detail']) == (422, field, detail)
