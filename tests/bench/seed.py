"""A believable fleet of any size, in seconds: the first devices are enrolled and check in, the others are stored as copies of them."""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from domain.access.actors import system
from domain.access.permissions import Permission, Role
from domain.application import Application
from domain.cellular.identifiers import Identifiers, luhn_valid
from domain.cellular.radio import Radio, Rat, Registration
from domain.changes.store import Changes, Store
from domain.changes.transaction import Transaction
from domain.checkins.model import CheckIn
from domain.common.ids import new_id
from domain.common.secrets import digest
from domain.common.severity import Severity
from domain.devices.facts import Agent, Battery, Facts, Hardware, Network, Os, Security, Storage
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.starter import starter_policies
from domain.policies.violations import Violation
from domain.tokens.model import TokenKind
from domain.towers.input import NewTower
from domain.towers.model import Cell
from persistence.database import opened_store
from ui.application import composed

ENTERPRISE = 'Bench'
EMAIL = 'bench@example.com'
PASSWORD = 'a password for the bench only'
PLMN = ('204', '90')
TOWERS = 40
FRONT = 2100
"""So many devices come in through the front door: a multiple of the kinds, sites and roles, which copies keep."""
BATCH = 5000
KINDS = (
    DeviceKind.PHONE,
    DeviceKind.TABLET,
    DeviceKind.ROUTER,
    DeviceKind.GATEWAY,
    DeviceKind.CAMERA,
    DeviceKind.METER,
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the bench needs to speak: the API token, and (id, credential) of the first devices."""

    enterprise: str
    api_token: str
    devices: list[tuple[str, str]]


async def seed(folder: Path, devices: int, *, spoken: int = 2000, url: str = '', interval_s: int = 3600) -> Seeded:
    """Fill the database at ``url``, or SQLite in ``folder``: 40 towers, 10 policies, ``devices`` devices that checked in once.

    Of more than :data:`FRONT` devices the journal tells of the first ones alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    async with opened_store(url or f'sqlite:///{folder / "cellwarden.sqlite3"}') as store:
        application, _ = composed(store)
        await application.transactor.start()
        seeded = await _fill(application, min(devices, FRONT), spoken, interval_s)
        await application.transactor.stop()
        for start in range(FRONT, devices, BATCH):
            numbers = range(start, min(devices, start + BATCH))
            ids = await _copy(store, application.fleets.of(seeded.enterprise), numbers)
            seeded.devices.extend((ids[number], _credential(number)) for number in numbers if number < spoken)
    return seeded


def radio(chance: random.Random, cell: int) -> Radio:
    """An observation on one of the towers' cells."""
    return Radio(
        Rat.LTE, *PLMN, 4417, cell, cell % 504, 1300, -60 - chance.randrange(60), -11.0, 8.0, Registration.HOME
    )


def facts(chance: random.Random) -> Facts:
    """Facts that a real agent would send."""
    return Facts(
        Os('Android', f'1{chance.randrange(3, 6)}', f'2026-1{chance.randrange(0, 2)}-0{chance.randrange(1, 6)}'),
        Hardware('Zebra', f'TC{chance.randrange(50, 60)}', 4_000_000_000),
        Storage(True, 64_000_000_000, chance.randrange(20, 50) * 1_000_000_000),
        Battery(chance.randrange(20, 100), chance.randrange(80, 100), False),
        Agent('cellwarden', '1.0'),
        Security(True, False),
        Network(f'host-{chance.randrange(10**6)}', f'10.0.{chance.randrange(256)}.{chance.randrange(256)}'),
        chance.randrange(10**6),
    )


def imei(number: int) -> str:
    """A valid IMEI with a made-up TAC."""
    body = f'35{number:012d}'
    return next(body + str(check) for check in range(10) if luhn_valid(body + str(check)))


def policies() -> list[NewPolicy]:
    """The starter set and four more, one of which reads the signal of every check-in."""
    extra = [
        NewPolicy(name='Signal floor', rule='device.radio.rsrp >= -125.0'),
        NewPolicy(name='Battery health', rule='device.battery.health >= 70.0', severity=Severity.WARNING),
        NewPolicy(name='Agent version', rule='device.agent.version == "1.0"', mode=Mode.ENFORCE),
        NewPolicy(name='On a known tower', rule='tower.known', severity=Severity.MINOR),
    ]
    return [*starter_policies(('-'.join(PLMN),)), *extra]


async def _fill(application: Application, devices: int, spoken: int, interval_s: int) -> Seeded:
    chance = random.Random(1)
    enterprise = await application.enterprises.add(ENTERPRISE)
    await application.people.add(enterprise.id, EMAIL, 'Bench', Role.ADMIN, PASSWORD)
    actor = system(enterprise.id, 'bench')
    for policy in policies():
        await application.policies.add(actor, policy)
    for number in range(TOWERS):
        cells = [
            Cell(rat=Rat.LTE, mcc=PLMN[0], mnc=PLMN[1], tac=4417, cell_id=number * 256 + sector) for sector in range(3)
        ]
        await application.towers.add(
            actor, NewTower(name=f'Tower-{number}', cells=cells, latitude=51.9, longitude=4.0 + number / 100)
        )
    scopes = (
        Permission.CHECKINS_WRITE,
        Permission.DEVICES_READ,
        Permission.EVENTS_READ,
        Permission.ALERTS_READ,
        Permission.CHANNELS_READ,
    )
    service = await application.people.add_service(actor, 'bench', Role.OPERATOR)
    _, api_token = await application.tokens.issue(
        enterprise.id, TokenKind.API, 'bench', scopes=scopes, person=service.id
    )
    told: list[tuple[str, str]] = []
    for start in range(0, devices, 1000):
        count = min(1000, devices - start)
        enrol = partial(_enrol, enterprise=enterprise.id, start=start, count=count, interval_s=interval_s)
        ids = await application.transactor.transact(enrol)
        now = datetime.now(UTC)
        items = [
            (
                device,
                CheckIn(
                    1, now, now, facts(chance), radio(chance, chance.randrange(TOWERS) * 256 + chance.randrange(3))
                ),
            )
            for device in ids
        ]
        await application.checkins.check_in_many(enterprise.id, items)
        told += [(device, _credential(start + index)) for index, device in enumerate(ids)][: max(0, spoken - len(told))]
    return Seeded(enterprise.id, api_token, told)


async def _copy(store: Store, fleet: Fleet, numbers: range) -> dict[int, str]:
    """Store the devices of these numbers, each with what the one whose place it has among the first has led to.

    What no verdict depends on is their own: names and numbers, battery, network, uptime, level of the signal. Gives the ids.
    """
    chance = random.Random(str(numbers))
    ids = {number: new_id() for number in numbers}
    first = list(fleet[Device].values())
    violations: dict[str, list[Violation]] = defaultdict(list)
    for one in fleet[Violation].values():
        violations[one.device].append(one)
    rows: dict[type, dict[str, object]] = {kind: {} for kind in (Device, DeviceState, Credential, Violation)}
    for number, id in ids.items():
        like = first[number % len(first)]
        state = fleet[DeviceState][like.id]
        said = facts(chance)
        own = replace(state.facts, battery=said.battery, network=said.network, uptime_s=said.uptime_s)
        heard = state.radio and replace(state.radio, rsrp=-60 - chance.randrange(60))
        rows[Device][id] = replace(like, id=id, name=f'crane-{number}', identifiers=_identifiers(number))
        rows[DeviceState][id] = replace(state, id=id, facts=own, radio=heard)
        rows[Credential][id] = Credential(id, like.enterprise, digest(_credential(number)), like.created_at)
        for one in violations[like.id]:
            fresh = new_id()
            rows[Violation][fresh] = replace(one, id=fresh, device=id)
    await store.commit(Changes(rows=rows))
    return ids


def _identifiers(number: int) -> Identifiers:
    return Identifiers(imei=imei(number), iccid=f'8931{number:015d}', serial=f'SN{number:09d}')


def _enrol(tx: Transaction, enterprise: str, start: int, count: int, interval_s: int) -> list[str]:
    ids = []
    for number in range(start, start + count):
        device = Device(
            id=new_id(),
            enterprise=enterprise,
            name=f'crane-{number}',
            kind=KINDS[number % len(KINDS)],
            created_at=tx.now,
            labels={'site': f'port-{number % 20}', 'role': f'role-{number % 7}'},
            identifiers=_identifiers(number),
            interval_s=interval_s,
        )
        tx.put(device)
        tx.put(Credential(device.id, enterprise, digest(_credential(number)), tx.now))
        ids.append(device.id)
    return ids


def _credential(number: int) -> str:
    return f'cwd_bench-{number:09d}-not-a-secret'
