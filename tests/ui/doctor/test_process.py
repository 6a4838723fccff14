"""Probes of a running server, on a real application, schedule and providers."""

from pathlib import Path

import pytest

from domain.common.errors import Unavailable
from jobs.scheduler import Job, Lane
from tests.fakes import RunningApplication, running_application
from tests.real.provider import misbehaving
from tests.ui.doctor.examined import at_rest, polling, sources, stuck
from ui.doctor import process
from ui.doctor.model import NO_SERVER, State
from ui.doctor.sources import Sources
from ui.settings.providers import ProviderSettings

SERVER_ALONE = (process.commits, process.jobs, process.loop, process.uplink, process.providers)


async def test_what_needs_a_server_says_so_where_none_runs(tmp_path: Path) -> None:
    for probe in SERVER_ALONE:
        assert (await probe(at_rest(tmp_path))).words == NO_SERVER
    assert 'clock' in (await process.clock(at_rest(tmp_path))).words


async def fleet_of(application: RunningApplication, count: int, ahead_s: float = 0.0) -> None:
    """So many devices whose clocks have been ahead of ours three times."""
    for number in range(count):
        device = await application.device(f'crane-{number}')
        for _ in range(4):
            await application.check_in(device.id, age=-ahead_s, sent_at=application.clock() + ahead_s)
            application.clock.tick(device.interval_s)


def hear(of: Sources, hosts: int, ahead: str) -> None:
    assert of.running is not None
    for number in range(hosts):
        of.running.dates.note(f'tower-{number}', ahead)


NOW, LATER = 'Fri, 15 Jan 2027 08:00:00 GMT', 'Fri, 15 Jan 2027 08:02:00 GMT'
"""The moment at which the clock of tests stands, and two minutes on."""


@pytest.mark.parametrize(
    ('devices_ahead_s', 'servers', 'states', 'words'),
    [
        (0.0, (3, NOW), {State.OK}, 'agrees with 3 devices and 3 servers'),
        (120.0, (0, NOW), {State.WARNING, State.FAULT}, '2 min behind of most devices'),
        (120.0, (3, LATER), {State.FAULT}, '2 min behind of devices and other servers'),
        (0.0, (3, LATER), {State.WARNING, State.FAULT}, '2 min behind of other servers'),
        (0.0, (1, LATER), {State.OK}, 'agrees with 3 devices'),
    ],
)
async def test_our_clock_is_compared_with_devices_and_with_servers(
    tmp_path: Path, devices_ahead_s: float, servers: tuple[int, str], states: set[State], words: str
) -> None:
    async with running_application() as application:
        await fleet_of(application, 3, devices_ahead_s)
        of = sources(application, tmp_path)
        application.clock.step(1_800_000_000.0 - application.clock())  # where the dates are, and a step that is told
        application.fleets.watch.look()
        hear(of, *servers)
        said = await process.clock(of)
        assert words in said.words
        assert said.state in states


async def test_a_device_whose_clock_is_wrong_does_not_agree_with_ours(tmp_path: Path) -> None:
    async with running_application() as application:
        await fleet_of(application, 3)
        await fleet_of(application, 1, 7200.0)
        of = sources(application, tmp_path)
        application.fleets.watch.look()
        said = await process.clock(of)
    assert (said.state, said.words) == (State.OK, 'The clock of this server agrees with 3 of 4 devices.')


async def test_a_clock_that_was_set_is_told_for_a_while(tmp_path: Path) -> None:
    async with running_application() as application:
        await fleet_of(application, 3)
        of = sources(application, tmp_path, since=application.clock() - 3600)
        application.fleets.watch.look()
        application.clock.step(90.0)
        application.fleets.watch.look()
        said = await process.clock(of)
        assert (said.state, 'was set' in said.words) == (State.WARNING, True)


async def test_changes_are_kept_or_the_reason_is_told(tmp_path: Path) -> None:
    async with running_application() as application:
        of = sources(application, tmp_path)
        assert (await process.commits(of)).state is State.OK
        application.store.failure = Unavailable('the disk is full')
        said = await process.commits(of)
        assert (said.state, said.words) == (State.FAULT, 'Changes are not kept: the disk is full.')
        await application.store_answers_again()
    assert (await process.commits(of)).state is State.FAULT, 'it has stopped'


async def test_a_job_that_fails_or_never_comes_is_told(tmp_path: Path) -> None:
    async def breaks() -> None:
        raise OSError('no space left')

    async with running_application() as application:
        rows = [Job(name=name, every_s=60, lane=Lane(name), timeout_s=1, run=breaks) for name in ('thin', 'watch')]
        of = sources(application, tmp_path, jobs=rows)
        assert of.running is not None
        assert (await process.jobs(of)).state is State.OK, 'none was due yet'
        application.clock.tick(500)
        late = await process.jobs(of)
        assert (late.state, late.words) == (State.WARNING, 'Behind the pace are the jobs thin, watch.')
        await of.running.schedule._run(rows[0])  # type: ignore[attr-defined]
        application.clock.tick(120)
        said = await process.jobs(of)
        assert said.state is State.FAULT
        assert said.words == 'The job thin has failed for 2 min: OSError: no space left.'


async def test_a_loop_that_is_held_up_is_told(tmp_path: Path) -> None:
    async with running_application() as application:
        of = sources(application, tmp_path)
        async with stuck(2 * process.SLOW_LOOP_S):
            assert (await process.loop(of)).state in (State.WARNING, State.FAULT)


@pytest.mark.parametrize(
    ('figures', 'state'),
    [
        ({}, State.UNKNOWN),
        ({'planned': 4, 'runs_total': 0}, State.UNKNOWN),
        ({'planned': 4, 'runs_total': 9, 'no_way': 0}, State.OK),
        ({'planned': 4, 'runs_total': 9, 'no_way': 4}, State.FAULT),
    ],
)
async def test_the_way_to_towers_is_seen_by_their_checks(
    tmp_path: Path, figures: dict[str, float], state: State
) -> None:
    async with running_application() as application:
        assert (await process.uplink(sources(application, tmp_path, jobs=[polling(**figures)]))).state is state


async def test_a_provider_answers_or_its_error_is_told(tmp_path: Path) -> None:
    async with running_application() as application:
        assert (await process.providers(sources(application, tmp_path))).state is State.OK
        async with misbehaving(1) as (provider,):
            settings = ProviderSettings(name='quay', label='Quay', issuer=provider.issuer, client_id='c')
            of = sources(application, tmp_path, providers=[settings])
            assert of.running is not None
            async with of.running.providers.outbound:
                said = await process.providers(of)
                assert (said.state, said.words) == (State.OK, 'Identity providers answer: quay (metadata 0.0 s old).')
                assert of.running.dates.offset()[0] == 1, 'its answer has said something of our clock as well'
                application.clock.tick(3 * 3600)
                assert (await process.providers(of)).state is State.OK
        async with of.running.providers.outbound:
            application.clock.tick(3 * 3600)
            gone = await process.providers(of)
            assert (gone.state, 'quay does not answer' in gone.words) == (State.FAULT, True)
            assert gone.figures['providers']['quay']['fetched_at'] is not None
