"""Migrations: complete, safe to repeat, all or nothing, and free of what Tortoise 1.1 gets wrong."""

import asyncio
import itertools
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.operations import AddField, Operation
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import ModelState
from tortoise.migrations.schema_generator.state_apps import StateApps

from persistence.database import APPS, connection_config, opened_store
from persistence.engine import schema
from persistence.engine.schema import migrate
from tests.persistence.samples import DEVICE, changes, loaded

Apps = dict[str, dict[str, Any]]


@pytest.fixture
def url(empty: str) -> str:
    """It has not been migrated yet."""
    return empty


_TABLES = {
    'sqlite': "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    'postgres': "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@asynccontextmanager
async def connected(url: str, apps: Apps) -> AsyncIterator[BaseDBAsyncClient]:
    """A bare connection inside a context of Tortoise's, as the migrations need it."""
    async with TortoiseContext() as context:
        await context.init(config={'connections': {'default': connection_config(url)}, 'apps': apps})
        yield context.db('default')


async def shape(client: BaseDBAsyncClient) -> dict[str, Any]:
    """Every table of ours with its columns and indexes, as the database itself describes them."""
    dialect = client.capabilities.dialect
    tables = [row[0] for row in (await client.execute_query(_TABLES[dialect]))[1]]
    return {
        table: await _describe(client, dialect, table) for table in sorted(tables) if table != 'tortoise_migrations'
    }


async def _describe(client: BaseDBAsyncClient, dialect: str, table: str) -> tuple[Any, Any]:
    async def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in (await client.execute_query(query))[1]]

    if dialect == 'postgres':
        columns = await rows(
            'SELECT column_name, data_type, character_maximum_length, is_nullable, column_default '
            f"FROM information_schema.columns WHERE table_name = '{table}'"
        )
        # Tortoise names the index of a UNIQUE by itself, so a name is no part of the shape
        defined = await rows(f"SELECT indexdef FROM pg_indexes WHERE tablename = '{table}'")
        return sorted(columns), sorted(text.split(' ON ')[1] + text.split(' INDEX ')[0] for (text,) in defined)
    columns = [row[1:] for row in await rows(f'PRAGMA table_info("{table}")')]
    found = []
    for _, name, unique, *_ in await rows(f'PRAGMA index_list("{table}")'):
        found.append((unique, tuple(row[2] for row in await rows(f'PRAGMA index_info("{name}")'))))
    return sorted(columns), sorted(found)


async def generated(url: str, apps: Apps) -> dict[str, Any]:
    """The shape that the models themselves ask for."""
    async with TortoiseContext() as context:
        await context.init(config={'connections': {'default': connection_config(url)}, 'apps': apps})
        await context.generate_schemas()
        return await shape(context.db('default'))


