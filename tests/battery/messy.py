"""Is the console right about a fleet of which a third reports wrongly? ``python -m tests.battery.messy --minutes 30 --devices 2000``.

The simulated fleet works on a server of its own. What really happened is written down where it happens: each check-in that the server
took, each site that was made to fail, each cell that was not ours. Then the journal and the alerts are compared with it.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from domain.devices.presence import offline_after
from jobs.simulation.client import Answer, ConsoleClient, Json
from jobs.simulation.misbehaviour import misbehaviour_of
from jobs.simulation.network import PUBLIC
from jobs.simulation.population import Fleet, build_fleet
from jobs.simulation.run import Options, simulate
from jobs.simulation.scenario import SITE_BEATS, Event, What
from tests.battery.soak import slope
from tests.real.server import Server, bearer, running_server

SHARE, SEED, TOWERS = 0.3, 7, 40
RECOVERS_S = 60.0
"""A site that is well again is asked at its next turn, and proves itself a few times before it counts as up."""
ON_ITS_WAY_S = 1.0
"""A check-in that comes after its device was due is taken at one moment and decided on a little later; offline may be said between them."""
MOST_MB_PER_HOUR = 5.0


@dataclass(slots=True)
class Truth:
    """What really happened; moments in seconds since the epoch."""

    names: dict[str, str] = field(default_factory=dict)
    """Devices by their id."""
    contacts: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When the server took a check-in of the device of that id."""
    refused: int = 0
    failing: defaultdict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """From when until when each site failed."""
    strange: list[tuple[float, int]] = field(default_factory=list)
    """Which device was lured by a false cell, and when."""

    def told(self, event: Event) -> None:
        """An event of the scenario."""
        now = time.time()
        for site in event.sites:
            if event.what in (*SITE_BEATS, What.HUB_FELL):
                self.failing[site].append((now, float('inf')))
            elif event.what is What.SITE_RECOVERED and self.failing[site]:
                self.failing[site][-1] = (self.failing[site][-1][0], now)
        if event.what is What.STRANGE_CELL:
            self.strange += [(now, number) for number in event.devices]

    def client(self) -> type[ConsoleClient]:
        """A client that writes down what the server took."""
        truth, devices = self, dict[str, str]()

        class Writing(ConsoleClient):
            async def call(self, method: str, path: str, token: str, *args: Any, **more: Any) -> Answer:
                try:
                    answer = await super().call(method, path, token, *args, **more)
                except Exception:
                    truth.refused += path == '/checkins'
                    raise
                if path == '/enrolments':
                    devices[answer.body['credential']] = answer.body['device_id']
                    truth.names[answer.body['device_id']] = args[0]['name']
                elif path == '/checkins':
                    taken = datetime.fromisoformat(
                        answer.body['received_at']
                    ).timestamp()  # the answer may have been late
                    truth.contacts[devices[token]].append(taken)
                return answer

        return Writing


