"""Probes of a running server: its clock, its commits, its jobs, its loop, its way to towers and providers."""

import asyncio
import time

from domain.checkins.clocks import MINOR_S
from domain.common.errors import DomainError
from ui.doctor.fleet import LEAST_WITNESSES, census
from ui.doctor.machine import is_synchronised
from ui.doctor.model import NO_SERVER, Said, fault, ok, unknown, warning
from ui.doctor.sources import FleetPart, JobHealth, Running, Sources
from ui.durations import counted, duration

SLOW_COMMIT_S = 0.5
"""A group commit takes milliseconds on a disk of its own; from here on devices notice."""
SLOW_LOOP_S = 0.1
STUCK_LOOP_S = 1.0
LEAST_HOSTS = 2
"""Fewer servers say nothing of our clock: theirs may be wrong."""
_TURNS = 20
_TURN_S = 0.01
_LATE_RUNS = 3
_LATE_S = 30.0
_SET_LATELY_S = 600.0


async def clock(of: Sources) -> Said:
    """Our own clock against those of devices and of the servers that answer us."""
    synchronised = is_synchronised()
    if (running := of.running) is None:
        return _by_kernel(synchronised)
    found = await census(FleetPart.whole(running.application.fleets, of.clock))
    hosts, ahead_s = running.dates.offset()
    figures = {'devices': found.heard, 'devices_ahead_s': found.offset_s, 'servers': hosts, 'servers_ahead_s': ahead_s,
               'synchronised': synchronised}  # fmt: skip
    devices_say = found.heard >= LEAST_WITNESSES and abs(found.offset_s) >= MINOR_S
    servers_say = hosts >= LEAST_HOSTS and abs(ahead_s) >= MINOR_S
    advice = 'Compare it with a time server and keep it by one: timedatectl, chronyc tracking.'
    if servers_say or devices_say:
        off_s = ahead_s if servers_say else found.offset_s
        both = devices_say and servers_say
        witnesses = 'devices and other servers' if both else 'other servers' if servers_say else 'most devices'
        words = (
            f'The clock of this server is {duration(abs(off_s))} {"behind" if off_s > 0 else "ahead"} of {witnesses}.'
        )
        return (fault if both or synchronised is False else warning)(words, advice, figures=figures)
    watch = running.application.fleets.watch
    if watch.steady_for() < _SET_LATELY_S and of.clock() - running.since > _SET_LATELY_S:
        return warning(
            'The clock was set, or the process stood still, within the last ten minutes; what was not seen counts against no device.',
            'The log says which (look for "were not watched").', figures=figures,
        )  # fmt: skip
    agree = [found.right] if found.heard >= LEAST_WITNESSES else []
    agree += [counted(hosts, 'server')] if hosts >= LEAST_HOSTS else []
    if agree:
        return ok(f'The clock of this server agrees with {" and ".join(agree)}.', figures=figures)
    return _by_kernel(synchronised)


def _by_kernel(synchronised: bool | None) -> Said:
    figures = {'synchronised': synchronised}
    if synchronised:
        return ok('The system says that its clock is kept by a time server.', figures=figures)
    if synchronised is None:
        return unknown('The system does not say whether its clock is kept by a time server.', figures=figures)
    return unknown(
        'The system says that its clock is not kept by a time server, and nothing else tells whether it is right.',
        'Look at timedatectl; in a container the host keeps it.', figures=figures,
    )  # fmt: skip


async def commits(of: Sources) -> Said:
    """Whether changes are taken, and how long one takes to be kept."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    transactor = running.application.transactor
    advice = 'Look at the lines of disk and database above and at the log; devices keep their check-ins meanwhile.'
    if not transactor.is_open:
        return fault('No changes are taken: the server is stopping, or has to be started again.', advice)
    if trouble := transactor.trouble:
        return fault(f'Changes are not kept: {trouble}.', advice)
    began = time.perf_counter()
    try:
        await running.application.store.probe()
    except DomainError as error:
        return fault(f'Changes are not kept: {error.detail}.', advice)
    took_s = time.perf_counter() - began
    if took_s > SLOW_COMMIT_S:
        return warning(
            f'A change takes {duration(took_s)} to be kept.',
            'The disk or the database is slow: other programs, a network file system, a backup?', seconds=took_s,
        )  # fmt: skip
    return ok(f'A change is kept within {took_s * 1000:,.0f} ms.', seconds=took_s)


async def jobs(of: Sources) -> Said:
    """Whether what happens by itself does, and in time."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    now, health = of.clock(), running.schedule.health
    failing = {name: job for name, job in health.items() if job.failing_since is not None}
    late = [name for name, job in health.items() if name not in failing and _is_late(job, running.since, now)]
    figures = {
        name: {'runs': job.runs, 'seconds': job.duration_s, 'ended_at': job.ended_at, 'error': job.error}
        for name, job in health.items()
    }
    if failing:
        name, job = next(iter(failing.items()))
        more = f', and {len(failing) - 1} more jobs' if len(failing) > 1 else ''
        since = duration(max(0.0, now - (job.failing_since or now)))
        return fault(
            f'The job {name} has failed for {since}{more}: {job.error}.',
            'The log has the first failure whole (job_failed). It is tried again at its pace.', jobs=figures,
        )  # fmt: skip
    if late:
        return warning(
            f'Behind the pace {"is the job" if len(late) == 1 else "are the jobs"} {", ".join(late)}.',
            'The server is overloaded or its disk is slow; look at the lines above.', jobs=figures,
        )  # fmt: skip
    return ok(f'All {len(health)} jobs run at their pace.', jobs=figures)


