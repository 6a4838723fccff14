"""The command line: every command explains itself, and what is wrong is said in a line, never in a traceback."""

import gc
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from ui.cli.main import command_line

COMMANDS = (
    ['serve'], ['demo'], ['agent'], ['doctor'], ['config', 'show'], ['enterprise', 'add'], ['enterprise', 'list'],
    ['enterprise', 'browsers'],
    ['user', 'add'],
    ['user', 'role'], ['user', 'reset'], ['user', 'owner'], ['user', 'disable'], ['user', 'enable'],
    ['user', 'list'], ['user', 'relink'], ['user', 'forget'],
    ['token', 'enrolment'], ['token', 'api'], ['token', 'list'], ['token', 'revoke'],
    ['audit', 'verify'], ['audit', 'head'], ['audit', 'export'],
)  # fmt: skip


@pytest.fixture
def app() -> Iterator[typer.Typer]:
    """The real command line; it takes over logging, which is put back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield command_line()
    root.handlers, root.level = handlers, level


def run(app: typer.Typer, data: Path, *arguments: str, given: str = '', **environment: str) -> Result:
    clean = {'CELLWARDEN_DATA': str(data), 'CELLWARDEN_PORT': None, 'CELLWARDEN_HOST': None, 'TERMINAL_WIDTH': '200'}
    return CliRunner(env={**clean, **environment}).invoke(app, list(arguments), input=given)


def refused(result: Result) -> str:
    """The one line."""
    assert result.exit_code == 1, result.output
    lines = [line for line in result.stderr.splitlines() if line and '[info' not in line]
    assert len(lines) == 1, result.stderr
    return lines[0].removeprefix('cellwarden: ')


def test_the_commands_are_all_there_is(app: typer.Typer) -> None:
    root = typer.main.get_command(app)
    found = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, 'commands', None)
        found += [[name, each] for each in inner] if inner else [[name]]
    assert sorted(found) == sorted(COMMANDS)


@pytest.mark.parametrize(
    'command', [[], ['config'], ['enterprise'], ['user'], ['token'], ['audit'], *COMMANDS], ids=' '.join
)
def test_every_command_says_what_it_does_and_what_it_takes(
    app: typer.Typer, tmp_path: Path, command: list[str]
) -> None:
    result = run(app, tmp_path, *command, '--help')
    assert result.exit_code == 0
    assert 'Usage: ' in result.output
    assert 'Traceback' not in result.output
    assert not list(tmp_path.iterdir()), 'help leaves nothing behind'


def test_what_serves_is_loaded_by_the_commands_that_serve_alone() -> None:
    """An agent and a command beside a running server start without it: every module, as a process of its own has loaded it."""
    print_them = 'import sys, ui.cli.main; ui.cli.main.command_line(); print(*sys.modules)'
    loaded = set(
        subprocess.run([sys.executable, '-c', print_them], capture_output=True, text=True, check=True).stdout.split()
    )
    assert 'ui.operator.socket' in loaded
    server = {
        'ui.main',
        'domain.application',
        'persistence',
        'jobs.scheduler',
        'fastapi',
        'nicegui',
        'tortoise',
        'uvicorn',
        'numpy',
    }
    assert loaded & server == set()


WRONG = [
    ['nonsense'], ['serve', '--port', 'x'], ['serve', '--nonsense'], ['demo', '--devices', '-1'], ['agent'],
    ['agent', '--server', 'http://x', '--interval', '1'], ['enterprise', 'add'], ['user', 'add', 'ana@example.com'],
    ['user', 'add', 'a@b.c', '--enterprise', 'x', '--role', 'king'], ['user', 'role', 'a@b.c', '--enterprise', 'x'],
    ['user', 'role', 'a@b.c', 'king', '--enterprise', 'x'], ['token', 'api', '--enterprise', 'x'],
    ['token', 'api', '--enterprise', 'x', '--scope', 'everything'], ['token', 'enrolment', '--enterprise', 'x', '--uses', '0'],
    ['token', 'enrolment', '--enterprise', 'x', '--label', 'port-1'],
    ['token', 'enrolment', '--enterprise', 'x', '--label', 'site=a', '--label', 'site=b'],
    ['token', 'enrolment', '--enterprise', 'x', '--days', 'nan'], ['token', 'enrolment', '--enterprise', 'x', '--days', '1e9'],
    ['token', 'revoke'],
]  # fmt: skip


@pytest.mark.parametrize('arguments', WRONG, ids=' '.join)
def test_wrong_usage_is_answered_with_how_to_ask(app: typer.Typer, tmp_path: Path, arguments: list[str]) -> None:
    result = run(app, tmp_path, *arguments)
    assert result.exit_code == 2
    assert 'Usage: ' in result.stderr
    assert 'Traceback' not in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    'arguments', [['enterprise', 'list'], ['user', 'list'], ['token', 'revoke', 'x']], ids=' '.join
)
def test_a_misspelt_folder_begins_no_installation(app: typer.Typer, tmp_path: Path, arguments: list[str]) -> None:
    words = refused(run(app, tmp_path / 'misspelt', *arguments))
    assert words == f'there is no installation in {tmp_path / "misspelt"}; name its folder: --data'
    assert not list(tmp_path.iterdir())


REFUSED: list[tuple[list[str], str]] = [
    (['serve', '--port', '70000'], 'CELLWARDEN_PORT: Input should be less than or equal to 65535'),
    (['serve', '--host', 'no.such.host.invalid', '--port', '0'], 'cannot listen on no.such.host.invalid port 0'),
    (['serve', '--host', '203.0.113.9', '--port', '0'], 'cannot listen on 203.0.113.9 port 0'),
    (['enterprise', 'add', ' '], 'name'),
    (['user', 'add', 'ana@example.com', '--enterprise', 'Nowhere'], "there is no enterprise 'Nowhere'"),
    (['user', 'role', 'ana@example.com', 'viewer', '--enterprise', 'Nowhere'], "there is no enterprise 'Nowhere'"),
    (['user', 'reset', 'ana@example.com'], "there is no account for 'ana@example.com'"),
    (['token', 'enrolment', '--enterprise', 'Nowhere'], "there is no enterprise 'Nowhere'"),
    (['token', 'revoke', '01X'], "there is no token '01X'"),
    (['agent', '--server', 'http://127.0.0.1:1', '--label', 'nonsense'], '--label is written as name=value'),
    (['agent', '--server', 'nonsense', '--once'], ''),
]


@pytest.mark.parametrize(('arguments', 'words'), REFUSED, ids=[' '.join(arguments) for arguments, _ in REFUSED])
def test_what_cannot_be_done_is_one_line(app: typer.Typer, tmp_path: Path, arguments: list[str], words: str) -> None:
    if arguments[0] == 'agent':
        arguments = [*arguments, '--state', str(tmp_path / 'state')]
    if arguments[0] in ('user', 'token'):
        run(app, tmp_path / 'data', 'enterprise', 'add', 'Harbour')
    assert words in refused(run(app, tmp_path / 'data', *arguments))


SETTINGS = [
    ({'CELLWARDEN_LOG_FORMAT': 'xml'}, 'CELLWARDEN_LOG_FORMAT: '),
    ({'CELLWARDEN_POLL_ALLOW': 'all of them'}, 'CELLWARDEN_POLL_ALLOW: '),
    ({'CELLWARDEN_POLL_ALLOW': '["everything"]'}, 'CELLWARDEN_POLL_ALLOW: '),
    ({'CELLWARDEN_DATABASE': 'mysql://root:hunter2@db/x'}, "not with 'mysql'"),
    ({'CELLWARDEN_DATABASE': 'hunter2'}, 'begins with sqlite:// or postgres://'),
    ({'CELLWARDEN_DATABASE': 'sqlite://:memory:'}, 'name a file'),
    ({'CELLWARDEN_DATABASE': 'postgres://u:hunter2@127.0.0.1:1/x'}, 'the database "x" at 127.0.0.1 does not answer'),
]


@pytest.mark.parametrize(('environment', 'words'), SETTINGS, ids=[str(list(one.values())) for one, _ in SETTINGS])
def test_a_wrong_setting_is_one_line_that_names_it_and_tells_no_password(
    app: typer.Typer, tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    line = refused(run(app, tmp_path / 'data', 'enterprise', 'list', **environment))
    assert words in line
    assert 'hunter2@' not in line


SECRETS = [
    {'DATABASE': 'postgres://cellwarden:canary@[::1/none'},
    {'DATABASE': 'postgres://cellwarden:canary@127.0.0.1:port/none'},
    {'DATABASE': 'oracle://cellwarden:canary@127.0.0.1/none'},
    {'DATABASE': 'postgres://cellwarden:can/canary@127.0.0.1/none'},
    {'DATABASE': 'postgres://cellwarden@127.0.0.1:1/none?password=canary'},
    {'DATABASE': 'canary'},
    {'SECRET_KEY': 'canary'},
    {'SECRET_KEY': 'canary', 'SECRET_KEY_FILE': 'x'},
    {'METRICS_TOKEN': 'canary', 'PORT': 'x'},
    {'PROVIDERS': '[{"client_secret": "canary"'},
    {'PROVIDERS': '[{"client_secret": "canary", "client_secret_file": "x"}]'},
    {'PROVIDERS': '[{"name": "a", "client_secrets": "canary"}]'},
    {'PROVIDERS': '["canary"]'},
]


@pytest.mark.parametrize('wrong', SECRETS, ids=str)
def test_a_setting_that_is_wrong_is_refused_without_its_secret(
    app: typer.Typer, tmp_path: Path, wrong: dict[str, str]
) -> None:
    environment = {f'CELLWARDEN_{name}': value for name, value in wrong.items()}
    assert 'canary' not in refused(run(app, tmp_path / 'data', 'serve', **environment))
    shown = run(app, tmp_path / 'data', 'config', 'show', **environment)
    assert 'canary' not in shown.output
    assert isinstance(shown.exception, SystemExit | None), 'a process would show a traceback'


@pytest.mark.parametrize('data', ['file', 'file/deeper'])
def test_a_folder_that_is_none_is_one_line(app: typer.Typer, tmp_path: Path, data: str) -> None:
    (tmp_path / 'file').write_text('in the way')
    assert str(tmp_path / 'file') in refused(run(app, tmp_path / data, 'serve', '--port', '0'))


def test_a_folder_that_cannot_be_made_is_named_in_plain_words(app: typer.Typer) -> None:
    nowhere = Path('/proc/cellwarden')
    assert refused(run(app, nowhere, 'serve', '--port', '0')) == f'{nowhere}: no such file or directory'


def test_an_enterprise_and_its_people_can_be_set_up_at_rest(app: typer.Typer, tmp_path: Path) -> None:
    data = tmp_path / 'data'
    assert run(app, data, 'enterprise', 'add', 'Delft', '--plmn', '204-08').exit_code == 0
    assert 'there is an enterprise named delft' in refused(run(app, data, 'enterprise', 'add', 'delft'))
    made = run(app, data, 'user', 'add', 'ana@example.com', '--enterprise', 'Delft', '--role', 'operator')
    assert made.stdout.startswith('ana@example.com may sign in as operator with the password ')
    assert len(made.stdout.split()[-1]) >= 15
    short = run(
        app, data, 'user', 'add', 'bob@example.com', '--enterprise', 'Delft', '--password-stdin', given='short\n'
    )
    assert '15 characters' in refused(short)
    assert run(app, data, 'user', 'list').stdout == 'ana@example.com  operator  Delft  ana\n'
    assert run(app, data, 'user', 'owner', 'ana@example.com').stdout == 'ana@example.com owns the installation\n'
    assert 'last owner' in refused(run(app, data, 'user', 'owner', 'ana@example.com', '--withdraw'))
    assert run(app, data, 'token', 'enrolment', '--enterprise', 'Delft', '--uses', '3').stdout.startswith('cwe_')
    listed = run(app, data, 'token', 'list').stdout
    assert '3 uses left' in listed
    assert run(app, data, 'token', 'revoke', listed.split()[0]).exit_code == 0
    assert run(app, data, 'token', 'list').stdout == ''
    nothing = run(app, data, 'enterprise', 'browsers', 'Delft', '--keep-nothing')
    assert nothing.stdout == 'Delft: browsers keep nothing\n'
    assert (
        run(app, data, 'enterprise', 'browsers', 'Delft', '--keep').stdout
        == 'Delft: browsers keep pages for 24 hours\n'
    )
    assert run(app, data, 'enterprise', 'list').stdout.endswith('Delft  0 devices, 0 towers\n')
    assert gc.isenabled()  # which it is not while the program is loaded


def test_linking_people_anew_needs_a_day_or_its_end_and_an_identity_that_is_there(
    app: typer.Typer, tmp_path: Path
) -> None:
    data = tmp_path / 'data'
    assert run(app, data, 'enterprise', 'add', 'Delft').exit_code == 0
    relink = ('user', 'relink', 'harbour', '--issuer-from', 'https://sso.example.com')
    for wrong in ((), ('--until', '2026-12-31', '--withdraw')):
        assert run(app, data, *relink, *wrong).exit_code == 2
    assert 'until: write a date' in refused(run(app, data, *relink, '--until', 'soon'))
    assert 'no identity of provider' in refused(run(app, data, *relink, '--withdraw'))
    assert 'there is no account' in refused(run(app, data, 'user', 'forget', 'ana@example.com'))