async def messy(minutes: float, devices: int) -> dict[str, Any]:
    """Let the fleet work for so many minutes once it is complete; what the console said wrongly."""
    truth, fleet = Truth(), build_fleet(seed=SEED, devices=devices, towers=TOWERS)
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(Path(folder) / 'data', CELLWARDEN_POLL_ALLOW='["127.0.0.0/8"]') as server:
            plmns = ['204-90', '999-41']
            await server.operate('enterprise add', name='Harbour', plmns=plmns)
            enrol = await server.operate('token enrolment', enterprise='Harbour', name='fleet')
            scopes = ['towers:read', 'towers:write', 'devices:read', 'alerts:read', 'events:read']
            scopes += ['status:read', 'status:write', 'status:publish', 'people:read']  # what the simulation sets up
            api = await server.operate('token api', enterprise='Harbour', name='fleet', scopes=scopes)
            options = Options(
                server=server.address,
                enrol_token=enrol['secret'],
                api_token=api['secret'],
                devices=devices,
                towers=TOWERS,
                seed=SEED,
                messy=SHARE,
            )
            work = asyncio.create_task(simulate(options, client_class=truth.client(), told=truth.told))
            memory = await _watch(server, work, minutes * 60)
            ended = time.time()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            async with aiohttp.ClientSession(server.address, headers=bearer(api['secret'])) as session:
                journal = [entry async for entry in _all(session, '/api/v1/journal?after={}&limit=500', 0)]
                journal = [entry for entry in journal if _at(entry) <= ended]  # then the sites of the simulation closed
                alerts = [alert async for alert in _alerts(session)]
    half = memory[len(memory) // 2 :]
    return {
        'minutes': minutes,
        'devices': devices,
        'misbehaving': sum(misbehaviour_of(SEED, number, SHARE) is not None for number in range(devices)),
        'check_ins': sum(map(len, truth.contacts.values())),
        'check_ins_refused': truth.refused,
        'went_offline': sum(_is_offline(entry) for entry in journal),
        'false_offline': _false_offline(journal, truth, fleet),
        'outages': sum(_is_outage(entry) for entry in journal),
        'false_outages': _false_outages(journal, truth, fleet),
        'unknown_cells': len(truth.strange),
        'unknown_cells_missed': _missed_cells(alerts, truth, fleet, ended),
        'memory_mb': [round(mb, 1) for _, mb, _ in memory[:: max(1, len(memory) // 12)]],
        'slope_mb_per_hour': round(slope(half) * 3600, 2),
    }


async def _watch(server: Server, work: asyncio.Task[None], seconds: float) -> list[tuple[float, float, int]]:
    process, began = psutil.Process(server.pid), time.monotonic()
    seen = []
    while (at := time.monotonic() - began) < seconds:
        if work.done():
            work.result()
        seen.append((at, process.memory_info().rss / 1e6, process.num_fds()))
        await asyncio.sleep(min(15.0, max(0.0, seconds - at)))
    return seen


async def _all(session: aiohttp.ClientSession, path: str, following: Any) -> AsyncIterator[Json]:
    while following is not None:
        async with session.get(path.format(following)) as answer:
            assert answer.status == 200, await answer.text()
            page = await answer.json()
        for item in page['items']:
            yield item
        following = page['next']


async def _alerts(session: aiohttp.ClientSession) -> AsyncIterator[Json]:
    for state in ('open', 'closed'):
        cursor = ''
        while cursor is not None:
            more = {'cursor': cursor} if cursor else {}
            async with session.get('/api/v1/alerts', params={'state': state, 'limit': '200', **more}) as answer:
                assert answer.status == 200, await answer.text()
                page = await answer.json()
            for item in page['items']:
                yield item
            cursor = page['next']


def _is_offline(entry: Json) -> bool:
    return bool(entry['kind'] == 'presence_changed' and entry['data']['after'] == 'offline')


def _is_outage(entry: Json) -> bool:
    return bool(entry['kind'] == 'tower_status_changed' and entry['data']['after'] == 'down')


def _at(entry: Json) -> float:
    return datetime.fromisoformat(entry['at']).timestamp()


def _false_offline(journal: list[Json], truth: Truth, fleet: Fleet) -> list[str]:
    """Journalled as offline although the server had taken a check-in lately enough."""
    interval_s = {device.name: device.interval_s for device in fleet.devices}
    wrong = []
    for entry in filter(_is_offline, journal):
        id, at = entry['subject']['id'], _at(entry)
        if (name := truth.names.get(id)) is None:
            continue
        before, last = [0.0, 0.0, *sorted(contact for contact in truth.contacts[id] if contact <= at)][-2:]
        due_s = offline_after(interval_s[name]) - 1
        came_too_late = last - before >= due_s and at - last < ON_ITS_WAY_S
        if at - last < due_s and not came_too_late:
            wrong.append(f'{name} {misbehaviour_of(SEED, _number(fleet, name), SHARE)} silent for {at - last:.1f} s')
    return wrong


def _false_outages(journal: list[Json], truth: Truth, fleet: Fleet) -> list[str]:
    """Journalled as down while the site answered."""
    numbers = {site.name: site.number for site in fleet.sites}
    wrong = []
    for entry in filter(_is_outage, journal):
        spans = truth.failing[numbers[entry['subject']['name']]]
        if not any(began <= _at(entry) <= ended + RECOVERS_S for began, ended in spans):
            wrong.append(f'{entry["subject"]["name"]}: {entry["data"]["because"]}')
    return wrong


def _missed_cells(alerts: list[Json], truth: Truth, fleet: Fleet, ended: float) -> list[str]:
    """False cells that a device told of and that no alert names."""
    ids: Mapping[str, str] = {name: id for id, name in truth.names.items()}
    named = ' '.join(f'{alert["problem"]} {alert["detail"]}' for alert in alerts)
    missed = []
    for at, number in truth.strange:
        device = fleet.devices[number]
        told = [contact for contact in truth.contacts[ids[device.name]] if at + 1 < contact < min(at + 120, ended - 5)]
        cell = (PUBLIC.first_node + 0x5000 + number) * 256 + 1
        if told and f'0x{cell:X}' not in named:
            missed.append(f'{device.name} {misbehaviour_of(SEED, number, SHARE)} 0x{cell:X}')
    return missed


def _number(fleet: Fleet, name: str) -> int:
    return next(device.number for device in fleet.devices if device.name == name)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--minutes', type=float, default=30)
    parser.add_argument('--devices', type=int, default=2000)
    given = parser.parse_args()
    found = asyncio.run(messy(min(given.minutes, 180), min(given.devices, 20_000)))
    print(json.dumps(found, indent=1))
    raise SystemExit(
        bool(found['false_offline'] or found['false_outages'] or found['unknown_cells_missed'])
        or found['slope_mb_per_hour'] > MOST_MB_PER_HOUR
    )
