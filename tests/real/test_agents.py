"""The agent of this machine and a real server: approval, renewal across a crash, and a state folder that was copied."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from domain.access.permissions import OWNER, Permission
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.agent.test_modem import answer, lte_answers, modem_of
from tests.real.server import Server, bearer, running_server

pytestmark = pytest.mark.asyncio(loop_scope='module')


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """One server for all, with an enterprise for each."""
    async with running_server(tmp_path_factory.mktemp('agents') / 'data') as found:
        yield found


class Fleet:
    """An enterprise of its own, a program that may do everything in it, and agents with folders of their own."""

    def __init__(self, server: Server, folder: Path, id: str, api: httpx.AsyncClient) -> None:
        self.server, self.folder, self.id, self.api = server, folder, id, api

    async def agent(self, name: str, **token: Any) -> AgentOptions:
        """An agent that enrols with a new token."""
        made = await self.server.operate('token enrolment', enterprise=self.id, name='agents', **token)
        return AgentOptions(
            server=self.server.address, state=self.folder / name, enrol_token=made['secret'], name=name, once=True
        )

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.api.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def devices(self) -> list[dict[str, Any]]:
        return list((await self.get('/devices'))['items'])

    async def security_alerts(self) -> list[str]:
        alerts = (await self.get('/alerts'))['items']
        return [alert['problem'] for alert in alerts if alert['alarm_type'].startswith('security')]


@pytest_asyncio.fixture(loop_scope='module')
async def fleet(server: Server, tmp_path: Path) -> AsyncIterator[Fleet]:
    """A new enterprise."""
    id = (await server.operate('enterprise add', name=tmp_path.name, starter=False))['id']
    scopes = [permission.value for permission in Permission if permission not in OWNER]
    secret = (await server.operate('token api', enterprise=id, name='tests', scopes=scopes))['secret']
    async with httpx.AsyncClient(base_url=f'{server.address}/api/v1', headers=bearer(secret)) as api:
        yield Fleet(server, tmp_path, id, api)


async def the_next_second() -> None:
    """Until this machine has been up for another second: two machines would tell different uptimes."""
    begun = int(time.monotonic())
    while int(time.monotonic()) == begun:
        await asyncio.sleep(0.01)


async def test_a_copied_state_folder_raises_one_alert(fleet: Fleet) -> None:
    agent = await fleet.agent('crane-1')
    await run_agent(agent)
    shutil.copytree(agent.state, fleet.folder / 'copy')
    copy = replace(agent, state=fleet.folder / 'copy')
    for _ in range(4):
        await run_agent(agent)
        await the_next_second()
        await run_agent(copy)
        await the_next_second()
    assert await fleet.security_alerts() == ['Two machines check in as one device']
    assert len(await fleet.devices()) == 1


async def test_an_agent_whose_answers_are_lost_raises_none(fleet: Fleet) -> None:
    """Every answer is lost on the way, so that everything is sent twice and more."""
    agent = await fleet.agent('crane-1')
    await run_agent(agent)
    lost = await losing(agent.server)
    impatient = replace(agent, server=f'http://127.0.0.1:{lost.sockets[0].getsockname()[1]}')
    credential = agent.state / 'credential.json'
    for _ in range(4):
        point(credential, impatient.server)
        with pytest.raises(AgentError):
            await run_agent(impatient)
        await the_next_second()
        point(credential, agent.server)
        await run_agent(agent)
    lost.close()
    (device,) = await fleet.devices()
    assert device['sequence'] == 9
    assert await fleet.security_alerts() == []


async def test_an_agent_that_crashed_before_it_kept_its_new_credential_goes_on(fleet: Fleet) -> None:
    agent = await fleet.agent('crane-1')
    await run_agent(agent)
    credential = agent.state / 'credential.json'
    before = credential.read_bytes()
    await run_agent(replace(agent, rotate_s=0.001))
    renewed = credential.read_bytes()
    assert renewed != before
    credential.write_bytes(before)  # the answer was lost with the process
    await run_agent(replace(agent, enrol_token=None, rotate_s=0.001))
    assert credential.read_bytes() != renewed
    await run_agent(replace(agent, enrol_token=None))
    credential.write_bytes(before)
    with pytest.raises(AgentError, match='refused this device’s credential'):
        await run_agent(replace(agent, enrol_token=None))


async def test_a_device_that_needs_approval_is_not_let_in_before(fleet: Fleet) -> None:
    agent = await fleet.agent('crane-1', approval=True, labels={'site': 'port-1'})
    with pytest.raises(AgentError, match='not let in yet'):
        await run_agent(agent)
    (device,) = await fleet.devices()
    assert (device['presence'], device['labels']) == ('never_seen', {'site': 'port-1'})
    assert (await fleet.get(f'/devices/{device["id"]}'))['approved'] is False


async def test_a_swapped_sim_is_an_event_an_alert_and_kept_with_its_time(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in ``mmcli`` answers for a modem whose SIM is exchanged, taken out, and permitted on the console."""
    modem = fleet.folder / 'bin'
    modem.mkdir()
    answer(modem, **lte_answers())
    monkeypatch.setenv('PATH', f'{modem}:{os.environ["PATH"]}')
    agent = await fleet.agent('crane-1')
    await run_agent(agent)
    other = {'iccid': '8931086416018066012', 'imsi': '204080123456780'}
    (modem / 'sim.json').write_text(json.dumps({'sim': {'properties': other}}))
    await run_agent(agent)
    (device,) = await fleet.devices()
    detail = await fleet.get(f'/devices/{device["id"]}')
    assert [(sim['iccid'], sim['until'] is None) for sim in detail['sims']] == [
        ('8931086416018044112', False),
        ('8931086416018066012', True),
    ]
    assert (detail['identifiers']['imsi'], detail['sim_expected']) == ('204080123456780', False)
    assert await fleet.security_alerts() == ['SIM changed']
    permitted = {'permitted_sims': ['8931086416018066012']}
    changed = await fleet.api.patch(f'/devices/{device["id"]}', json=permitted, headers={'If-Match': '*'})
    assert changed.status_code == 200, changed.text
    assert await fleet.security_alerts() == []
    gone = modem_of(['lte'])
    gone['generic'] |= {'sim': '--', 'state': 'failed', 'state-failed-reason': 'sim-missing', 'own-numbers': []}
    (modem / 'modem.json').write_text(json.dumps({'modem': gone}))
    await run_agent(agent)
    (alert,) = (await fleet.get('/alerts'))['items']
    assert (alert['problem'], alert['severity']) == ('SIM changed', 'minor')
    kinds = [event['kind'] for event in (await fleet.get('/journal', subject=f'device/{device["id"]}'))['items']]
    assert kinds.count('sim_changed') == 2


