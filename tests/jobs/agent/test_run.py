"""The agent against a console: enrolment, order, outages, refusals, clean stop."""

import asyncio
import os
import signal
import sqlite3
import stat
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.agent.conftest import TOKEN, Console, problem, running, until

ROOT = Path(__file__).parents[3]


async def test_a_device_enrols_once_and_checks_in_under_rising_numbers(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    await run_agent(replace(options, enrol_token=None))
    assert len(console.enrolments) == 1
    assert console.enrolments[0]['kind'] == 'gateway'
    assert console.enrolments[0]['identifiers']['serial']
    assert console.sequences == [1, 2]
    assert console.checkins[0]['facts']['os']['name']
    assert console.checkins[0]['radio'] is None
    boot = Path('/proc/sys/kernel/random/boot_id').read_text().strip()
    assert [checkin['boot_id'] for checkin in console.checkins] == [boot, boot]


async def test_a_criticality_is_said_only_when_it_was_given(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    assert 'criticality' not in console.enrolments[0], 'a console that is older than the word would refuse it'
    await run_agent(replace(options, state=options.state / 'other', criticality='vital'))
    assert console.enrolments[1]['criticality'] == 'vital'
    with pytest.raises(AgentError, match='low, normal, high, vital'):
        await run_agent(replace(options, criticality='grave'))


async def test_what_an_enrolment_was_taken_without_is_logged(console: Console, options: AgentOptions) -> None:
    console.unknown = ('criticality', 'colour')
    with capture_logs() as logs:
        await run_agent(options)
    (told,) = [line for line in logs if line['log_level'] == 'warning']
    assert (told['event'], told['fields']) == ('values_left_out', 'criticality, colour')


async def test_the_credential_is_for_its_owner_alone(options: AgentOptions) -> None:
    await run_agent(options)
    assert stat.S_IMODE(options.state.stat().st_mode) == 0o700
    for name in ('credential.json', 'agent.db', 'lock', 'serial'):
        assert stat.S_IMODE((options.state / name).stat().st_mode) == 0o600, name


async def test_what_was_kept_while_the_server_was_away_arrives_late_and_in_order(
    console: Console, options: AgentOptions
) -> None:
    await run_agent(options)
    console.answers += [problem(503, 'Busy', 'starting') for _ in range(3)]
    for _ in range(3):
        with pytest.raises(AgentError, match='kept for the next run'):
            await run_agent(options)
    await run_agent(options)
    assert console.sequences == [1, 2, 3, 4, 5]
    observed = [datetime.fromisoformat(checkin['observed_at']) for checkin in console.checkins]
    sent = [datetime.fromisoformat(checkin['sent_at']) for checkin in console.checkins]
    assert observed == sorted(observed)
    assert sent[1] > observed[4]  # the kept one says when it was sent, not when it was to be sent


async def test_the_agent_recovers_by_itself_when_the_server_returns(options: AgentOptions) -> None:
    console = Console()
    runner = await console.serve()
    port = int(console.url.rpartition(':')[2])
    options = replace(options, server=console.url)
    await run_agent(options)
    await runner.cleanup()
    async with running(replace(options, once=False)):
        await until(lambda: waiting(options.state) == 1)
        runner = await console.serve(port)
        await until(lambda: console.sequences == [1, 2])
    await runner.cleanup()


async def test_an_outage_is_told_once_and_so_is_what_was_dropped(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    with capture_logs() as logs:
        for _ in range(3):
            console.answers.append(problem(503, 'Busy', 'starting'))
            with pytest.raises(AgentError):
                await run_agent(replace(options, keep=1))
        console.answers += [problem(503, 'Busy', 'starting') for _ in range(2)]
        async with running(replace(options, keep=1, once=False)):
            await until(lambda: console.sequences == [1, 5])
    told = [entry['event'] for entry in logs if entry['log_level'] != 'info']
    assert sorted(told) == ['oldest_checkins_dropped'] * 3 + ['server_away']


async def test_the_interval_of_the_server_wins(console: Console, options: AgentOptions) -> None:
    console.interval_s = 3600
    async with running(replace(options, once=False, interval_s=7)):
        await until(lambda: console.sequences == [1])
        assert console.enrolments[0]['interval_s'] == 7
    console.interval_s = 1
    async with running(replace(options, once=False, interval_s=7)):
        await until(lambda: console.sequences[:3] == [1, 2, 3])


async def test_retry_after_is_honoured(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    console.answers.append(problem(429, 'Slow down', 'too many', Retry_After='1'))
    begin = asyncio.get_running_loop().time()
    async with running(replace(options, once=False)):
        await until(lambda: console.sequences == [1, 2])
    assert asyncio.get_running_loop().time() - begin >= 1


@pytest.mark.parametrize('status', [400, 413, 422])
async def test_a_checkin_that_can_never_be_taken_does_not_block_the_others(
    console: Console, options: AgentOptions, status: int
) -> None:
    console.answers.append(problem(status, 'Invalid value', 'must be between -160 and -20'))
    await run_agent(options)
    await run_agent(options)
    assert console.sequences == [2]


async def test_a_refused_credential_is_renewed_with_a_token_at_hand(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    console.valid = 'cwd_other'
    await run_agent(options)
    assert len(console.enrolments) == 2
    assert console.enrolments[0]['identifiers'] == console.enrolments[1]['identifiers']
    assert console.sequences == [1, 2]


async def test_a_refused_credential_without_a_token_ends_the_agent_in_plain_words(
    console: Console, options: AgentOptions
) -> None:
    await run_agent(options)
    console.valid = 'cwd_other'
    with pytest.raises(AgentError, match='refused this device’s credential'):
        await run_agent(replace(options, enrol_token=None))
    assert waiting(options.state) == 1


async def test_a_server_that_refuses_what_it_just_issued_is_not_asked_for_ever(
    console: Console, options: AgentOptions
) -> None:
    console.answers.append(problem(401, 'Not signed in', 'no'))
    with pytest.raises(AgentError, match='just issued'):
        await run_agent(options)
    assert len(console.enrolments) == 1


async def test_a_refused_token_ends_the_agent_in_plain_words(options: AgentOptions) -> None:
    with pytest.raises(AgentError, match='refused the enrolment token'):
        await run_agent(replace(options, enrol_token='cwe_wrong'))


async def test_a_device_that_is_barred_stops_asking(console: Console, options: AgentOptions) -> None:
    console.answers.append(problem(403, 'Not allowed', 'this device is retired'))
    with pytest.raises(AgentError, match='this device is retired'):
        await run_agent(options)


async def test_a_credential_is_not_shown_to_another_server(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    with pytest.raises(AgentError, match='is enrolled at'):
        await run_agent(replace(options, server='https://other.example.org', enrol_token=None))


@pytest.mark.parametrize('page', ['<html>Welcome to Airport WiFi</html>', '{"login": "required"}', '[]'])
async def test_a_captive_portal_does_not_swallow_a_checkin(console: Console, options: AgentOptions, page: str) -> None:
    console.answers.append(web.Response(text=page))
    with pytest.raises(AgentError, match='not from a Cellwarden server'):
        await run_agent(options)
    await run_agent(options)
    assert console.sequences == [1, 2]


async def test_a_redirect_does_not_carry_the_credential_along(console: Console, options: AgentOptions) -> None:
    console.answers.append(web.Response(status=308, headers={'Location': f'{console.url}/api/v1/checkins'}))
    with pytest.raises(AgentError, match='use that address'):
        await run_agent(options)
    assert console.sequences == []


async def test_two_agents_do_not_share_one_state_folder(console: Console, options: AgentOptions) -> None:
    async with running(replace(options, once=False)):
        await until(lambda: console.sequences == [1])
        with pytest.raises(AgentError, match='another agent is running'):
            await run_agent(options)


async def test_a_number_is_never_used_twice_even_after_kill_9(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    for death in (signal.SIGKILL, signal.SIGTERM):
        agent = await asyncio.create_subprocess_exec(
            sys.executable, '-c', _AGENT, console.url, str(options.state), TOKEN, cwd=ROOT, env=os.environ,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        seen = len(console.checkins)
        await until(lambda seen=seen: len(console.checkins) > seen)  # type: ignore[misc]
        agent.send_signal(death)
        async with asyncio.timeout(30):
            assert await agent.wait() == (-death if death == signal.SIGKILL else 0)
    await run_agent(options)
    # A check-in whose answer the dead process never saw comes again under its own number, as the same check-in. How many
    # there are is chance: a process may die before it makes one of its own.
    by_number = {checkin['sequence']: checkin['facts'] for checkin in console.checkins}
    assert [by_number[checkin['sequence']] for checkin in console.checkins] == [
        checkin['facts'] for checkin in console.checkins
    ]
    assert sorted(by_number) == list(range(1, len(by_number) + 1))
    assert len(by_number) >= 3


_AGENT = """
import asyncio, sys
from pathlib import Path
from jobs.agent.options import AgentOptions
from jobs.agent.run import run_agent
server, state, token = sys.argv[1:]
asyncio.run(run_agent(AgentOptions(server=server, state=Path(state), enrol_token=token)))
"""


def waiting(state: Path) -> int:
    with sqlite3.connect(f'file:{state}/agent.db?mode=ro', uri=True) as db:
        count = int(db.execute('SELECT count(*) FROM checkin').fetchone()[0])
    db.close()
    return count