@pytest.fixture
def second_url(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same sort."""
    if url.startswith('sqlite'):
        yield f'sqlite://{tmp_path}/second.sqlite3'
        return
    server = request.getfixturevalue('postgres_server')
    name = f'second_{tmp_path.name}'.lower().replace('-', '_')[:60]
    server.sql(f'CREATE DATABASE {name}')
    yield str(server.url(name))
    server.sql(f'DROP DATABASE {name} WITH (FORCE)')


async def test_the_migrated_schema_is_the_one_the_models_ask_for(url: str, second_url: str) -> None:
    async with connected(url, APPS) as client:
        await migrate(client, APPS)
        migrated = await shape(client)
    assert len(migrated) >= 20
    assert migrated == await generated(second_url, APPS)


async def test_the_models_hold_nothing_that_no_migration_knows(tmp_path: Path) -> None:
    async with TortoiseContext() as context:
        url = f'sqlite://{tmp_path}/x.sqlite3'
        await context.init(config={'connections': {'default': connection_config(url)}, 'apps': APPS})
        assert context.apps is not None
        assert await MigrationAutodetector(context.apps, APPS).changes() == []


async def test_migrating_again_changes_nothing_and_keeps_the_rows(url: str) -> None:
    async with opened_store(url) as store:
        await store.commit(changes(DEVICE))
    async with opened_store(url) as store:
        assert [device.id for device in await loaded(store, type(DEVICE))] == ['D1']


async def test_no_migration_is_gone_through_twice_and_none_when_nothing_is_missing(
    empty: str, package: 'Package', monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = ModelState.render

    def counted(state: ModelState, apps: StateApps, *, deepcopy_fields: bool = True) -> Any:
        made.append(state.name)
        return render(state, apps, deepcopy_fields=deepcopy_fields)

    monkeypatch.setattr(ModelState, 'render', counted)
    model = CRANE.format(fields='', meta='')
    apps = package(model, {'0001_initial': CREATE, '0002_hook': SECOND, '0003_rope': SECOND.replace('ook', 'ope')})
    async with connected(empty, apps) as client:
        await migrate(client, apps)
        assert made == ['Crane', 'Hook', 'Hope']
        await migrate(client, apps)
        assert made == ['Crane', 'Hook', 'Hope']


async def test_an_operation_that_looks_back_sees_the_models_as_they_stood_before_it(
    empty: str, package: 'Package', tmp_path: Path
) -> None:
    seen = tmp_path / 'seen'
    look = f"lambda apps, _: __import__('pathlib').Path({str(seen)!r}).write_text(repr(apps.get_model('old.Crane')._meta.db_fields))"
    add = "ops.AddField(model_name='Crane', name='hook', field=fields.IntField(db_default=7))"
    remove = "ops.RemoveField(model_name='Crane', name='hook')"
    steps = {'0001_initial': CREATE, '0002_hook': add, '0003_gone': f'ops.RunPython({look}), {remove}'}
    apps = package(CRANE.format(fields='', meta=''), steps)
    async with connected(empty, apps) as client:
        await migrate(client, apps)
        assert [name for name, *_ in (await shape(client))['crane'][0]] == ['id']
    assert "'hook'" in seen.read_text()


VISIT = """
import asyncio, sys
from persistence.database import opened_store
async def main():
    async with opened_store(sys.argv[1], serving=False):
        pass
asyncio.run(main())
"""


async def test_several_processes_may_migrate_at_once(url: str, second_url: str) -> None:
    processes = [await asyncio.create_subprocess_exec(sys.executable, '-c', VISIT, url) for _ in range(3)]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    async with connected(url, APPS) as client:
        migrated = await shape(client)
    assert migrated == await generated(second_url, APPS)


async def test_on_postgres_nothing_is_made_before_it_is_ones_turn(postgres: str) -> None:
    async with connected(postgres, APPS) as client, client.acquire_connection() as other:

        async def found(query: str) -> list[Any]:
            return [row[0] for row in (await client.execute_query(query))[1]]

        await other.execute('SELECT pg_advisory_lock($1)', schema._LOCK)
        migrating = asyncio.create_task(migrate(client, APPS))
        while not await found("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not migrating.done()
        assert await found(_TABLES['postgres']) == []
        await other.execute('SELECT pg_advisory_unlock($1)', schema._LOCK)
        await migrating
        assert 'tortoise_migrations' in await found(_TABLES['postgres'])


Package = Callable[[str, dict[str, str]], Apps]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Write an app of one model and its migrations; returns its configuration."""
    names = itertools.count()

    def build(model: str, steps: dict[str, str]) -> Apps:
        name = f'old_{tmp_path.name}_{next(names)}'.replace('-', '_').replace('[', '_').replace(']', '_')
        folder = tmp_path / name
        (folder / 'migrations').mkdir(parents=True)
        head = 'from tortoise import fields\nfrom tortoise.indexes import Index\n'
        (folder / '__init__.py').touch()
        (folder / 'migrations' / '__init__.py').touch()
        (folder / 'models.py').write_text(f'{head}from tortoise.models import Model\n{textwrap.dedent(model)}')
        for step, operations in steps.items():
            (folder / 'migrations' / f'{step}.py').write_text(
                f'{head}from tortoise import migrations\nfrom tortoise.migrations import operations as ops\n'
                f'class Migration(migrations.Migration):\n    operations = [{operations}]\n'
            )
        monkeypatch.syspath_prepend(str(tmp_path))
        return {
            'old': {'models': [f'{name}.models'], 'default_connection': 'default', 'migrations': f'{name}.migrations'}
        }

    return build


CRANE = """
    class Crane(Model):
        id = fields.CharField(primary_key=True, max_length=26)
        {fields}
        class Meta:
            table = 'crane'
            {meta}
"""
CREATE = (
    "ops.CreateModel(name='Crane', fields=[('id', fields.CharField(primary_key=True, max_length=26))], "
    "options={'table': 'crane', 'app': 'old', 'pk_attr': 'id'}, bases=['Model'])"
)


async def _migrate_a_crane_with_rows(url: str, first: Apps, then: Apps) -> list[dict[str, Any]]:
    async with connected(url, first) as client:
        await migrate(client, first)
        await client.execute_script("INSERT INTO crane (id) VALUES ('C1')")
    async with connected(url, then) as client:
        await migrate(client, then)
        return [dict(row) for row in (await client.execute_query('SELECT * FROM crane'))[1]]


async def test_an_old_database_with_rows_takes_a_new_column_with_its_default_and_index(
    url: str, second_url: str, package: Package
) -> None:
    first = package(CRANE.format(fields='', meta=''), {'0001_initial': CREATE})
    model = CRANE.format(
        fields='hook = fields.IntField(db_default=7)', meta="indexes = (Index(fields=('hook',), name='crane_hook'),)"
    )
    add = (
        "ops.AddField(model_name='Crane', name='hook', field=fields.IntField(db_default=7)), "
        "ops.AddIndex('Crane', Index(fields=('hook',), name='crane_hook'))"
    )
    then = package(model, {'0001_initial': CREATE, '0002_hook': add})
    assert await _migrate_a_crane_with_rows(url, first, then) == [{'id': 'C1', 'hook': 7}]
    async with connected(url, then) as client:
        assert await shape(client) == await generated(second_url, then)


KILLED = """
import asyncio, sys
from tests.persistence.engine.test_schema import connected
from persistence.engine.schema import migrate
async def main():
    apps = {'old': {'models': [sys.argv[2] + '.models'], 'default_connection': 'default', 'migrations': sys.argv[2] + '.migrations'}}
    async with connected(sys.argv[1], apps) as client:
        await migrate(client, apps)
asyncio.run(main())
"""
SECOND = (
    "ops.CreateModel(name='Hook', fields=[('id', fields.IntField(primary_key=True))], "
    "options={'table': 'hook', 'app': 'old', 'pk_attr': 'id'}, bases=['Model'])"
)


async def test_a_migration_killed_at_its_end_is_made_good_by_the_next_start(
    url: str, package: Package, tmp_path: Path
) -> None:
    model = (
        CRANE.format(fields='', meta='') + "    class Hook(Model):\n        class Meta:\n            table = 'hook'\n"
    )
    die = "ops.RunPython(lambda *_: __import__('os').kill(__import__('os').getpid(), 9))"
    deadly = package(model, {'0001_initial': CREATE, '0002_hook': f'{SECOND}, {die}'})
    name = deadly['old']['migrations'].partition('.')[0]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join([str(tmp_path), str(Path.cwd())])}
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', KILLED, url, name, env=environment)
    assert await process.wait() == -signal.SIGKILL
    async with connected(url, deadly) as client:
        assert list(await shape(client)) == ['crane']
    mended = package(model, {'0001_initial': CREATE, '0002_hook': SECOND})
    async with connected(url, mended) as client:
        await migrate(client, mended)
        await migrate(client, mended)
        assert list(await shape(client)) == ['crane', 'hook']


