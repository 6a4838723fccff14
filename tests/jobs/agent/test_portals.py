"""Across the agent: what is no console's answer deletes nothing, ends nothing, and gets to see no secret a second time."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from jobs.agent import client
from jobs.agent.clock import Clock
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from jobs.agent.spool import Spool
from tests.jobs.agent.conftest import Console, problem, running, until
from tests.jobs.agent.test_run import waiting

Portal = Callable[[], web.Response]


def html(status: int, **headers: str) -> Portal:
    page = f'<html><head><title>{status} says\nnginx</title></head></html>'
    return lambda: web.Response(
        status=status, text=page, content_type='text/html', headers={'Server': 'nginx/1.24.0', **headers}
    )


def plain_problem(status: int, type_: str = 'about:blank', said: int | None = None) -> Portal:
    body = {'type': type_, 'title': 'Bad Request', 'status': said or status}
    return lambda: web.json_response(body, status=status, content_type='application/problem+json')


PORTALS: dict[str, Portal] = {
    '200': html(200),
    '200 json': lambda: web.json_response({'accepted': True, 'id': 'x', 'credential': 'token', 'device_id': 'y'}),
    '200 empty': lambda: web.Response(),
    '204': lambda: web.Response(status=204),
    '302': lambda: web.Response(status=302, headers={'Location': 'http://hotel.example/login'}),
    '400': plain_problem(400),
    '400 of another product': plain_problem(400, 'https://example.org/problems/bad'),
    '400 kept by a cache': plain_problem(400, 'urn:cellwarden:problem:invalid-value', said=422),
    '400 nested': lambda: web.Response(status=400, text='[' * 100_000),
    '401': html(401, **{'WWW-Authenticate': 'Basic realm="guest"'}),
    '403': html(403),
    '404': html(404),
    '405': html(405),
    '407': html(407),
    '410': html(410),
    '411': html(411),
    '413': html(413),
    '422': plain_problem(422),
    '502': html(502),
    '511': html(511),
}


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent waits for milliseconds where it would wait for seconds."""
    monkeypatch.setattr(client, 'FIRST_DELAY_S', 0.01)


def keep_many(state: Path, count: int) -> None:
    spool = Spool(state / 'agent.db')
    for number in range(count):
        spool.keep(Clock().now(), json.dumps({'facts': {'uptime_s': number}}))
    spool.close()


@pytest.mark.parametrize('name', PORTALS)
async def test_a_portal_before_the_first_answer_costs_no_check_in_and_sees_no_credential(
    console: Console, options: AgentOptions, name: str
) -> None:
    await run_agent(options)
    keep_many(options.state, 50)
    console.portal = PORTALS[name]
    with capture_logs() as logs:
        async with running(replace(options, once=False)) as agent:
            await until(lambda: console.asked >= 3)
            assert not agent.done()
            console.portal = None
            await until(lambda: len(console.checkins) == 52)
    assert console.sequences == list(range(1, 53))
    assert console.shown == []
    assert len(console.enrolments) == 1
    (told,) = [line for line in logs if line['log_level'] in ('warning', 'error')]
    assert told['event'] == 'server_away'
    assert told['why'].startswith(name[:3])
    assert told['why'].endswith('not from a Cellwarden server')


async def test_a_portal_that_comes_while_the_agent_runs_sees_the_credential_once(
    console: Console, options: AgentOptions
) -> None:
    console.interval_s = 1
    async with running(replace(options, once=False, interval_s=1)):
        await until(lambda: len(console.checkins) == 1)
        console.portal = PORTALS['401']
        await until(lambda: console.asked >= 4)
        console.portal = None
        await until(lambda: len(console.checkins) >= 3)
    assert console.shown == ['Bearer cwd_1']


@pytest.mark.parametrize('name', PORTALS)
async def test_a_first_enrolment_waits_for_the_console_and_shows_its_token_to_no_portal(
    console: Console, options: AgentOptions, name: str
) -> None:
    console.portal = PORTALS[name]
    with capture_logs() as logs:
        async with running(replace(options, once=False)) as agent:
            await until(lambda: console.asked >= 2)
            assert not agent.done()
            console.portal = None
            await until(lambda: console.sequences == [1])
    assert console.shown == []
    assert [line['event'] for line in logs if line['log_level'] == 'warning'] == ['enrolment_waits']


async def test_the_log_says_what_spoke_in_the_place_of_the_console(console: Console, options: AgentOptions) -> None:
    console.portal = PORTALS['401']
    with pytest.raises(AgentError) as caught:
        await run_agent(options)
    assert (
        '401 Unauthorized (text/html) from nginx/1.24.0 titled \'401 says\\nnginx\' asking for Basic realm="guest": not from'
        in str(caught.value)
    )


async def test_a_refused_credential_is_renewed_only_when_the_console_refused_it(
    console: Console, options: AgentOptions
) -> None:
    await run_agent(options)
    console.portal = PORTALS['401']
    with pytest.raises(AgentError, match='the server is away'):
        await run_agent(options)
    assert console.shown == []


@pytest.mark.parametrize('status', [200, 403, 404, 409, 422])
async def test_a_result_is_reported_until_the_console_has_it(
    console: Console, options: AgentOptions, status: int
) -> None:
    console.order('C1', 'lock')
    console.portal, console.portal_at = plain_problem(status), '/result'
    with pytest.raises(AgentError, match='the server is away'):
        await run_agent(options)
    console.portal = None
    await run_agent(options)
    assert [(command, result['outcome']) for command, result in console.results] == [('C1', 'rejected')]


@pytest.mark.parametrize('status', [404, 405])
async def test_a_console_that_does_not_know_the_path_says_nothing_about_the_check_in(
    console: Console, options: AgentOptions, status: int
) -> None:
    await run_agent(options)
    console.answers.append(problem(status, 'Not found', 'there is nothing at this path'))
    with pytest.raises(AgentError, match='1 check-ins are kept'):
        await run_agent(options)
    assert waiting(options.state) == 1


async def test_an_answer_without_an_end_is_cut(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    console.portal = lambda: web.Response(text='x' * 5_000_000)
    async with asyncio.timeout(30):
        with pytest.raises(AgentError, match='not from a Cellwarden server'):
            await run_agent(options)