def _is_late(job: JobHealth, since: float, now: float) -> bool:
    """True when a job has not ended for several times its pace; one that runs for long is a job with much to do."""
    if job.is_running:
        return False
    return now - max(job.ended_at or 0.0, since) > _LATE_RUNS * job.every_s + _LATE_S


async def loop(of: Sources) -> Said:
    """How late the server comes to what is due: everything it does waits as long."""
    if of.running is None:
        return unknown(NO_SERVER)
    lag_s = 0.0
    for _ in range(_TURNS):
        began = time.perf_counter()
        await asyncio.sleep(_TURN_S)
        lag_s = max(lag_s, time.perf_counter() - began - _TURN_S)
    advice = 'The machine has too few processors for what runs on it, or one request asks for too much; see /metrics.'
    if lag_s > STUCK_LOOP_S:
        return fault(f'The server comes {duration(lag_s)} late to what is due.', advice, seconds=lag_s)
    if lag_s > SLOW_LOOP_S:
        return warning(f'The server comes up to {lag_s * 1000:,.0f} ms late to what is due.', advice, seconds=lag_s)
    return ok(f'The server comes at most {lag_s * 1000:,.0f} ms late to what is due.', seconds=lag_s)


async def uplink(of: Sources) -> Said:
    """Whether the network between this server and the towers works, as the checks see it."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    polling = running.schedule.figures().get('polling', {})
    planned, lost = int(polling.get('planned', 0)), int(polling.get('no_way', 0))
    if lost:
        return fault(
            f'Nothing answers: {lost:,} of {counted(planned, "check")} of towers fail at one moment that have nothing in common.',
            'Look at the route, the firewall and the uplink of this server: ip route, ping. Towers keep the states that they had.',
            checks=lost, planned=planned,
        )  # fmt: skip
    if not planned or not polling.get('runs_total'):
        return unknown('No tower has been asked since the start of this server.', planned=planned)
    return ok(f'Towers answer: {counted(planned, "check")} are kept up.', figures=polling)


async def providers(of: Sources) -> Said:
    """Whether the identity providers answer; their metadata are fetched anew when those that are kept are an hour old."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    parties = running.providers.parties
    if not parties:
        return ok('People sign in with passwords alone; there is no provider to ask.')
    found = await asyncio.gather(*(party.standing() for party in parties.values()))
    figures = {one.name: {'fetched_at': one.fetched_at, 'error': one.error, 'failed_at': one.failed_at, 'failure': one.failure}
               for one in found}  # fmt: skip
    if away := [one for one in found if one.error]:
        more = f', and {len(away) - 1} more' if len(away) > 1 else ''
        return fault(
            f'The identity provider {away[0].name} does not answer: {away[0].error}{more}.',
            'Ask its address from this machine (curl), compare `issuer` in the settings with what it calls itself.', providers=figures,
        )  # fmt: skip
    lately = [one for one in found if one.failed_at is not None]
    now = of.clock()
    names = ', '.join(f'{one.name} (metadata {duration(max(0.0, now - (one.fetched_at or now)))} old)' for one in found)
    if lately:
        ago = duration(max(0.0, now - (lately[0].failed_at or now)))
        return warning(
            f'All identity providers answer, but {lately[0].name} did not {ago} ago: {lately[0].failure}.',
            'When it happens again, look at the network between this server and it.', providers=figures,
        )  # fmt: skip
    return ok(f'Identity providers answer: {names}.', providers=figures)


def server_of(running: Running, now: float, version: str) -> Said:
    """That the server runs."""
    up_s = max(0.0, now - running.since)
    count = sum(1 for _ in running.application.fleets)
    return ok(
        f'Cellwarden {version} has been running for {duration(up_s)} with {counted(count, "enterprise")}.',
        version=version, up_s=up_s, enterprises=count,
    )  # fmt: skip
