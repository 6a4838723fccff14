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
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.transactions import in_transaction

from persistence import migrations

_log = structlog.get_logger(__name__)
_LOCK = 4_909_223_871
"""A process that migrates a PostgreSQL database holds this advisory lock (an arbitrary number of ours)."""


def known() -> set[str]:
    """The names of all migrations of this version."""
    return {module.name for module in pkgutil.iter_modules(migrations.__path__)}


async def migrate(client: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> None:
    """Apply what is missing, in order of name. Safe to run again, at once from several processes, and after being killed."""
    # NOTE: two sessions of PostgreSQL that run CREATE TABLE IF NOT EXISTS at once collide, so this takes its turn too. It has a
    # transaction of its own because Tortoise sends it as a script, and SQLite's driver commits what is open before it runs one.
    async with _turn(client) as transaction:
        await MigrationRecorder(transaction).ensure_schema(_editor(transaction))
    while True:
        async with _turn(client) as transaction:
            name = await _apply_next(transaction, apps)
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


async def _apply_next(transaction: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> str | None:
    recorder = MigrationRecorder(transaction)
    loader = MigrationLoader(apps, recorder)
    await loader.build_graph()
    state = State(models={}, apps=StateApps())
    for key in sorted(loader.disk_migrations):
        migration: Migration = loader.disk_migrations[key]
        if key in loader.applied_migrations:
            await migration.apply(state, dry_run=True)
            continue
        _log.info('migrating', migration=key.name)
        await migration.apply(state, schema_editor=_editor(transaction))
        await recorder.record_applied(key.app_label, key.name)
        return key.name
    return None


def _editor(client: BaseDBAsyncClient) -> BaseSchemaEditor:
    return AsyncpgSchemaEditor(client) if client.capabilities.dialect == 'postgres' else SqliteSchemaEditor(client)
