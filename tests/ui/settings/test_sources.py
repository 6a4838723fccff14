"""Where settings come from, which place is stronger, and that no secret is shown on the way."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.ui.cli.test_main import app, refused
from ui.settings.model import PREFIX, Settings
from ui.settings.providers import ProviderSettings, RuleSettings
from ui.settings.sources import HIDDEN, Configuration, configure, secret_of

__all__ = ['app']
CANARY = 'kanarievogel'
ROOT = Path(__file__).parents[3]
PROVIDER = """
[[providers]]
name = "harbour"
label = "Harbour SSO"
issuer = "https://sso.example.com"
client_id = "cellwarden"
"""


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def file(text: str, name: str = 'c.toml', mode: int = 0o600) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def show(app: typer.Typer, *arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, ['config', 'show', *arguments])


def read(text: str = '', **given: Any) -> Configuration:
    return configure(given, config=file(text))


def test_the_command_line_is_stronger_than_the_environment_and_that_than_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('CELLWARDEN_PORT', '2')
    monkeypatch.setenv('CELLWARDEN_HOST', '192.0.2.2')
    found = read('port = 3\nhost = "192.0.2.3"\ntrust_proxy = "192.0.2.9"\n', port=1, data=None)
    settings = found.settings
    assert (settings.port, settings.host, settings.trust_proxy) == (1, '192.0.2.2', '192.0.2.9')
    assert [found.origins[name] for name in ('port', 'host', 'trust_proxy', 'data')] == [
        'command line', 'environment, CELLWARDEN_HOST', 'file, c.toml', 'default'
    ]  # fmt: skip


def test_a_file_in_the_data_folder_is_read_without_being_named(monkeypatch: pytest.MonkeyPatch) -> None:
    file('port = 3', 'here/cellwarden.toml')
    file('port = 4', 'data/cellwarden.toml')
    assert configure({'data': Path('here')}).settings.port == 3
    assert configure({}).settings.port == 4
    assert configure({}, defaults={'data': Path('here')}).settings.port == 3
    monkeypatch.setenv('CELLWARDEN_DATA', 'here')
    assert configure({}).settings.port == 3
    monkeypatch.setenv('CELLWARDEN_CONFIG', 'c.toml')
    file('port = 5')
    assert configure({}).settings.port == 5


@pytest.mark.parametrize('name', [name for name, info in Settings.model_fields.items() if secret_of(info)])
def test_every_secret_may_be_given_by_file_and_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    secret = f'postgres://u:{CANARY}@db/x' if name == 'database' else CANARY
    path = file(f'{secret}\n', 'secret')
    by_file, inline = read(f'{name}_file = "{path}"'), read(f"{name} = '{secret}'")
    monkeypatch.setenv(f'{PREFIX}{name.upper()}_FILE', str(path))
    by_environment = configure({})
    for found in (by_file, inline, by_environment):
        assert getattr(found.settings, name) == secret
        assert CANARY not in json.dumps(found.shown()) + '\n'.join(found.lines()) + repr(found)
        assert HIDDEN in found.shown()[name]['value']
    assert found.origins[name] == f'environment, {PREFIX}{name.upper()}_FILE (secret)'


def test_a_setting_called_like_a_secret_is_marked_as_one() -> None:
    called = {name for name in Settings.model_fields if re.search('token|secret|key|password|database', name)}
    assert called == {name for name, info in Settings.model_fields.items() if secret_of(info)}


def test_a_database_is_shown_without_its_password() -> None:
    shown = read(f"database = 'postgres://fleet:{CANARY}@db.example:5432/x?password={CANARY}'").shown()
    assert shown['database']['value'] == f'postgres://fleet:{HIDDEN}@db.example:5432/x'
    token = read(f"metrics_token = 'https://u@{CANARY}/'").shown()
    assert token['metrics_token']['value'] == HIDDEN, 'only of an address is anything shown'


def test_a_provider_has_a_secret_by_file_too() -> None:
    file(CANARY, 'secret')
    found = read(f'{PROVIDER}client_secret_file = "secret"')
    assert found.settings.providers[0].client_secret == CANARY
    assert CANARY not in json.dumps(found.shown()) + '\n'.join(found.lines()) + repr(found)
    assert f'providers.harbour.client_secret = "{HIDDEN}"  # file, c.toml' in found.lines()


def test_providers_stand_in_the_environment_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    one = {'name': 'quay', 'label': 'Quay', 'issuer': 'https://quay.example', 'client_id': 'c'}
    monkeypatch.setenv('CELLWARDEN_PROVIDERS', json.dumps([one]))
    assert [provider.name for provider in read(PROVIDER).settings.providers] == ['quay']


def test_a_secret_that_every_user_can_read_is_told(app: typer.Typer) -> None:
    file(CANARY, 'secret', 0o644)
    assert read('metrics_token_file = "secret"').warnings == (
        'secret holds a secret and can be read by every user of this machine; chmod 600 it',
    )
    assert configure({}, config=file(f'metrics_token = "{CANARY}"', mode=0o644)).warnings
    assert configure({}, config=file(f'{PROVIDER}client_secret = "{CANARY}"', mode=0o644)).warnings
    assert read('port = 1').warnings == ()
    result = show(app, '--config', 'c.toml', CELLWARDEN_METRICS_TOKEN_FILE='secret')
    assert (result.exit_code, result.stderr.count('\n')) == (0, 1)


WRONG = [
    ('prot = 1', 'prot in c.toml: there is no such setting'),
    ('port = "x"', 'port in c.toml: Input should be a valid integer'),
    ('port = 99999', 'port in c.toml: Input should be less than'),
    ('port =', 'c.toml is not TOML'),
    ('metrics_token_file = "nowhere"', 'metrics_token_file in c.toml: cannot read nowhere: no such file'),
    ('metrics_token_file = "empty"', 'metrics_token_file in c.toml: empty is empty'),
    ('metrics_token = "a"\nmetrics_token_file = "b"', 'metrics_token_file in c.toml: give it or metrics_token'),
    (f'{PROVIDER}colour = "red"', 'providers[0].colour in c.toml: there is no such setting'),
    (f'{PROVIDER}[[providers.rules]]\nenterprise = "x"\nrolle = "viewer"\n', 'providers[0].rules[0].rolle in c.toml'),
    (f'{PROVIDER}client_secret_file = "nowhere"', 'providers[0] in c.toml: cannot read nowhere'),
    (f'{PROVIDER}algorithms = ["none"]', 'providers[0].algorithms[0] in c.toml: Input should be'),
    (f'{PROVIDER}{PROVIDER}', 'providers in c.toml: each of the providers needs a name of its own'),
    (f'client_secret = "{CANARY}"', 'client_secret in c.toml: there is no such setting'),
    (f'port = "{CANARY}"', 'port in c.toml'),
]


@pytest.mark.parametrize(('text', 'words'), WRONG, ids=[words for _, words in WRONG])
def test_what_is_wrong_is_one_line_that_names_the_key_and_repeats_no_value(
    app: typer.Typer, text: str, words: str
) -> None:
    file('', 'empty')
    line = refused(show(app, '--config', str(file(text))))
    assert words in line
    assert CANARY not in line


@pytest.mark.parametrize(
    ('environment', 'words'),
    [
        ({'CELLWARDEN_METRIC_TOKEN': CANARY}, 'CELLWARDEN_METRIC_TOKEN: there is no such setting'),
        ({'CELLWARDEN_HOST_FILE': 'x'}, 'CELLWARDEN_HOST_FILE: there is no such setting'),
        ({'CELLWARDEN_METRICS_TOKEN': 'a', 'CELLWARDEN_METRICS_TOKEN_FILE': 'b'}, 'CELLWARDEN_METRICS_TOKEN: give it or'),
        ({'CELLWARDEN_PROVIDERS': '[{'}, 'CELLWARDEN_PROVIDERS: write a JSON list'),
        ({'CELLWARDEN_PROVIDERS': '{}'}, 'CELLWARDEN_PROVIDERS: '),
        ({'CELLWARDEN_PORT': 'http'}, 'CELLWARDEN_PORT: '),
        ({'CELLWARDEN_CONFIG': 'nowhere.toml'}, 'CELLWARDEN_CONFIG: there is no file nowhere.toml'),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_named_too(app: typer.Typer, environment: dict[str, str], words: str) -> None:
    line = refused(show(app, **environment))
    assert words in line
    assert CANARY not in line


def test_what_kubernetes_puts_beside_us_and_the_agents_token_are_no_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('SERVICE_HOST', 'SERVICE_PORT', 'PORT_8080_TCP', 'PORT_8080_TCP_ADDR', 'SERVICE_PORT_HTTP'):
        monkeypatch.setenv(f'{PREFIX}{name}', 'x')
    monkeypatch.setenv('CELLWARDEN_ENROL_TOKEN', 'x')
    assert configure({}).settings == Settings()


def test_show_prints_every_setting_with_where_it_came_from(app: typer.Typer) -> None:
    file(PROVIDER)
    lines = show(app, '--config', 'c.toml', CELLWARDEN_PORT='9').stdout.splitlines()
    assert 'port = 9  # environment, CELLWARDEN_PORT' in lines
    assert 'providers.harbour.label = "Harbour SSO"  # file, c.toml' in lines
    shown = json.loads(show(app, '--json', CELLWARDEN_PORT='9').stdout)
    assert shown['port'] == {'value': 9, 'from': 'environment, CELLWARDEN_PORT'}
    assert shown.keys() == Settings.model_fields.keys()


def rows(model: type[Settings] | type[ProviderSettings] | type[RuleSettings]) -> Iterator[str]:
    """The table of a model as the guides write it."""
    for name, info in model.model_fields.items():
        default = '' if info.is_required() else json.dumps(info.get_default(call_default_factory=True), default=plain)
        assert info.description, name
        mark = f' (or `{name}_file`)' if secret_of(info) else ''
        yield f'| `{name}`{mark} | {f"`{default}`" if default else "needed"} | {info.description} |'


def plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


@pytest.mark.parametrize(
    ('guide', 'model'), [('settings', Settings), ('sign-on', ProviderSettings), ('sign-on', RuleSettings)]
)
def test_the_guide_has_every_setting_as_the_model_has_it(guide: str, model: type[Settings]) -> None:
    text = (ROOT / f'docs/{guide}.md').read_text().splitlines()
    assert [row for row in rows(model) if row not in text] == []
