"""``cellwarden demo``: an enterprise with an account, then a simulated fleet and this machine's agent as processes beside the server."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path

import structlog
import typer

from domain.access.permissions import Permission
from ui.operator.operations import Operations
from ui.operator.story import Story

log = structlog.get_logger(__name__)

ENTERPRISE = 'Harbour Logistics'
HOLDER = 'demo fleet'
EMAIL = 'demo@cellwarden.example'
REMIND_S = 120.0
"""A terminal of 24 lines holds what the demo logs in this time."""
PLMNS = ('204-90', '999-41')
ENFORCED = ('Not rooted', 'Patch level ≤ 60 days')
SCOPES = (
    Permission.TOWERS_READ,
    Permission.TOWERS_WRITE,
    Permission.DEVICES_READ,
    Permission.STATUS_READ,
    Permission.STATUS_WRITE,
    Permission.STATUS_PUBLISH,
    Permission.CHANNELS_READ,
    Permission.CHANNELS_WRITE,
    Permission.PEOPLE_READ,
    Permission.PEOPLE_WRITE,
)
NIGHT_DESK = ('Ann Visser', 'Bo Jansen', 'Cem Yilmaz')
"""The people that the simulation puts on call."""
STOP_WITHIN_S = 5
READY_WITHIN_S = 60
MESSY = 0.3
"""Share of the devices that report wrongly in a messy demo."""


async def run_demo(
    control: Operations,
    *,
    address: str,
    data: Path,
    devices: int,
    seed: int,
    messy: bool,
    ready: Callable[[], None],
    story: Story,
) -> None:
    """Prepare the enterprise, tell where to look, and keep the fleet and the agent running until told to stop.

    ``ready`` is called once the simulated towers answer. Those of an earlier demo are asked no sooner: their ports are other ones now.
    The ``story`` hears what the simulation tells.
    """
    password = await _account(control, data)
    await _night_desk(control)
    await _forget_tokens(control)
    enrol = await control.run('token enrolment', {'enterprise': ENTERPRISE, 'name': HOLDER, 'replaces': True})
    api = await control.run(
        'token api', {'enterprise': ENTERPRISE, 'name': HOLDER, 'scopes': [scope.value for scope in SCOPES]}
    )
    environment = {
        **os.environ,
        'CELLWARDEN_ENROL_TOKEN': enrol['secret'],  # by environment: other users of the machine can read command lines
        'CELLWARDEN_API_TOKEN': api['secret'],
    }
    parent = str(os.getpid())
    children = [
        await _child(environment, '-m', 'jobs.simulation', '--server', address, '--devices', str(devices), '--seed', str(seed),
                     '--messy', str(MESSY if messy else 0.0), '--with-parent', parent, '--says-ready', '--tells-story',
                     stdin=PIPE, stdout=PIPE),
        await _child(
            environment, '-m', 'ui.cli.main', 'agent', '--server', address, '--state', str(data / 'agent'), '--kind', 'server',
            '--label', 'site=here', '--interval', '10', '--with-parent', parent,
        ),
    ]  # fmt: skip
    typer.echo(_greeting(address, password, devices, messy))
    telling: asyncio.Task[None] | None = None
    try:
        await _first_word(children[0])
        ready()
        telling = asyncio.create_task(_follow(children[0], story))
        while True:  # the log pushes the greeting out of the terminal
            await asyncio.sleep(REMIND_S)
            typer.echo(reminder(address, password))
    finally:
        if telling is not None:
            telling.cancel()
        await _stop(children)


async def _account(control: Operations, data: Path) -> str:
    """The demo's own account; the password stays the same for the same data folder."""
    kept = data / 'demo-login.json'
    known = {item['name'] for item in (await control.run('enterprise list', {}))['items']}
    if ENTERPRISE not in known:
        await control.run('enterprise add', {'name': ENTERPRISE, 'plmns': PLMNS, 'enforce': ENFORCED})
    there = EMAIL in {item['email'] for item in (await control.run('user list', {}))['items']}
    if kept.exists():
        password = str(json.loads(kept.read_text())['password'])
        if there:
            return password
    else:
        password = '-'.join(secrets.token_hex(3) for _ in range(3))
        written = kept.with_suffix('.new')
        written.touch(0o600)
        written.write_text(json.dumps({'email': EMAIL, 'password': password}))
        written.replace(kept)  # whole or not at all
    if there:  # a demo was killed before it could write down the password
        await control.run('user reset', {'email': EMAIL, 'password': password})
    else:
        account = {'enterprise': ENTERPRISE, 'email': EMAIL, 'name': 'Mara Okafor', 'role': 'admin'}
        await control.run('user add', {**account, 'password': password})
        await control.run('user owner', {'email': EMAIL})
    return password


