"""The whole table on a real road: time passes, and everything that happens by itself happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.access.actors import system
from domain.access.permissions import Role
from domain.cellular.radio import Radio, RadioSample, Rat
from domain.devices.facts import Facts, Security
from domain.devices.live import state_of
from domain.devices.model import Presence
from domain.enforcement.model import Command, CommandState
from domain.people.live import LinkDigests
from domain.people.model import Link
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.tokens.model import Token, TokenKind
from domain.towers.input import NewTower
from domain.towers.live import tower_state
from domain.towers.model import TowerStatus
from jobs.scheduler import Schedule
from jobs.table import table
from persistence.database import opened_store
from tests.fakes import Clock, QuickHasher, RunningApplication, running_application
from tests.jobs.loopback import eventually, listening, silent, tcp
from ui.application import composed


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


@asynccontextmanager
async def scheduled(application: RunningApplication) -> AsyncIterator[Schedule]:
    schedule = Schedule(jobs=table(application=application, allow=[ip_network('127.0.0.0/8')]))
    schedule.start()
    try:
        yield schedule
    finally:
        await schedule.stop()


async def test_towers_are_polled_devices_fall_silent_and_violations_are_enforced(
    application: RunningApplication,
) -> None:
    device = await application.device()
    enforced = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=Mode.ENFORCE, grace_s=100)
    await application.policies.add(application.actor, enforced)
    await application.check_in(device.id, facts=Facts(security=Security(rooted=True)))
    async with scheduled(application) as schedule, listening(silent) as port:
        site = await application.towers.add(application.actor, NewTower(name='Maasvlakte', checks=[tcp(port, id='')]))
        await eventually(lambda: tower_state(application.fleet, site.id).status is TowerStatus.UP)
        application.clock.tick(100)
        await eventually(lambda: state_of(application.fleet, device.id).presence is Presence.LATE)
        await eventually(lambda: [c.state for c in application.fleet[Command].values()] == [CommandState.QUEUED])
        assert schedule.figures()['polling']['planned'] == 1
        assert {name for name, health in schedule.health.items() if health.failures} == set()


async def test_no_tower_is_asked_before_what_answers_for_it_is_there(application: RunningApplication) -> None:
    there: list[bool] = []
    rows = table(application=application, allow=[ip_network('127.0.0.0/8')], polls=lambda: bool(there))
    schedule = Schedule(jobs=[job for job in rows if job.name == 'polling'])
    async with listening(silent) as port:
        site = await application.towers.add(application.actor, NewTower(name='Maasvlakte', checks=[tcp(port, id='')]))
        schedule.start()
        try:
            await eventually(lambda: schedule.health['polling'].runs > 2)
            assert tower_state(application.fleet, site.id).status is TowerStatus.UNKNOWN
            there.append(True)
            await eventually(lambda: tower_state(application.fleet, site.id).status is TowerStatus.UP)
        finally:
            await schedule.stop()


async def test_every_row_does_its_work_when_it_is_run(application: RunningApplication) -> None:
    rows = {job.name: job for job in table(application=application)}
    for job in rows.values():
        await job.run()
    for job in rows.values():
        if job.closes is not None:
            await job.closes()
    assert set(rows) == {
        'presence', 'silence', 'polling', 'announcements', 'enforcement', 'maintenance', 'recovery', 'policies', 'security',
        'sessions', 'audit', 'retention', 'memory', 'measurements', 'hours', 'availability', 'notices', 'notifications', 'triage', 'calls',
        'rotas', 'silences', 'windows', 'own-parts', 'reports',
        'swaps', 'feeds', 'guessing', 'certificate', 'own-rules', 'answers', 'incidents', 'tower-availability',
    }  # fmt: skip


async def test_the_log_tells_once_a_day_where_each_journal_ends(application: RunningApplication) -> None:
    (row,) = [job for job in table(application=application) if job.name == 'audit']
    with capture_logs() as said:
        for wait in (0, 600, 86_400):
            application.clock.tick(wait)
            await row.run()
    assert [(line['event'], line['enterprise']) for line in said] == [('audit_head', application.enterprise)] * 2
    assert said[0]['head'] == '1:'


async def test_links_and_tokens_that_ended_long_ago_leave_the_picture_with_their_rows(tmp_path: Path) -> None:
    clock = Clock()
    async with opened_store(f'sqlite://{tmp_path}/fleet.sqlite3') as store:
        application, _ = composed(store, clock=clock, hasher=QuickHasher())
        await application.transactor.start()
        place = (await application.enterprises.add('Port of Delft')).id
        actor, day = system(place, 'test'), 86_400
        ana = await application.people.add(place, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery')
        invited = await application.links.invite(actor, 'bob@example.com', 'Bob', Role.VIEWER)
        reset = await application.links.reset_link(actor, ana.id)
        short, _ = await application.tokens.issue(place, TokenKind.ENROLMENT, 'a day', expires_in_s=day)
        endless, _ = await application.tokens.issue(place, TokenKind.ENROLMENT, 'no end')
        told = application.fleets.of(place).sequence
        (row,) = [job for job in table(application=application) if job.name == 'retention']

        kinds: tuple[type[Any], ...] = (Link, Token)

        async def kept() -> list[set[str]]:
            fleet, installation = application.fleets.of(place), application.fleets.installation
            pictures = {id for each in (fleet, installation) for kind in kinds for id in each[kind]}
            rows = {one.id for kind in kinds async for batch in store.load(kind) for one in batch}
            return [pictures, rows]

        clock.tick(30 * day)
        await row.run()
        everything = {invited.link.id, reset.link.id, short.id, endless.id}
        assert await kept() == [everything, everything], 'what ended lately is still shown'
        for _ in range(8):  # it follows the clock by a day a pass
            clock.tick(day)
            await row.run()
        assert await kept() == [{endless.id}, {endless.id}]
        assert application.fleets.index(LinkDigests).link(invited.link.digest) is None
        assert [await store.get(Link, place, invited.link.id), await store.get(Token, place, short.id)] == [None, None]
        assert application.fleets.of(place).sequence == told, 'nothing was changed'
        await application.transactor.stop()


async def test_nothing_is_deleted_by_its_age_right_after_the_clock_was_set(application: RunningApplication) -> None:
    (row,) = [job for job in table(application=application) if job.name == 'retention']
    application.store.kept_samples.append(RadioSample('D1', application.clock(), Radio(Rat.LTE), None))
    application.clock.tick(3600)
    application.clock.step(365 * 86_400)
    application.fleets.watch.look()
    await row.run()
    assert application.store.kept_samples
    application.clock.tick(3600)
    await row.run()
    assert not application.store.kept_samples