PORTAL = (
    b'HTTP/1.1 405 Not Allowed\r\nServer: nginx/1.24.0\r\nContent-Type: text/html\r\nContent-Length: 46\r\n'
    b'Connection: close\r\n\r\n<html><title>405 Not Allowed</title></html>\r\n\r\n'
)


async def test_a_firewall_that_speaks_for_the_console_costs_nothing(fleet: Fleet) -> None:
    """First while the device enrols, then while it brings what it kept; the console is real, and so are its own refusals."""
    agent = await fleet.agent('crane-1')
    way, shown = Way(agent.server), []
    server = await asyncio.start_server(way.carry, '127.0.0.1', 0)
    behind = replace(agent, server=f'http://127.0.0.1:{server.sockets[0].getsockname()[1]}')
    way.blocked = True
    with pytest.raises(AgentError, match=r'405 Method Not Allowed .*nginx.*not from a Cellwarden server'):
        await run_agent(behind)
    assert way.shown == []
    way.blocked = False
    await run_agent(behind)
    way.blocked = True
    for _ in range(3):
        with pytest.raises(AgentError, match='the server is away'):
            await run_agent(behind)
        shown += way.shown
    way.blocked = False
    await run_agent(replace(behind, enrol_token=None))
    (device,) = await fleet.devices()
    assert device['sequence'] == 5
    assert all(line.startswith(b'authorization: bearer cwd_') for line in shown)
    server.close()


