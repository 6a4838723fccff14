"""Work that one person or one enterprise can ask for, and the check-ins of all others beside it."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from random import Random
from statistics import median

import httpx

from tests.battery.case import NotRun, Stage, process_of
from tests.battery.figures import beside, kept, most, tracebacks
from tests.battery.honest import Told, enough, honest, percentile
from tests.bench.browsers import sign_in
from tests.bench.checkins import checkin
from tests.bench.http_load import NextRequest, load, post
from tests.bench.report import Figure
from tests.bench.seed import ENTERPRISE
from tests.real.server import Server, bearer
from ui.sign_in import COOKIE

QUIET_S = 3.0
LARGE = 5000
SOME = 1000
"""Few enough that most of 200 policies are really saved in the time there is."""
LEAST_SAVES = 20
OTHER = 'Another enterprise'
_TWENTY = ','.join(map(str, range(20)))
_NINE = ','.join(map(str, range(9)))
COSTLY = {
    'a pattern made anew in a loop': rf'[{_NINE}].all(a,[{_NINE}].all(b,!device.name.matches("[\\pL]{{999}}"+string(a*b))))',
    'a costly pattern': r'!device.name.matches("[\\pL]{999}")',
    'lists in lists': f'[{_TWENTY}].all(a,[{_TWENTY}].all(b,[{_TWENTY}].all(c,[1,2,3].all(d,a+b+c+d>=0))))',
    'a text that doubles': '["xxxxxxxx"]' + '.map(a,a+a)' * 16 + '.size()>0',
}
ANSWERED_WITHIN_S = 10.0


async def rules(stage: Stage) -> AsyncIterator[Figure]:
    """Four rules that take long (patterns made in loops, costly patterns, lists in lists, texts that double) are previewed on 5,000
    devices by a viewer's token and then saved. Check-ins beside them: p99 within 100 ms; each is answered or refused within 10 s."""
    place = await stage.place(LARGE)
    for number, (name, rule) in enumerate(COSTLY.items()):  # each on a server of its own: one may stop it for good
        async with (
            stage.server(place) as server,
            httpx.AsyncClient(base_url=server.address, timeout=ANSWERED_WITHIN_S) as client,
        ):
            viewer = await _token(server, ENTERPRISE, 'policies:read', 'policies:write')
            async with honest(server.port, place.seeded.devices[:40], first=2 + 10_000 * number) as devices:
                await asyncio.sleep(QUIET_S)
                began = time.monotonic()
                asked = [
                    await _answered(client, path, body, viewer)
                    for path, body in (
                        ('/api/v1/policies:preview', {'rule': rule}),
                        ('/api/v1/policies', {'rule': rule, 'name': name}),
                    )
                ]
                ended = await enough(began)
                told = await devices.stop()
            said = ', '.join(map(str, asked))
            yield most(
                f'{name}: preview or save without an answer within 10 s', asked.count(0), 0, measured=f'statuses {said}'
            )
            for figure in beside(name, told, began, ended):
                yield figure


async def policies(stage: Stage) -> AsyncIterator[Figure]:
    """Up to 200 policies of equal work (a tenth of the devices breaks each, by what check-ins do not move) are saved for 1,000 devices,
    for 40 s at most. The CPU time of the 200th save, on a straight line through the medians of the first and the last fifth of those
    that were saved, is at most 1.5 times that of the first; check-ins beside them: p99 within 100 ms."""
    place = await stage.place(SOME)
    async with (
        stage.server(place) as server,
        httpx.AsyncClient(base_url=server.address, timeout=30) as client,
        honest(server.port, place.seeded.devices[:40]) as devices,
    ):
        writer = await _token(server, ENTERPRISE, 'policies:write')
        await asyncio.sleep(QUIET_S)
        process, began = process_of(server), time.monotonic()
        costs: list[float] = []
        rss = process.rss_mb
        while len(costs) < 200 and time.monotonic() - began < 40:
            used = process.cpu_s
            new = {'name': f'battery {len(costs)}', 'rule': f'device.hardware.model != "TC5{len(costs) % 10}"'}
            answer = await client.post('/api/v1/policies', json=new, headers=bearer(writer))
            if answer.status_code != 201:
                yield most('saves that were refused', 1, 0, measured=answer.text[:200])
                break
            costs.append(process.cpu_s - used)
        ended = time.monotonic()
        if len(costs) < LEAST_SAVES:
            raise NotRun(f'{len(costs)} policies were saved in 40 s, too few to tell a trend: the machine is too busy')
        few = len(costs) // 5
        first, last = median(costs[:few]), median(costs[-few:])
        grown = 1 + (last - first) / first * (200 - few) / (len(costs) - few)
        yield most(
            'CPU time of the 200th save against the first', grown, 1.5, 'x',
            measured=f'{len(costs)} saved, {first:.2f} s and {last:.2f} s, memory + {process.rss_mb - rss:.0f} MB',
        )  # fmt: skip
        for figure in beside('saving policies', await devices.stop(), began, ended):
            yield figure


