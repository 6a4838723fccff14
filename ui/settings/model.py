"""What an operator can set. ``ui/settings/sources.py`` reads it from the command line, the environment and a file."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ui.settings.providers import ProviderSettings, checked_address

PREFIX = 'CELLWARDEN_'


@dataclass(frozen=True, slots=True)
class Secret:
    """Marks a setting that is never shown, and may be given as the path of a file that holds it.

    ``in_address``: it is an address whose password is the secret; the rest may be shown.
    """

    in_address: bool = False


class Settings(BaseSettings):
    """Every name stands for ``CELLWARDEN_<NAME>``, a secret also for ``CELLWARDEN_<NAME>_FILE``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra='forbid', use_attribute_docstrings=True, hide_input_in_errors=True
    )

    host: str = '127.0.0.1'
    """Address to listen on."""
    port: int = Field(default=8080, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    data: Path = Path('data')
    """Folder of everything that is kept: the SQLite database, the lock, the agent's state in the demo."""
    database: Annotated[str, Secret(in_address=True), Field(repr=False)] = ''
    """Database URL, `postgres://user:password@host/name` or `sqlite:///…`; empty: SQLite in the data folder."""
    public_url: str = ''
    """Where browsers find the console, such as `https://cellwarden.example.com`; empty: as each request says."""
    providers: list[ProviderSettings] = []
    """Identity providers, see [sign-on.md](sign-on.md); `[[providers]]` in the file, a JSON list in the environment."""
    poll_allow: list[IPv4Network | IPv6Network] = []
    """Networks that checks may reach although they are refused by default (loopback, link-local); a list of CIDRs."""
    poll_authorities: Path | None = None
    """PEM file of certificate authorities that HTTPS checks trust instead of the system's."""
    trust_proxy: str = ''
    """Address of the reverse proxy whose `X-Forwarded-*` headers are believed; empty: none are."""
    metrics_token: Annotated[str, Secret(), Field(repr=False)] = ''
    """Bearer token that may read `/metrics` from elsewhere than this machine; empty: this machine only."""
    secret_key: Annotated[str, Secret(), Field(repr=False)] = ''
    """Seals secrets of authenticator apps and identity tokens, 32 random characters or more; empty: made and kept in the data folder."""
    session_hours: float = Field(default=12, ge=0.25, le=24 * 30)
    """A session ends after this many hours, whatever happens in it."""
    session_idle_minutes: float = Field(default=120, ge=5, le=60 * 24 * 30)
    """And after this many minutes in which its person did nothing."""
    client_certificate_header: str = ''
    """Header in which the proxy tells of a device's client certificate, such as `Client-Cert`; empty: none is looked at."""
    audit_heads: Path | None = None
    """File that keeps where each journal ends, see [audit.md](audit.md); empty: `audit-heads` in the data folder."""
    connections: int = Field(default=0, ge=0, le=1_000_000)
    """Most connections at once; 0: 16,384, or what the limit of open files leaves, which is the most in any case."""
    connections_per_address: int = Field(default=256, ge=4, le=1_000_000)
    """Most connections from one address (of IPv6: one /64) that have not shown a credential yet; not counted for `trust_proxy`."""
    log_format: str = Field(default='text', pattern='^(text|json)$')
    """`text`, or `json` for log collectors."""

    @field_validator('database')
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        """Refuses what could be taken for something else, so that no part of the password is ever shown as a host or a name."""
        if not value or value.startswith('sqlite://'):
            return value
        shape = (
            'a database URL begins with sqlite:// or postgres://, as in postgres://user:password@host:port/name; '
            'write /, ?, # and @ of a password as %2F, %3F, %23 and %40'
        )
        try:
            parts = urlsplit(value)
            _ = parts.port  # raises for one that is no number: half a password, as a rule
        except ValueError:
            raise ValueError(shape) from None
        if '://' not in value or '@' in parts.path + parts.query + parts.fragment:
            raise ValueError(shape)
        return value

    @field_validator('public_url')
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        value = value.rstrip('/')
        if value and urlsplit(checked_address(value)).path:
            raise ValueError('write the address of the console without a path')
        return value

    @model_validator(mode='after')
    def _have_names_of_their_own(self) -> 'Settings':
        names = [provider.name for provider in self.providers]
        if len(set(names)) != len(names):
            raise ValueError('each of the providers needs a name of its own')
        domains = [domain for provider in self.providers for domain in provider.email_domains]
        if len(set(domains)) != len(domains):
            raise ValueError('an e-mail domain of the providers belongs to one of them')
        return self

    @property
    def audit_heads_file(self) -> Path:
        """Where the ends of the journals are kept."""
        return self.audit_heads or self.data / 'audit-heads'

    @property
    def database_url(self) -> str:
        """The database to open."""
        return self.database or f'sqlite:///{self.data.absolute() / "cellwarden.sqlite3"}'
