"""Bring the schema up to date when the program starts: Tortoise's migrations, each applied and recorded in one transaction.

Tortoise's own executor records a migration after its transaction; a crash between the two makes the next start apply it a second
time, which fails for ever. Both databases can roll back DDL, so here it is all or nothing.

For adding one (``python -m tortoise -c persistence.database.CONFIG makemigrations -n NAME``): read what was generated.
``AddField`` forgets ``default`` (give the field ``db_default``) and ``db_index`` (write an ``Index`` into ``Meta.indexes``), and
SQLite's editor parts statements at every semicolon, so no description may hold one.
"""

import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import AddField, AddIndex, AlterModelOptions, CreateModel, RunSQL
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.transactions import in_transaction

from persistence import migrations

_log = structlog.get_logger(__name__)
_LOCK = 4_909_223_871
"""A process that migrates a PostgreSQL database holds this advisory lock (an arbitrary number of ours)."""
_NO_LOOK_BACK = (CreateModel, AddField, AddIndex, AlterModelOptions, RunSQL)
"""Operations whose change of the database follows from the models as they stand after it, or from none."""


def known() -> set[str]:
    """The names of all migrations of this version."""
    return {module.name for module in pkgutil.iter_modules(migrations.__path__)}


async def migrate(client: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> None:
    """Apply what is missing, in order of name. Safe to run again, at once from several processes, and after being killed."""
    # NOTE: two sessions of PostgreSQL that run CREATE TABLE IF NOT EXISTS at once collide, so this takes its turn too. It has a
    # transaction of its own because Tortoise sends it as a script, and SQLite's driver commits what is open before it runs one.
    async with _turn(client) as transaction:
        await MigrationRecorder(transaction).ensure_schema(_editor(transaction))
    steps = Steps(apps)
    while True:
        async with _turn(client) as transaction:
            name = await steps.apply_next(transaction)
        if name is None:
            return
        _log.info('migration_applied', migration=name)


@asynccontextmanager
async def _turn(client: BaseDBAsyncClient) -> AsyncIterator[BaseDBAsyncClient]:
    """A transaction in which no other process migrates. A PostgreSQL database is locked here, a SQLite file where the store is opened."""
    async with in_transaction(client.connection_name) as transaction:
        if client.capabilities.dialect == 'postgres':
            _, free = await transaction.execute_query(f'SELECT pg_try_advisory_xact_lock({_LOCK})')
            if not free[0][0]:
                _log.info('waiting', until='another process has brought the database up to date')
                await transaction.execute_query(f'SELECT pg_advisory_xact_lock({_LOCK})')
        yield transaction


class Steps:
    """The migrations of this version, and the models as those that were gone through have left them.

    Classes are made of the models again for every operation that is gone through, and of all models for a look back at how they stood
    before it: that is what a migration costs. So none is gone through twice, none at all when nothing is missing, and only an
    operation that needs the look back gets one.
    """

    def __init__(self, apps: dict[str, dict[str, Any]]) -> None:
        self._apps = apps
        self._state = State(models={}, apps=StateApps())
        self._gone_through: set[MigrationKey] = set()

    async def apply_next(self, transaction: BaseDBAsyncClient) -> str | None:
        """Apply and record the first that is missing; its name, or ``None`` when the schema is up to date."""
        recorder = MigrationRecorder(transaction)
        loader = MigrationLoader(self._apps, recorder)
        await loader.build_graph()
        missing = sorted(loader.disk_migrations.keys() - loader.applied_migrations)
        if not missing:
            return None
        key = missing[0]
        for earlier in sorted(loader.applied_migrations & (loader.disk_migrations.keys() - self._gone_through)):
            if earlier < key:
                await loader.disk_migrations[earlier].apply(self._state, dry_run=True)
                self._gone_through.add(earlier)
        _log.info('migrating', migration=key.name)
        await self._apply(loader.disk_migrations[key], _editor(transaction))
        self._gone_through.add(key)
        await recorder.record_applied(key.app_label, key.name)
        return key.name

    async def _apply(self, migration: Migration, editor: BaseSchemaEditor) -> None:
        for operation in migration.operations:
            before = self._state if isinstance(operation, _NO_LOOK_BACK) else self._state.clone()
            operation.state_forward(migration.app_label, self._state)
            await operation.database_forward(migration.app_label, before, self._state, editor)
        self._state.validate_relations_initialized()


def _editor(client: BaseDBAsyncClient) -> BaseSchemaEditor:
    return AsyncpgSchemaEditor(client) if client.capabilities.dialect == 'postgres' else SqliteSchemaEditor(client)