async def exports(stage: Stage) -> AsyncIterator[Figure]:
    """One person exports 5,000 devices 20 times at once, three times over. Check-ins beside it: p99 within 100 ms; a request that is
    put off hears 429 or 503, none gets half a file."""
    place = await stage.place(LARGE)
    async with stage.server(place) as server, honest(server.port, place.seeded.devices[:40]) as devices:
        cookies = {COOKIE: await sign_in(server.port)}
        await asyncio.sleep(QUIET_S)
        began, halves = time.monotonic(), 0
        async with httpx.AsyncClient(base_url=server.address, timeout=30, cookies=cookies) as client:
            for _ in range(3):
                answers = await asyncio.gather(
                    *(client.get('/ui/devices.csv') for _ in range(20)), return_exceptions=True
                )
                halves += sum(not _whole(each) for each in answers)
        ended = await enough(began)
        yield most('exports that are not whole and not put off', halves, 0, measured='of 60')
        for figure in beside('20 exports at once', await devices.stop(), began, ended):
            yield figure


async def greedy(stage: Stage) -> AsyncIterator[Figure]:
    """One enterprise checks in over 64 connections as fast as it can for 8 s. The p99 of another enterprise's check-ins stays under
    twice its quiet one, or under 100 ms where that is more."""
    place = await stage.place()
    async with stage.server(place) as server, honest(server.port, place.seeded.devices) as devices:
        credentials = await _enrolled(server, 64)
        await asyncio.sleep(QUIET_S)
        began = time.monotonic()
        loud = await load(
            server.port, [_talker(credential, number) for number, credential in enumerate(credentials)], 8
        )
        ended = time.monotonic()
        told = await devices.stop()
        found = beside(
            f'another enterprise that sends {loud.requests / loud.seconds:.0f}/s', told, began, ended, times=2.0
        )
        for figure in found:
            yield figure


async def poison(stage: Stage) -> AsyncIterator[Figure]:
    """Two programs of one enterprise send values again and again for 6 s that a store may refuse: numbers beyond 32 and 64 bits, NUL,
    lone surrogates. None is answered with 5xx; no check-in of another enterprise is refused; check-ins beside: p99 within 100 ms."""
    place = await stage.place()
    async with (
        stage.server(place) as server,
        httpx.AsyncClient(base_url=server.address, timeout=20) as client,
        honest(server.port, place.seeded.devices) as devices,
    ):
        credentials = await _enrolled(server, 1)
        program = await _token(server, OTHER, 'enrolment:write', 'policies:write', 'towers:write', 'devices:write')
        await asyncio.sleep(QUIET_S)
        began, statuses = time.monotonic(), dict[str, set[int]]()

        async def repeat(offset: int) -> None:
            for path, body in itertools.cycle(_poison()[offset:] + _poison()[:offset]):
                if time.monotonic() - began > 6:
                    return
                secret = credentials[0] if path == '/api/v1/checkins' else program
                headers = {**bearer(secret), 'content-type': 'application/json'}
                answer = await client.post(path, content=body.encode(), headers=headers)
                statuses.setdefault(f'{path} {body[:60]}', set()).add(answer.status_code)

        await asyncio.gather(repeat(0), repeat(5))
        ended = time.monotonic()
        wrong = [f'{what} -> {sorted(found)}' for what, found in statuses.items() if any(each >= 500 for each in found)]
        seen = f'of {len(statuses)}; {"; ".join(wrong)}'
        yield most('values answered with 5xx', len(wrong), 0, measured=seen[:600])
        for figure in beside('them', await devices.stop(), began, ended):
            yield figure
        yield tracebacks(server, 'them')


