"""Across the agent: its credential, which it waits for, renews in time, and shows a certificate beside."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from jobs.agent.options import AgentError, AgentOptions, check_options
from jobs.agent.run import run_agent
from tests.jobs.agent.conftest import Console, problem, running, until


def waiting() -> web.Response:
    kind = {'type': 'urn:cellwarden:problem:waiting-for-approval', 'title': 'Waiting for approval', 'status': 403}
    return web.json_response(
        {**kind, 'detail': 'a person has to approve it'},
        status=403,
        headers={'Retry-After': '0'},
        content_type='application/problem+json',
    )


def kept(options: AgentOptions) -> str:
    return str(json.loads((options.state / 'credential.json').read_text())['credential'])


async def test_a_device_that_is_not_approved_keeps_its_check_ins_and_says_so_once(
    console: Console, options: AgentOptions
) -> None:
    console.interval_s = 1
    console.answers += [waiting() for _ in range(3)]
    with capture_logs() as logs:
        async with running(replace(options, once=False)):
            await until(lambda: len(console.checkins) >= 2)
    told = [line['event'] for line in logs if line['log_level'] == 'warning']
    assert told == ['waiting_for_approval']
    assert console.sequences[:2] == [1, 2]
    assert len(console.enrolments) == 1


async def test_a_single_run_says_that_the_device_is_not_approved_yet(console: Console, options: AgentOptions) -> None:
    console.answers.append(waiting())
    with pytest.raises(AgentError, match=r'not let in yet .*1 check-ins are kept'):
        await run_agent(options)
    await run_agent(options)
    assert console.sequences == [1, 2]


async def test_another_403_still_ends_the_agent(console: Console, options: AgentOptions) -> None:
    console.answers.append(problem(403, 'Not allowed', 'retired', Retry_After='1'))
    with pytest.raises(AgentError, match='does not accept this device any more'):
        await run_agent(options)


async def test_a_credential_that_has_grown_old_is_renewed_and_a_young_one_is_not(
    console: Console, options: AgentOptions
) -> None:
    await run_agent(options)
    assert (console.rotations, kept(options)) == (0, 'cwd_1')
    await run_agent(replace(options, rotate_s=0.001))
    assert (console.rotations, kept(options)) == (1, 'cwd_renewed_1')
    await run_agent(options)
    assert console.sequences == [1, 2, 3]
    await run_agent(replace(options, rotate_s=0))
    assert console.rotations == 1


@pytest.mark.parametrize(
    'answer',
    [
        lambda: problem(503, 'Busy', 'not now'),
        lambda: problem(404, 'Not found', 'an older server'),
        lambda: problem(409, 'Conflict', 'an enrolment as this device waits for approval'),
        lambda: problem(401, 'Not signed in', 'ended meanwhile'),
        lambda: web.json_response({'credential': None}),
    ],
)
async def test_a_renewal_that_fails_leaves_the_credential_as_it_was(
    console: Console, options: AgentOptions, answer: Callable[[], web.Response]
) -> None:
    console.rotation_answers.append(answer())
    await run_agent(replace(options, rotate_s=0.001))
    assert kept(options) == 'cwd_1'
    assert console.sequences == [1]
    await run_agent(options)
    assert console.sequences == [1, 2]


def test_a_certificate_that_is_not_there_and_a_hook_for_nothing_are_refused_at_once(tmp_path: Path) -> None:
    options = AgentOptions(server='http://localhost', state=tmp_path)
    with pytest.raises(AgentError, match='does not exist'):
        check_options(replace(options, certificate=tmp_path / 'none.pem'))
    with pytest.raises(AgentError, match='there is no action'):
        check_options(replace(options, hooks={'wype': Path('/bin/true')}))
