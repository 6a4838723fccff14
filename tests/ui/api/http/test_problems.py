import json

import pytest
import structlog

from domain.common.errors import Invalid, Throttled
from domain.enrolment.service import EnrolmentService
from tests.ui.api.served import Served
from tests.ui.sockets import listening, request
from ui.api.http.problems import render


@pytest.mark.parametrize('path', ['/api/', '/api/v1', '/api/v1/nothing', '/api/v1/devices/', '/api/v2/devices'])
async def test_a_path_that_leads_nowhere_answers_with_a_problem(served: Served, path: str) -> None:
    answer = await served.client.get(path)
    assert (answer.status_code, answer.headers['content-type']) == (404, 'application/problem+json')
    assert answer.json()['type'] == 'urn:cellwarden:problem:not-found'


@pytest.mark.parametrize(
    ('method', 'path', 'allowed'),
    [
        ('PUT', '/api/v1/devices', 'GET, POST'),
        ('GET', '/api/v1/checkins', 'POST'),
        ('POST', '/api/v1/devices/X', 'DELETE, GET, PATCH'),
        ('QUERY', '/api/v1/devices', 'GET, POST'),
        ('PROPFIND', '/api/v1/devices/X', 'DELETE, GET, PATCH'),
        ('TRACE', '/api/v1/checkins', 'POST'),
        ('HEAD', '/api/v1/checkins:batch', 'POST'),
        ('OPTIONS', '/api/v1/enrolments', 'GET, POST'),
        ('POST', '/api/v1/openapi.json', 'GET'),
    ],
)
async def test_a_method_that_a_path_does_not_take_is_answered_with_those_it_takes(
    served: Served, method: str, path: str, allowed: str
) -> None:
    answer = await served.client.request(method, path)
    assert (answer.status_code, answer.headers['allow']) == (405, allowed)
    assert answer.headers['content-type'] == 'application/problem+json'


@pytest.mark.parametrize('method', ['get', 'RUBBISH', 'PROPFIND', 'Get', 'M-SEARCH', "!#$%&'*+"])
async def test_an_unknown_method_is_answered_like_any_other(served: Served, method: str) -> None:
    async with listening(served.app) as server:
        for path, status in (('/api/v1/devices', 405), ('/api/v1/nowhere', 404)):
            peer = await server.connect()
            await peer.say(request(method, path, b'{}'))
            found, headers, _ = await peer.answer()
            assert (found, headers['content-type']) == (status, 'application/problem+json')
            assert headers.get('allow') == ('get, post' if status == 405 else None)
            assert await peer.ask(request('GET', '/api/v1/openapi.json')) == 200


async def test_several_wrong_parameters_are_told_at_once(served: Served) -> None:
    program = await served.program()
    answer = await program.send('GET', '/devices', params={'presence': 'gone', 'limit': 'many'})
    assert answer.status_code == 422
    problem = answer.json()
    assert [error['field'] for error in problem['errors']] == ['presence.0', 'limit']
    assert problem['field'] == 'presence.0'


async def test_a_misspelt_parameter_is_refused_since_it_would_let_everything_through(served: Served) -> None:
    program = await served.program()
    answer = await program.send('GET', '/devices', params={'presense': 'offline'})
    assert (answer.status_code, answer.json()['field']) == (422, 'presense')


async def test_too_many_guesses_are_answered_with_when_to_try_again() -> None:
    answer = render(Throttled('too many wrong guesses', retry_after=8), {})
    assert (answer.status_code, answer.headers['retry-after']) == (429, '8')
    assert json.loads(bytes(answer.body))['type'] == 'urn:cellwarden:problem:too-many-attempts'


async def test_a_failure_keeps_its_inside_to_itself_and_is_logged_once_with_an_id(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError('password is hunter2')

    monkeypatch.setattr(EnrolmentService, 'add', fail)
    program = await served.program()
    with structlog.testing.capture_logs() as logged:
        answer = await program.post('/devices', {'name': 'a', 'kind': 'tablet'})
    assert (answer.status_code, answer.headers['content-type']) == (500, 'application/problem+json')
    assert 'hunter2' not in answer.text
    failures = [entry for entry in logged if entry['event'] == 'request_failed']
    assert len(failures) == 1
    assert 'hunter2' in failures[0]['exception']
    assert program.token not in str(failures)
    assert answer.json()['instance'] == f'urn:cellwarden:failure:{failures[0]["failure"]}'


async def test_other_paths_of_the_parent_app_keep_their_own_errors(served: Served) -> None:
    @served.app.get('/page')
    async def page() -> None:
        raise Invalid('for a page to show')

    answer = await served.client.get('/page')
    assert answer.headers['content-type'] != 'application/problem+json'
    assert (await served.client.get('/nothing')).headers['content-type'] == 'application/json'


async def test_nothing_of_a_refusal_is_kept_by_caches(served: Served) -> None:
    program = await served.program()
    for path in ('/nothing', '/devices?q=' + 'x' * 300):
        assert (await program.send('GET', path)).headers['cache-control'] == 'no-store'
