"""One database of PostgreSQL for test after test: to copy one and drop it takes half a second of CPU time, to empty it a tenth of that."""

from contextlib import ExitStack
from subprocess import CalledProcessError

from tests.real.postgres import PostgresServer, fresh_database

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
_SCHEMA = """
  SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
    SELECT concat_ws(' ', oid, relname, relkind, reloptions) FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', oid, proname, xmin) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname NOT LIKE 'pg_%temp%'
    UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  ) of(line)"""
_ALONE = """SET lock_timeout = '20s'; SET session_replication_role = replica; SELECT pg_terminate_backend(pid, 20000)
  FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_NUMBERS = """SELECT format('SELECT setval(%s, %s, %L)', seqrelid, coalesce(last, seqstart), last IS NOT NULL)
  FROM pg_sequence, pg_sequence_last_value(seqrelid) AS last"""


class Reused:
    """A copy of ``template`` that has the rows of a new one for each test; after a test that changed more there is another copy."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        tables = server.sql(_TABLES, database=template).split()
        filled = server.sql(
            ' UNION ALL '.join(f"SELECT '{each}' WHERE EXISTS (SELECT FROM {each})" for each in tables),
            database=template,
        ).split()  # such as the migrations that it has had
        first = {each: server.sql(f'SELECT json_agg(t) FROM {each} t', database=template) for each in filled}
        again = [
            f'INSERT INTO {each} SELECT * FROM json_populate_recordset(NULL::{each}, $rows${rows}$rows$)'
            for each, rows in first.items()
        ]
        numbers = server.sql(_NUMBERS, database=template).splitlines()
        self._empty = '; '.join((_ALONE, *(f'DELETE FROM {each}' for each in tables), *again, *numbers))
        self._new = server.sql(_SCHEMA, database=template)
        self._copy = ExitStack()
        self._name = ''

    def take(self) -> str:
        """Its name."""
        if not self._name:
            self._name = self._copy.enter_context(fresh_database(self._server, self._template))
        return self._name

    def give_back(self) -> None:
        """A test has had it."""
        try:
            self._server.sql(self._empty, database=self._name)
            is_as_new = self._server.sql(_SCHEMA, database=self._name) == self._new
        except CalledProcessError:
            is_as_new = False
        if not is_as_new:
            self.end()

    def end(self) -> None:
        """Drop it; the next is another."""
        self._copy.close()
        self._name = ''
