"""Settings come from CELLWARDEN_*, the command line has the last word, and a wrong one is refused."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from ui.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f'CELLWARDEN_{name.upper()}', raising=False)


def test_without_any_it_listens_on_this_machine_and_keeps_sqlite_in_its_folder() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.data) == ('127.0.0.1', 8080, Path('data'))
    assert settings.database_url == f'sqlite:///{Path("data").absolute()}/cellwarden.sqlite3'
    assert (settings.poll_allow, settings.trust_proxy, settings.metrics_token) == ([], '', '')


def test_the_environment_is_read_and_the_command_line_is_stronger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('CELLWARDEN_PORT', '9000')
    monkeypatch.setenv('CELLWARDEN_DATABASE', 'postgres://u@h/d')
    monkeypatch.setenv('CELLWARDEN_POLL_ALLOW', '["127.0.0.0/8", "::1/128"]')
    settings = Settings(data=Path('/var/lib/x'))
    assert (settings.port, settings.database_url) == (9000, 'postgres://u@h/d')
    assert settings.poll_allow == [ip_network('127.0.0.0/8'), ip_network('::1/128')]
    assert Settings(port=1).port == 1


@pytest.mark.parametrize(
    ('name', 'value'), [('PORT', '-1'), ('PORT', '65536'), ('PORT', 'http'), ('LOG_FORMAT', 'xml')]
)
def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f'CELLWARDEN_{name}', value)
    with pytest.raises(ValidationError):
        Settings()
