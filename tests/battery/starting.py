"""Databases and keys that no server should start on: one line that says what to do, and nothing made anew by accident."""

import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.battery.case import NotRun, Place, Stage
from tests.battery.figures import most
from tests.battery.storage import end, last_line, lines_left, starts
from tests.bench.report import Figure
from tests.real.server import Server, free_port
from ui.crypto.fernet import KEY_FILE
from ui.main import SET_UP

ENDS_WITHIN_S = 40.0


async def rubbish(stage: Stage) -> AsyncIterator[Figure]:
    """`serve` on a database that is cut in half, rubbish, emptied, of a newer version, or read-only, and with a key file of rubbish. It
    ends with a code and one line, makes no new installation, leaves no traceback."""
    for trouble, spoil in _TROUBLES.items():
        yield await _serve(trouble, await stage.place(), spoil)
    place = await stage.place()
    with _read_only(place.data):
        yield await _serve('a read-only data folder', place, lambda _: None)


async def _serve(trouble: str, place: Place, spoil: Callable[[Place], object]) -> Figure:
    spoil(place)
    server = Server(place.data, free_port(), {'CELLWARDEN_DATABASE': f'sqlite:///{place.file}'})
    try:
        took = await starts(server, ENDS_WITHIN_S)
        assert server.process is not None
        code, lines = server.process.poll(), lines_left(server)
    finally:
        end(server)
    anew = SET_UP in server.log.read_text(errors='replace')
    named = str(place.data) in last_line(server)
    wrong = {
        'ready': took,
        f'code {code}': code in (0, None),
        f'{lines} lines': lines != 1,
        'no file named': not named,
        'a new installation': anew,
    }
    seen = ', '.join(words for words, so in wrong.items() if so)
    return most(f'{trouble}: what must not be seen', sum(wrong.values()), 0, measured=seen or last_line(server))


def _cut(place: Place) -> None:
    os.truncate(place.file, place.file.stat().st_size // 2)


def _newer(place: Place) -> None:
    with sqlite3.connect(place.file) as database:
        (table,) = next(
            iter(database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migration%'"))
        )
        columns = [row[1] for row in database.execute(f'PRAGMA table_info({table})')]
        kept = ', '.join("'9999_newer'" if column == 'name' else column for column in columns if column != 'id')
        names = ', '.join(column for column in columns if column != 'id')
        database.execute(f'INSERT INTO {table} ({names}) SELECT {kept} FROM {table} LIMIT 1')


_TROUBLES: Mapping[str, Callable[[Place], object]] = {
    'a database that is cut in half': _cut,
    'a database of rubbish': lambda place: place.file.write_bytes(os.urandom(200_000)),
    'an empty file where there was a database': lambda place: place.file.write_bytes(b''),
    'a database of a newer version': _newer,
    'a key file of rubbish': lambda place: (place.data / KEY_FILE).write_bytes(b'\xff\xfe\x00'),
}


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """Nothing in ``folder`` can be written: by its mode, for root by a mount."""
    if os.geteuid() == 0:
        for options in (('--bind',), ('-o', 'remount,ro,bind')):
            mounted = subprocess.run(['mount', *options, folder, folder], capture_output=True, text=True, check=False)
            if mounted.returncode:
                raise NotRun(f'a folder cannot be mounted read-only here: {mounted.stderr.strip()}')
        try:
            yield
        finally:
            subprocess.run(['umount', '--lazy', folder], check=True)
        return
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield
    finally:
        folder.chmod(0o700)
