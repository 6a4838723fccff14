"""What can be set, and what is refused."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.access.permissions import Role
from domain.access.scopes import Scope
from ui.settings.model import PREFIX, Settings
from ui.settings.providers import ProviderSettings, checked_address


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f'{PREFIX}{name.upper()}', raising=False)


def test_without_any_it_listens_on_this_machine_and_keeps_sqlite_in_its_folder() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.data) == ('127.0.0.1', 8080, Path('data'))
    assert settings.database_url == f'sqlite:///{Path("data").absolute()}/cellwarden.sqlite3'
    assert (settings.poll_allow, settings.trust_proxy, settings.metrics_token) == ([], '', '')
    assert settings.providers == []


def test_the_environment_is_read_and_what_is_given_is_stronger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('CELLWARDEN_PORT', '9000')
    monkeypatch.setenv('CELLWARDEN_DATABASE', 'postgres://u@h/d')
    monkeypatch.setenv('CELLWARDEN_POLL_ALLOW', '["127.0.0.0/8", "::1/128"]')
    settings = Settings(data=Path('/var/lib/x'))
    assert (settings.port, settings.database_url) == (9000, 'postgres://u@h/d')
    assert settings.poll_allow == [ip_network('127.0.0.0/8'), ip_network('::1/128')]
    assert Settings(port=1).port == 1


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('PORT', '-1'), ('PORT', '65536'), ('PORT', 'http'), ('LOG_FORMAT', 'xml'), ('PUBLIC_URL', 'http://example.com'),
        ('PUBLIC_URL', 'https://example.com/console'), ('PUBLIC_URL', 'example.com'),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f'{PREFIX}{name}', value)
    with pytest.raises(ValidationError):
        Settings()


def harbour(**changes: Any) -> dict[str, Any]:
    return {
        'name': 'harbour', 'label': 'Harbour SSO', 'issuer': 'https://sso.example.com', 'client_id': 'c', **changes
    }  # fmt: skip


def test_a_provider_is_what_the_domain_makes_of_its_settings() -> None:
    rules = [
        {
            'enterprise': 'Delft',
            'role': 'operator',
            'groups': ['crew'],
            'labels': {'site': ['port-1']},
            'regions': ['n'],
        },
        {'enterprise': 'Delft', 'role': 'viewer', 'everybody': True},
    ]
    provider = ProviderSettings(**harbour(rules=rules, email_domains=['Example.com'])).provider()
    assert provider.speaks_for('ana@EXAMPLE.com')
    assert not provider.speaks_for('ana@example.com.evil.example')
    assert (provider.groups_claim, provider.email_claim) == ('groups', 'email')
    upn = ProviderSettings(**harbour(email_claim='upn', groups_claim='roles')).provider()
    assert (upn.groups_claim, upn.email_claim) == ('roles', 'upn')
    first, default = provider.rules
    assert (first.role, first.scope) == (Role.OPERATOR, Scope({'site': ('port-1',)}, ('n',)))
    assert first.fits(frozenset({'crew', 'x'}))
    assert not first.fits(frozenset())
    assert default.fits(frozenset())


WRONG: list[dict[str, Any]] = [
    {'name': 'Harbour SSO'}, {'name': ''}, {'name': 'code'}, {'label': ''}, {'issuer': 'http://sso.example.com'}, {'issuer': 'sso'},
    {'issuer': 'https://user@sso.example.com'}, {'issuer': 'https://sso.example.com?x=1'}, {'algorithms': ['none']},
    {'algorithms': ['HS256']}, {'algorithms': []}, {'scopes': ['email']}, {'email_domains': ['@example.com']},
    {'client_secret_file': '/no/such/file'}, {'client_secret': 'x', 'client_secret_file': '/etc/hostname'},
    {'rules': [{'enterprise': 'x', 'role': 'king', 'groups': ['a']}]}, {'rules': [{'enterprise': 'x', 'role': 'viewer'}]},
    {'rules': [{'enterprise': 'x', 'role': 'viewer', 'groups': ['a'], 'everybody': True}]}, {'secret': 'x'},
    {'rules': [{'enterprise': 'x', 'role': 'admin', 'groups': ['a'], 'regions': ['n']}]},
    {'rules': [{'enterprise': 'x', 'role': 'viewer', 'groups': ['a'], 'labels': {'si te': ['x']}}]}, {'email_claim': ''},
]  # fmt: skip


@pytest.mark.parametrize('changes', WRONG, ids=str)
def test_a_provider_that_could_let_the_wrong_in_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProviderSettings(**harbour(**changes))


def test_two_providers_share_neither_name_nor_domain() -> None:
    domains = {'email_domains': ['example.com']}
    with pytest.raises(ValidationError, match='name of its own'):
        Settings(providers=[ProviderSettings(**harbour())] * 2)
    with pytest.raises(ValidationError, match='belongs to one'):
        Settings(providers=[ProviderSettings(**harbour(name=name, **domains)) for name in ('harbour', 'quay')])


@pytest.mark.parametrize(
    'address', ['http://127.0.0.1:5000', 'http://localhost', 'http://[::1]:1', 'https://x.example/a']
)
def test_http_is_for_this_machine_alone(address: str) -> None:
    assert checked_address(address) == address
    with pytest.raises(ValueError, match='https'):
        checked_address('http://127.0.0.1.evil.example')
