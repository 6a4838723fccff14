"""Settings, from ``CELLWARDEN_*`` in the environment; the command line has the last word."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set. Every name stands for ``CELLWARDEN_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix='CELLWARDEN_', extra='ignore')

    host: str = '127.0.0.1'
    port: int = Field(default=8080, ge=0, le=65535)
    data: Path = Path('data')
    """Folder of everything that is kept: the SQLite database, the lock, the agent's state in the demo."""
    database: str = ''
    """Database URL, ``postgres://…`` or ``sqlite:///…``; empty: SQLite in the data folder."""
    poll_allow: list[IPv4Network | IPv6Network] = []
    """Networks that checks may reach although they are refused by default (loopback, link-local); a JSON list of CIDRs."""
    poll_authorities: Path | None = None
    """PEM file of certificate authorities that HTTPS checks trust instead of the system's."""
    trust_proxy: str = ''
    """Address of the reverse proxy whose ``X-Forwarded-*`` headers are believed; empty: nobody's."""
    client_certificate_header: str = ''
    """Header in which that proxy tells of a device's client certificate, such as ``Client-Cert``; empty: none is looked at."""
    metrics_token: str = ''
    """Bearer token that may read ``/metrics`` from elsewhere than this machine; empty: this machine only."""
    session_hours: float = Field(default=12, ge=0.25, le=24 * 30)
    """A session ends after this many hours, whatever happens in it."""
    session_idle_minutes: float = Field(default=120, ge=5, le=60 * 24 * 30)
    """And after this many minutes in which its person did nothing."""
    secret_key: str = Field(default='', repr=False)
    """Seals the secrets of authenticator apps, 32 random characters or more; empty: one is made and kept in the data folder."""
    log_format: str = Field(default='text', pattern='^(text|json)$')

    @property
    def database_url(self) -> str:
        """The database to open."""
        return self.database or f'sqlite:///{self.data.absolute() / "cellwarden.sqlite3"}'
