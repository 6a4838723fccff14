"""The table of probes, and the reports that are made by it. A row's name is public: it stands in ``--json`` and in the file for support."""

import asyncio
import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from domain.fleet.fleet import Fleet
from ui.doctor import fleet, machine, process, proxy
from ui.doctor.bounded import WITHIN_S, examine
from ui.doctor.model import NO_SERVER, Finding, Probe, Said, unknown, worst
from ui.doctor.sources import FleetPart, Sources
from ui.doctor.support import shown_values
from ui.doctor.way_in import way_in

INSTALLATION: tuple[Probe[Sources], ...] = (
    Probe('clock', 'Clock of this server', process.clock),
    Probe('disk', 'Disk', machine.disk, 'The disk or network file system of the data folder hangs: look at dmesg.'),
    Probe('database', 'Database', machine.database, 'The disk or the database server hangs: ask it by itself.'),
    Probe('commits', 'Changes', process.commits, 'The database does not answer: look at the line of the database.'),
    Probe('permissions', 'File permissions', machine.permissions),
    Probe('resolver', 'Names', machine.resolver, 'The resolver does not answer: look at /etc/resolv.conf.'),
    Probe('uplink', 'Way to towers', process.uplink),
    Probe('jobs', 'Jobs', process.jobs),
    Probe('loop', 'Event loop', process.loop),
    Probe('origin', 'Address of the console', proxy.origin),
    Probe('proxy', 'Proxy', proxy.proxy),
    Probe('tls', 'TLS', proxy.tls),
    Probe('way_in', 'Way in', way_in, 'What stands before this server does not answer: ask the public address (curl).'),
    Probe('sockets', 'WebSockets', proxy.sockets),
    Probe(
        'providers',
        'Identity providers',
        process.providers,
        'Ask the address of each provider from this machine (curl).',
    ),
)
"""What concerns the machine and the server."""

FLEET: tuple[Probe[FleetPart], ...] = (
    Probe('device_clocks', 'Clocks of devices', fleet.device_clocks),
    Probe('odd_values', 'Odd values', fleet.odd_values),
    Probe('certificates', 'Client certificates of devices', fleet.certificates),
    Probe('rules', 'Rules', fleet.rules),
    Probe('agents', 'Agents', fleet.agents),
)
"""What concerns the devices and policies of one enterprise, or of all."""

ENTERPRISE: tuple[Probe[FleetPart], ...] = (Probe('checks', 'Checks of towers', fleet.checks), *FLEET)
"""What an enterprise is shown; of the machine it learns only that towers cannot be asked."""

SERVER = 'Server'
Examine = Callable[[], Awaitable[list[Finding]]]
"""Makes the findings of the whole installation."""


async def of_installation(of: Sources, *, within_s: float = WITHIN_S) -> list[Finding]:
    """Everything there is to find; without a running server what can be seen without one."""
    running = of.running
    if running is None:
        nothing: list[Finding] = [Finding(row.name, row.title, unknown(NO_SERVER)) for row in FLEET]
        return [*await examine(INSTALLATION, of, within_s=within_s), *nothing]
    first = Finding('server', SERVER, process.server_of(running, of.clock(), own_version()))
    part = FleetPart.whole(running.application.fleets, of.clock)
    both = await asyncio.gather(examine(INSTALLATION, of, within_s=within_s), examine(FLEET, part, within_s=within_s))
    return [first, *both[0], *both[1]]


async def of_enterprise(fleet: Fleet, clock: Callable[[], float]) -> list[Finding]:
    """What concerns one enterprise, as far as this fleet shows it."""
    return await examine(ENTERPRISE, FleetPart((fleet,), clock))


def no_server(said: Said) -> Finding:
    """In place of the line of a running server."""
    return Finding('server', SERVER, said)


def own_version() -> str:
    """The version of this program."""
    return version('cellwarden')


async def reported(of: Sources) -> dict[str, Any]:
    """The report of the installation as one JSON object, see :func:`report`, and the settings with which this server runs."""
    return {**report(await of_installation(of)), 'settings': shown_values(of.settings)}


def report(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings as one JSON object."""
    return {
        'at': datetime.now(UTC).isoformat(timespec='seconds').replace('+00:00', 'Z'),
        'version': own_version(),
        'python': sys.version.split()[0],
        'system': f'{platform.system()} {platform.release()} {platform.machine()}',
        'state': worst(findings).value,
        'findings': [finding.shown() for finding in findings],
    }