async def test_tortoise_forgets_the_default_of_a_new_column(url: str, package: Package) -> None:
    """A tripwire: once this fails, the rule below on ``db_default`` can go."""
    first = package(CRANE.format(fields='', meta=''), {'0001_initial': CREATE})
    add = "ops.AddField(model_name='Crane', name='hook', field=fields.IntField(default=7))"
    then = package(
        CRANE.format(fields='hook = fields.IntField(default=7)', meta=''), {'0001_initial': CREATE, '0002_hook': add}
    )
    with pytest.raises((OperationalError, Exception), match=r'(?i)null'):
        await _migrate_a_crane_with_rows(url, first, then)
    async with connected(url, then) as client:  # and what failed left the old table as it was
        assert [dict(row) for row in (await client.execute_query('SELECT * FROM crane'))[1]] == [{'id': 'C1'}]


async def test_tortoise_forgets_the_index_of_a_new_column(url: str, second_url: str, package: Package) -> None:
    """A tripwire: once this fails, the rule below on ``db_index`` can go."""
    first = package(CRANE.format(fields='', meta=''), {'0001_initial': CREATE})
    field = 'fields.IntField(null=True, db_index=True)'
    add = f"ops.AddField(model_name='Crane', name='hook', field={field})"
    then = package(CRANE.format(fields=f'hook = {field}', meta=''), {'0001_initial': CREATE, '0002_hook': add})
    await _migrate_a_crane_with_rows(url, first, then)
    async with connected(url, then) as client:
        migrated = await shape(client)
    wanted = await generated(second_url, then)
    assert migrated['crane'][0] == wanted['crane'][0]
    assert migrated['crane'][1] != wanted['crane'][1]


def faults(operation: Operation) -> list[str]:
    """What Tortoise would silently get wrong about an operation."""
    if not isinstance(operation, AddField):
        return []
    field: Any = operation.field
    wrong = []
    if not field.null and not field.has_db_default():
        wrong.append(f'{operation.name}: a NOT NULL column needs db_default')
    if field.index or field.unique:
        wrong.append(f'{operation.name}: name the index in Meta.indexes and AddIndex')
    return wrong


async def test_our_migrations_ask_tortoise_for_nothing_it_forgets() -> None:
    loader = MigrationLoader(APPS, MigrationRecorder(None))
    loader.load_disk()
    operations = [operation for migration in loader.disk_migrations.values() for operation in migration.operations]
    assert operations
    assert [fault for operation in operations for fault in faults(operation)] == []


def test_a_forgetful_migration_is_found() -> None:
    from tortoise import fields

    assert faults(AddField('Crane', 'hook', fields.IntField(default=7)))
    assert faults(AddField('Crane', 'hook', fields.IntField(null=True, db_index=True)))
    assert not faults(AddField('Crane', 'hook', fields.IntField(db_default=7)))
