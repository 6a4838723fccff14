"""``cellwarden audit verify`` and the heads that the server keeps outside of its database."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.real.server import Server, free_port, running_server


async def test_what_became_of_the_database_is_told_by_the_heads_that_were_kept(tmp_path: Path) -> None:
    data = tmp_path / 'data'
    database, heads = data / 'cellwarden.sqlite3', data / 'audit-heads'
    async with running_server(data) as server:
        await server.operate('enterprise add', name='Delft', starter=False)
    backup, early = tmp_path / 'backup', heads.read_text()
    shutil.copy(database, backup)
    assert early, 'an orderly stop keeps the heads'

    at_rest = Server(data, free_port())
    added = await at_rest.called('enterprise', 'add', 'Ghent')
    assert added.code == 0, added.err

    first = await at_rest.command('audit', 'verify')
    assert (first.code, 'NOT INTACT' in first.out + first.err) == (0, False), first

    async def verify() -> tuple[int, str]:
        said = await at_rest.called('audit', 'verify')
        return said.code, said.out + said.err

    code, words = await verify()
    assert (code, words.startswith(first.out)) == (0, True), words

    shutil.copy(database, tmp_path / 'now')
    shutil.copy(backup, database)
    code, words = await verify()
    assert (code, 'an older backup was restored' in words) == (3, True), words
    shutil.copy(tmp_path / 'now', database)

    whole = heads.read_text()
    heads.unlink()
    code, words = await verify()
    assert (code, 'no file of kept heads' in words) == (4, True), words
    heads.write_text(whole[:-10])
    code, words = await verify()
    assert (code, '1 line of the file of kept heads cannot be read' in words) == (5, True), words
    heads.write_text(whole)

    with (
        closing(sqlite3.connect(database)) as opened,
        opened,
    ):  # all digests emptied, by a forger who knows of the mark too
        opened.execute("UPDATE journal_entry SET digest = ''")
        opened.execute("UPDATE journal_counter SET digest = '', chained_from = used + 1")
    code, words = await verify()
    assert (code, 'history was written anew' in words) == (1, True), words


async def test_a_command_tells_its_secret_though_the_heads_cannot_be_kept(tmp_path: Path) -> None:
    at_rest = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_AUDIT_HEADS': str(tmp_path / 'away' / 'heads')})
    added = await at_rest.command('enterprise', 'add', 'Ghent')
    assert (added.code, 'heads_not_kept' in added.out + added.err) == (0, True), added.err
    made = await at_rest.called('token', 'enrolment', '--enterprise', 'Ghent', '--name', 'roll-out')
    assert (made.code, 'cwe_' in made.out) == (0, True), made.err