async def comeback(stage: Stage) -> AsyncIterator[Figure]:
    """5,000 devices come back within 10 s of a restart after `kill -9`, each on a new connection. None is refused, p99 within 1 s;
    lost, kept twice, gaps: 0."""
    place = await stage.place(LARGE)
    async with stage.server(place) as server:
        server.kill()
        await server.start()
        async with honest(server.port, place.seeded.devices, per_s=LARGE / 10, connect_anew=True) as devices:
            await asyncio.sleep(11)
            told = await devices.stop()
        spoken = [each for each in told if each.waited_s < 10 or each.status]
        waits = [each.waited_s for each in spoken]
        yield most('devices that did not speak', LARGE - len({each.device for each in told if each.status == 200}), 0)
        yield most(
            'check-ins without a 200',
            sum(each.status != 200 for each in spoken),
            LARGE // 100,
            measured='of those under way at the end too',
        )
        yield most(
            'p99 of a check-in', percentile(waits, 0.99), 1, ' s', measured=f'p50 {percentile(waits, 0.5):.3f} s'
        )
        some = {device for device, _ in place.seeded.devices[:100]}
        for figure in await kept(server, place, _of(told, some)):
            yield figure


def _of(told: list[Told], devices: set[str]) -> list[Told]:
    return [each for each in told if each.device in devices]


async def _token(server: Server, enterprise: str, *scopes: str) -> str:
    made = await server.operate('token api', enterprise=enterprise, name='battery', scopes=list(scopes))
    return str(made['secret'])


async def _enrolled(server: Server, count: int) -> list[str]:
    """Credentials of that many devices of another enterprise."""
    await server.operate('enterprise add', name=OTHER)
    secret = (await server.operate('token enrolment', enterprise=OTHER, name='battery'))['secret']
    async with httpx.AsyncClient(base_url=server.address, timeout=20, headers=bearer(secret)) as client:
        found = []
        for number in range(count):
            new = {'name': f'loud-{number}', 'kind': 'tablet', 'identifiers': {'serial': f'L{number}'}}
            answer = (await client.post('/api/v1/enrolments', json=new)).raise_for_status()
            found.append(str(answer.json()['credential']))
    return found


async def _answered(client: httpx.AsyncClient, path: str, body: object, secret: str) -> int:
    """The status; 0 when there was no answer in time."""
    try:
        return (await client.post(path, json=body, headers=bearer(secret))).status_code
    except httpx.TransportError:
        return 0


def _whole(answer: httpx.Response | BaseException) -> bool:
    if isinstance(answer, BaseException):
        return False
    return answer.status_code in (429, 503) or (answer.status_code == 200 and answer.text.count('\n') == LARGE + 1)


def _talker(credential: str, number: int) -> NextRequest:
    chance, sequences = Random(number), itertools.count(1)
    return lambda: post('/api/v1/checkins', credential, json.dumps(checkin(next(sequences), chance)).encode())


def _poison() -> list[tuple[str, str]]:
    """Paths and bodies. Some numbers fit one store and not the other: all must be told apart before they are stored."""
    tokens, policy, towers, device, said = (
        f'/api/v1/{path}' for path in ('enrolment-tokens', 'policies', 'towers', 'devices', 'checkins')
    )
    now = '"observed_at":"2026-01-01T00:00:00Z"'
    return [
        (tokens, f'{{"name":"a","uses":{2**31}}}'),
        (tokens, f'{{"name":"a","uses":{2**63}}}'),
        (tokens, f'{{"name":"a","uses":{2**70}}}'),
        (tokens, '{"name":"a","expires_in_s":1e300}'),
        (policy, '{"name":"a","rule":"device.name == \\"\\u0000\\""}'),
        (policy, '{"name":"a","rule":"device.name == \\"\\ud800\\""}'),
        (policy, f'{{"name":"a","rule":"true","grace_s":{2**63}}}'),
        (policy, '{"name":"a","rule":"device.name != \\"\\"","description":"\\u0000"}'),
        (towers, '{"name":"a","latitude":1e308,"longitude":4}'),
        (towers, f'{{"name":"a","cells":[{{"rat":"LTE","mcc":"204","mnc":"08","tac":1,"cell_id":{2**63}}}]}}'),
        (device, f'{{"name":"a","kind":"tablet","interval_s":{2**31}}}'),
        (device, '{"name":"a\\u0000","kind":"tablet"}'),
        (said, f'{{"sequence":{2**63},{now}}}'),
        (said, f'{{"sequence":1,{now},"facts":{{"uptime_s":{2**63}}}}}'),
        (said, f'{{"sequence":1,{now},"facts":{{"storage":{{"total_bytes":{2**63}}}}}}}'),
        (
            said,
            f'{{"sequence":1,{now},"radio":{{"rat":"LTE","mcc":"204","mnc":"08","cell_id":{2**40},"arfcn":{2**40}}}}}',
        ),
        (said, f'{{"sequence":1,{now},"radio":{{"rat":"LTE","rsrp":1e300}}}}'),
    ]