async def _night_desk(control: Operations) -> None:
    """Three people who take turns; nobody knows their passwords."""
    known = {item['email'] for item in (await control.run('user list', {}))['items']}
    for name in NIGHT_DESK:
        email = f'{name.partition(" ")[0].lower()}@cellwarden.example'
        if email not in known:
            account = {'enterprise': ENTERPRISE, 'email': email, 'name': name, 'role': 'operator'}
            await control.run('user add', {**account, 'password': secrets.token_urlsafe(24)})


async def _forget_tokens(control: Operations) -> None:
    """End what earlier demos could not: changes are no longer taken before they stop, and some are killed."""
    for token in (await control.run('token list', {}))['items']:
        if (token['enterprise'], token['name']) == (ENTERPRISE, HOLDER):
            await control.run('token revoke', {'id': token['id']})


async def _child(
    environment: dict[str, str], *arguments: str, stdin: int = asyncio.subprocess.DEVNULL, stdout: int | None = None
) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment, stdin=stdin, stdout=stdout)


async def _follow(child: Process, story: Story) -> None:
    """Hear the simulation until it ends, and hand on what a person breaks."""
    assert child.stdout is not None  # noqa: S101 they were asked for
    assert child.stdin is not None  # noqa: S101
    pipe = child.stdin
    story.breaks = lambda what: pipe.write(f'{what}\n'.encode())
    while line := await child.stdout.readline():
        story.heard(line)
    story.breaks = None


async def _first_word(child: Process) -> None:
    """Until it says something, ends, or has had its time."""
    assert child.stdout is not None  # noqa: S101 it was asked for
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.stdout.readline(), READY_WITHIN_S)


async def _stop(children: list[Process]) -> None:
    for child in children:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
    for child in children:
        try:
            await asyncio.wait_for(child.wait(), STOP_WITHIN_S)
        except TimeoutError:
            child.kill()


def reminder(address: str, password: str) -> str:
    """How to sign in, in one line."""
    return f'  Cellwarden demo: {address}  sign in with {EMAIL}  password {password}'


def _greeting(address: str, password: str, devices: int, messy: bool) -> str:
    wrongly = (
        '\n    Devices        "Odd values" in the filter: three in ten report wrongly, each in its own way\n'
        if messy
        else ''
    )
    return f"""
  Cellwarden is up: {address}

    sign in with   {EMAIL}
    password       {password}     (made for this data folder; nobody else has it)

  {devices} simulated devices and 40 towers around the port of Rotterdam are joining now, through the same API
  as real ones, and this machine is enrolled beside them. Things to look at:

    Overview       the story: what happens next and where to look, and a button that breaks a hub;
                   sites fail and recover, devices drift out of policy and return; the newest on the right
    Towers         open one that is down: its checks, whom it served when it went down, and who comes back
    Devices        filter by "Violating", open a device: signal, evidence, the quarantine on its way
    Alerts         somewhere a device will report an unknown cell
    On call        who is told of an outage, who next, and when: three people take turns, and their pager is in this log
    Status page    what the public sees of it: {address}/status/harbour-radio
{wrongly}
  Ctrl-C stops everything.
"""