class Way:
    """A way to the server that a firewall may close; ``shown`` is what it then got to see as authorisation."""

    def __init__(self, server: str) -> None:
        self._port = int(server.rpartition(':')[2])
        self.blocked = False
        self.shown: list[bytes] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if self.blocked:
                head = (await reader.readuntil(b'\r\n\r\n')).lower()
                self.shown += [line for line in head.splitlines() if line.startswith(b'authorization:')]
                writer.write(PORTAL)
                await writer.drain()
            else:
                there, away = await asyncio.open_connection('127.0.0.1', self._port)
                await asyncio.gather(_hand_on(reader, away), _hand_on(there, writer))
        writer.close()


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


def point(credential: Path, server: str) -> None:
    """Let the agent show its credential at another address: here it is the way to the same server."""
    said = json.loads(credential.read_text())
    credential.write_text(json.dumps({**said, 'server': server}))


async def losing(server: str) -> asyncio.Server:
    """A way to the server on which every request arrives and every answer is lost."""
    port = int(server.rpartition(':')[2])

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_connection('127.0.0.1', port)
        with suppress(ConnectionError):
            head = await reader.readuntil(b'\r\n\r\n')
            length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith(b'content-length:'))
            away.write(head + await reader.readexactly(length))
            await there.readuntil(b'\r\n\r\n')
        away.close()
        writer.transport.abort()

    return await asyncio.start_server(carry, '127.0.0.1', 0)


MODEM = '/org/freedesktop/ModemManager1/Modem/0'
MMCLI = {
    '-L': {'modem-list': [MODEM]},
    f'-m {MODEM}': {
        'modem': {
            '3gpp': {'imei': '490154203237518', 'operator-code': '20408', 'registration-state': 'home'},
            'generic': {'access-technologies': ['lte'], 'sim': '--', 'state': 'connected'},
        }
    },
    f'-m {MODEM} --location-get': {
        'modem': {'location': {'3gpp': {'mcc': '204', 'mnc': '8', 'lac': '1141', 'tac': '00FFFE', 'cid': '001A2B33'}}}
    },
}
"""What ``mmcli -J`` answers for one modem: the network code without its zero, and the area in the wrong place."""


async def test_a_modem_that_writes_its_numbers_differently_joins_its_tower(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 0x1141, 'cell_id': 0x1A2B33}
    (await fleet.api.post('/towers', json={'name': 'Quay', 'cells': [cell]})).raise_for_status()
    cases = [f'"-J {asked}") echo \'{json.dumps(said)}\' ;;' for asked, said in MMCLI.items()]
    stand_in = fleet.folder / 'bin' / 'mmcli'
    stand_in.parent.mkdir()
    stand_in.write_text('\n'.join(['#!/bin/sh', 'case "$*" in', *cases, '*) exit 1 ;; esac', '']))
    stand_in.chmod(0o755)
    monkeypatch.setenv('PATH', str(stand_in.parent), prepend=os.pathsep)
    await run_agent(await fleet.agent('crane-1'))
    (device,) = await fleet.devices()
    assert device['tower']['name'] == 'Quay'
    assert (device['radio']['mnc'], device['radio']['tac']) == ('08', 0x1141)
    detail = await fleet.get(f'/devices/{device["id"]}')
    assert (detail['odd_values'], detail['clock_offset_s'], detail['implausible']) == (None, None, [])


async def test_an_agent_whose_folder_was_restored_counts_anew_and_is_heard(fleet: Fleet) -> None:
    agent = replace(await fleet.agent('crane-1'), interval_s=5)
    await run_agent(agent)
    shutil.copytree(agent.state, fleet.folder / 'backup')
    for _ in range(20):
        await run_agent(agent)
    assert (await fleet.devices())[0]['sequence'] == 21
    await the_next_second()
    shutil.rmtree(agent.state)
    shutil.copytree(fleet.folder / 'backup', agent.state)
    async with asyncio.timeout(60):
        while (await fleet.devices())[0]['sequence'] >= 21:
            await the_next_second()
            await run_agent(agent)
    (device,) = await fleet.devices()
    assert device['presence'] == 'online'
    assert await fleet.security_alerts() == []
