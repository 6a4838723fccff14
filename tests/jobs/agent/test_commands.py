"""Commands: carried out once by a hook without a shell, their results kept until the console has taken them."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.agent.commands import Orders
from jobs.agent.hooks import carry_out
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from jobs.agent.spool import Order, Spool
from tests.jobs.agent.conftest import Console, problem, running, script, until

ORDER = Order('C1', 'quarantine', 'disk is not encrypted; $(touch /tmp/x)')


async def test_a_hook_sees_its_command_in_the_environment_and_confirms_by_exit_code_0(tmp_path: Path) -> None:
    said = tmp_path / 'said'
    variables = '$CELLWARDEN_COMMAND_ID|$CELLWARDEN_ACTION|$CELLWARDEN_REASON'
    hook = script(tmp_path / 'hook', f'echo "{variables}" > {said}')
    outcome, _ = await carry_out(ORDER, {'quarantine': hook}, 5)
    assert outcome == 'confirmed'
    assert said.read_text() == 'C1|quarantine|disk is not encrypted; $(touch /tmp/x)\n'


@pytest.mark.parametrize(
    ('text', 'within_s', 'detail'),
    [
        ('echo first >&2; echo "nft: permission denied" >&2; exit 4', 30, 'nft: permission denied'),
        ('exit 4', 30, 'the hook ended with exit code 4'),
        ('kill -9 $$', 30, 'the hook was ended by signal 9'),
        ('sleep 60 & wait', 0.3, 'the hook did not finish within 0.3 s'),
    ],
)
async def test_a_hook_that_fails_rejects_with_the_reason(
    tmp_path: Path, text: str, within_s: float, detail: str
) -> None:
    async with asyncio.timeout(30):
        hook = script(tmp_path / 'hook', text)
        assert await carry_out(ORDER, {'quarantine': hook}, within_s) == ('rejected', detail)


async def test_a_hook_that_leaves_a_daemon_behind_is_not_waited_for(tmp_path: Path) -> None:
    hook = script(tmp_path / 'hook', 'sleep 60 &')
    async with asyncio.timeout(30):
        assert (await carry_out(ORDER, {'quarantine': hook}, 60))[0] == 'confirmed'


async def test_a_command_without_a_hook_is_rejected_with_that_reason(console: Console, options: AgentOptions) -> None:
    console.order('C1', 'quarantine')
    await run_agent(options)
    assert console.results == [('C1', {'outcome': 'rejected', 'detail': 'no hook for quarantine'})]


async def test_a_command_is_carried_out_once_however_often_it_is_delivered(
    console: Console, options: AgentOptions, tmp_path: Path
) -> None:
    runs = tmp_path / 'runs'
    hook = script(tmp_path / 'hook', f'echo "$CELLWARDEN_COMMAND_ID" >> {runs}')
    options = replace(options, hooks={'quarantine': hook})
    for _ in range(3):
        console.order('C1', 'quarantine')
        console.order('C1', 'quarantine')
        await run_agent(options)
    assert runs.read_text() == 'C1\n'
    assert len({str(result) for result in console.results}) == 1
    assert [command for command, _ in console.results] == ['C1', 'C1', 'C1']


async def test_a_result_is_kept_until_the_console_has_taken_it(console: Console, options: AgentOptions) -> None:
    console.order('C1', 'quarantine')
    console.result_status = 503
    with pytest.raises(AgentError, match='not now'):
        await run_agent(options)
    console.result_status = 200
    await run_agent(options)
    await run_agent(options)
    assert [command for command, _ in console.results] == ['C1', 'C1']


@pytest.mark.parametrize('status', [404, 409])
async def test_a_result_that_the_server_refuses_is_dropped(
    console: Console, options: AgentOptions, status: int
) -> None:
    console.order('C1', 'quarantine')
    console.result_status = status
    await run_agent(options)
    await run_agent(options)
    assert len(console.results) == 1


async def test_a_sick_result_does_not_silence_the_device(
    console: Console, options: AgentOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        random, 'uniform', lambda low, _: low or 0.01
    )  # no luck, so that no try waits long for its turn
    console.order('C1', 'quarantine')
    console.result_status, console.interval_s = 500, 1
    async with running(replace(options, once=False)):
        await until(lambda: console.sequences[:2] == [1, 2])


async def test_checkins_go_on_while_a_hook_runs(console: Console, options: AgentOptions, tmp_path: Path) -> None:
    console.interval_s = 1
    console.order('C1', 'quarantine')
    hook = script(tmp_path / 'hook', 'sleep 60')
    async with running(replace(options, once=False, hooks={'quarantine': hook})):
        await until(lambda: len(console.checkins) >= 3)
    assert console.results == []
    await run_agent(options)
    assert console.results == [('C1', {'outcome': 'rejected', 'detail': 'the agent was stopped while the hook ran'})]


async def test_a_hook_cut_off_by_a_crash_is_not_run_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / 'agent.db')
    spool.receive(ORDER)
    assert spool.start_next() == ORDER
    spool.close()  # the process died here

    spool = Spool(tmp_path / 'agent.db')
    await Orders(spool, {}, 1).drain()
    result = spool.next_result()
    assert result is not None
    assert (result.outcome, result.detail) == (
        'rejected', 'the agent stopped while the hook ran; its effect is not known'
    )  # fmt: skip
    spool.close()


async def test_commands_of_a_late_answer_count_too(console: Console, options: AgentOptions) -> None:
    await run_agent(options)
    console.answers.append(problem(500, 'Crash', 'sorry'))
    with pytest.raises(AgentError):
        await run_agent(options)
    console.order('C2', 'release')
    await run_agent(options)
    assert [command for command, _ in console.results] == ['C2']
