"""Nothing is made anew by accident, and what is wrong with what is there is one line, for the server and for every command."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import typer

from tests.persistence.conftest import migrated_file as migrated_file
from tests.ui.cli.test_main import app as app
from tests.ui.cli.test_main import refused, run
from ui.crypto.fernet import KEY_FILE
from ui.server.installation import TRACE

KEY = '0123456789abcdef' * 4
COMMANDS = (
    ['serve', '--port', '0'],
    ['demo', '--port', '0'],
    ['enterprise', 'list'],
    ['user', 'owner', 'ana@example.com'],
    ['token', 'list'],
)


@pytest.fixture
def folder(tmp_path: Path, migrated_file: Path) -> Path:
    """One that has served."""
    data = tmp_path / 'data'
    data.mkdir()
    shutil.copy(migrated_file, data / 'cellwarden.sqlite3')
    (data / KEY_FILE).write_text(KEY)
    return data


@pytest.mark.parametrize('command', COMMANDS, ids=' '.join)
def test_a_folder_whose_database_is_gone_makes_no_new_one(app: typer.Typer, folder: Path, command: list[str]) -> None:
    (folder / 'cellwarden.sqlite3').unlink()
    words = refused(run(app, folder, *command))
    assert words.endswith(
        f'cellwarden.sqlite3 is missing, but {folder / KEY_FILE} tells of one; '
        'restore it from a backup, or begin anew with another data folder'
    )
    assert not (folder / 'cellwarden.sqlite3').exists()
    (folder / 'cellwarden.sqlite3').touch()
    assert 'is empty, but' in refused(run(app, folder, *command))
    assert not (folder / 'cellwarden.sqlite3').stat().st_size


@pytest.mark.parametrize('command', [*COMMANDS, ['audit', 'verify']], ids=' '.join)
@pytest.mark.parametrize('content', [b'rubbish' * 999, b'SQLite format 3\0'], ids=['rubbish', 'cut'])
def test_a_database_that_is_none_is_one_line(
    app: typer.Typer, folder: Path, command: list[str], content: bytes
) -> None:
    (folder / 'cellwarden.sqlite3').write_bytes(content)
    assert 'restore it from a backup' in refused(run(app, folder, *command))
    assert (folder / 'cellwarden.sqlite3').read_bytes() == content


@pytest.mark.parametrize(
    'key', [b'', b'\xff\xfe' * 40, KEY.encode()[:40], b'short'], ids=['empty', 'rubbish', 'cut', 'short']
)
def test_a_key_that_is_none_is_one_line_and_stays(app: typer.Typer, folder: Path, key: bytes) -> None:
    (folder / KEY_FILE).write_bytes(key)
    assert f'{folder / KEY_FILE} is not a key, or cut short; restore it' in refused(
        run(app, folder, 'serve', '--port', '0')
    )
    assert (folder / KEY_FILE).read_bytes() == key


def test_a_key_that_is_gone_is_made_anew_only_where_nothing_is_sealed(app: typer.Typer, folder: Path) -> None:
    (folder / KEY_FILE).unlink()
    assert run(app, folder, 'user', 'list').exit_code == 0
    made = (folder / KEY_FILE).read_text()
    assert len(made) == len(KEY)
    assert (folder / TRACE).read_text().startswith('Since 20')
    seal(folder / 'cellwarden.sqlite3')
    (folder / KEY_FILE).unlink()
    for command in COMMANDS[0], COMMANDS[2]:
        assert f'{folder / KEY_FILE} is missing, and authenticator apps are sealed with it' in refused(
            run(app, folder, *command)
        )
    assert not (folder / KEY_FILE).exists()
    assert run(app, folder, 'user', 'list', CELLWARDEN_SECRET_KEY=KEY).exit_code == 0


def test_a_new_folder_is_a_new_installation_and_from_then_on_it_is_known(app: typer.Typer, tmp_path: Path) -> None:
    data = tmp_path / 'new'
    assert run(app, data, 'enterprise', 'add', 'Delft', CELLWARDEN_SECRET_KEY=KEY).exit_code == 0
    assert not (data / KEY_FILE).exists()
    for file in data.glob('cellwarden.sqlite3*'):
        file.unlink()
    assert f'{data / TRACE} tells of one' in refused(run(app, data, 'enterprise', 'list', CELLWARDEN_SECRET_KEY=KEY))


def seal(path: Path) -> None:
    """An account has an authenticator app."""
    with closing(sqlite3.connect(path)) as file, file:
        columns = [row[1:3] for row in file.execute('PRAGMA table_info(account)')]
        values = {name: 0 if kind.startswith(('INT', 'BIGINT', 'REAL')) else '' for name, kind in columns}
        values |= {'id': 'A1', 'email': 'ana@example.com', 'totp': 'sealed', 'recovery': '[]'}
        marks = ', '.join(f':{name}' for name in values)
        file.execute(f'INSERT INTO account ({", ".join(values)}) VALUES ({marks})', values)
