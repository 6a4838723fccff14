"""Probes of the machine, each on real files, databases and names: a good case and the bad ones."""

import asyncio
import os
import socket
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from domain.changes.store import StoreCondition
from persistence.condition import condition_of
from persistence.database import opened_store
from tests.fakes import running_application
from tests.ui.doctor.examined import at_rest, polling, sources
from ui.doctor import machine
from ui.doctor.model import State
from ui.doctor.sources import Sources
from ui.settings.model import Settings


async def test_a_disk_is_full_when_a_group_of_changes_may_not_fit(tmp_path: Path) -> None:
    there = os.statvfs(tmp_path)
    free = there.f_bavail * there.f_frsize
    for full, narrow, state in ((1, 2, State.OK), (1, 2 * free, State.WARNING), (2 * free, 3 * free, State.FAULT)):
        said = await machine.disk(at_rest(tmp_path / 'not' / 'yet'), full=full, narrow=narrow)
        assert (said.state, bool(said.advice)) == (state, state is not State.OK)
        assert 'free' in said.words
        assert ('has too little room' in said.words) is (state is State.FAULT), (
            'a disk that is not full is not called so'
        )


def at(folder: Path) -> Sources:
    settings = Settings(data=folder)
    return Sources(settings=settings, database=partial(condition_of, settings.database_url))


async def test_a_database_is_whole_locked_cut_or_not_there(tmp_path: Path) -> None:
    missing = await machine.database(at(tmp_path))
    assert (missing.state, 'is missing' in missing.words) == (State.UNKNOWN, True)
    (tmp_path / 'installed').touch()
    assert (await machine.database(at(tmp_path))).state is State.FAULT

    path = tmp_path / 'cellwarden.sqlite3'
    async with opened_store(f'sqlite://{path}'):
        pass  # its tables are made
    whole = await machine.database(at(tmp_path))
    assert (whole.state, 'no server writes to it' in whole.words) == (State.OK, True)
    assert whole.figures['bytes'] == path.stat().st_size

    other = sqlite3.connect(path, isolation_level=None)
    other.execute('BEGIN IMMEDIATE')
    locked = await machine.database(at(tmp_path))
    other.close()
    assert (locked.state, 'locked by another program' in locked.words) == (State.FAULT, True)

    path.write_bytes(path.read_bytes()[:5000])
    cut = await machine.database(at(tmp_path))
    assert (cut.state, 'cut short' in cut.words) == (State.FAULT, True)


@pytest.mark.parametrize(
    ('found', 'state', 'words'),
    [
        (StoreCondition(kind='SQLite', size=1, log=2_000_000_000), State.WARNING, 'has grown to 2.0 GB'),
        (StoreCondition(kind='PostgreSQL', version='16', blocked=2), State.WARNING, '2 sessions wait for a lock'),
        (StoreCondition(kind='PostgreSQL', version='16.1', holder='process 7'), State.OK, 'written by process 7'),
    ],
)
async def test_a_log_that_grows_and_sessions_that_wait_are_told(
    tmp_path: Path, found: StoreCondition, state: State, words: str
) -> None:
    said = await machine.database(at_rest(tmp_path, condition=found))
    assert (said.state, words in said.words) == (state, True)


async def test_what_other_users_can_open_is_a_fault(tmp_path: Path) -> None:
    assert (await machine.permissions(at_rest(tmp_path / 'none'))).state is State.UNKNOWN
    folder = tmp_path / 'data'
    folder.mkdir(0o700)
    key = folder / 'secret.key'
    key.touch(0o600)
    assert (await machine.permissions(at_rest(folder))).state is State.OK
    key.chmod(0o640)
    said = await machine.permissions(at_rest(folder))
    assert (said.state, said.figures['files']) == (State.FAULT, ['secret.key'])
    assert f'chmod -R go= {folder}' in said.advice
    key.chmod(0o600)
    folder.chmod(0o777)
    assert (await machine.permissions(at_rest(folder))).state is State.FAULT


async def test_names_of_the_settings_are_looked_up(tmp_path: Path) -> None:
    assert (await machine.resolver(at_rest(tmp_path, public_url='http://127.0.0.1:8080'))).state is State.UNKNOWN
    good = at_rest(tmp_path, public_url='http://localhost:8080')
    assert ((await machine.resolver(good)).state, socket.gethostbyname('localhost')) == (State.OK, '127.0.0.1')
    bad = at_rest(tmp_path, database='postgres://db.does-not-exist.invalid/fleet', public_url='http://localhost')
    said = await machine.resolver(bad)
    assert (said.state, 'db.does-not-exist.invalid' in said.words) == (State.FAULT, True)
    odd = at_rest(tmp_path, public_url=f'https://{"a" * 70}.example')
    assert (await machine.resolver(odd)).state is State.FAULT, 'a name that no resolver could be asked for'


async def test_checks_that_wait_for_names_say_that_the_resolver_is_gone(tmp_path: Path) -> None:
    async with running_application() as application:
        lost = sources(application, tmp_path, jobs=[polling(planned=9, no_name=4)])
        assert (await machine.resolver(lost)).state is State.FAULT
        astray = sources(application, tmp_path, jobs=[polling(planned=9, elsewhere=4)])
        said = await machine.resolver(astray)
        assert (said.state, 'sends 4 checks of towers to other addresses' in said.words) == (State.FAULT, True)
        well = sources(application, tmp_path, jobs=[polling(planned=9, no_name=0)])
        assert (await machine.resolver(well)).state is State.OK


def test_what_the_kernel_says_of_its_clock_is_asked_without_a_right() -> None:
    assert machine.is_synchronised() in (True, False, None)


@pytest.mark.parametrize(('number', 'words'), [(512, '512 B'), (4096, '4.1 kB'), (12_400_000_000, '12 GB'), (0, '0 B')])
def test_sizes_are_in_powers_of_a_thousand(number: int, words: str) -> None:
    assert machine.size(number) == words


async def test_a_look_at_the_machine_holds_nothing_up(tmp_path: Path) -> None:
    async with asyncio.timeout(30):
        await asyncio.gather(*(look(at(tmp_path)) for look in (machine.disk, machine.database, machine.permissions)))
