"""What an operator sets of an identity provider, and of which groups open what."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.access.permissions import Role
from domain.access.scopes import Scope, checked_scope
from domain.common.errors import Invalid
from domain.sign_in.providers import GroupRule, Provider

Text = Annotated[str, Field(min_length=1, max_length=200)]
Algorithm = Literal['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
"""Signatures only the provider can make: neither ``none`` nor those keyed with a shared secret (RFC 8725, 2.1)."""


_OUR_PAGES = frozenset({'code', 'join', 'invitation', 'reset', 'setup', 'forgotten'})
"""Names below ``/login/`` that are not for providers."""


class RuleSettings(BaseModel):
    """One of the rules: which groups are what, and where."""

    model_config = ConfigDict(extra='forbid', use_attribute_docstrings=True, hide_input_in_errors=True)

    enterprise: Text
    """Name or id of the enterprise that the rule opens."""
    role: Role
    """`viewer`, `operator`, `security` or `admin`."""
    groups: frozenset[Text] = frozenset()
    """Values of the groups claim; a person who has one of them is let in."""
    everybody: bool = False
    """Instead of `groups`: everybody whom the provider signs in, the default role of that enterprise."""
    labels: dict[str, list[str]] = {}
    """Narrows the role to devices with these labels, as `{ site = ["port-1"] }`."""
    regions: list[str] = []
    """Narrows the role to these regions of towers."""

    @model_validator(mode='after')
    def _names_its_people(self) -> 'RuleSettings':
        if bool(self.groups) == self.everybody:
            raise ValueError('a rule names its groups, or says everybody = true')
        return self

    @model_validator(mode='after')
    def _narrows_as_people_may(self) -> 'RuleSettings':
        try:
            self.scope()
        except Invalid as refusal:
            raise ValueError(refusal.detail) from None
        return self

    def scope(self) -> Scope:
        """The part that it narrows the role to; raises ``Invalid`` for what people could not narrow it to either."""
        labels = {key: tuple(values) for key, values in self.labels.items()}
        return checked_scope(self.role, Scope(labels, tuple(self.regions)))

    def rule(self) -> GroupRule:
        """As the domain knows it."""
        groups = None if self.everybody else frozenset(self.groups)
        return GroupRule(enterprise=self.enterprise, role=self.role, groups=groups, scope=self.scope())


class ProviderSettings(BaseModel):
    """One of the ``[[providers]]``."""

    model_config = ConfigDict(extra='forbid', use_attribute_docstrings=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern='^[a-z0-9][a-z0-9-]{0,39}$')]
    """Short name in addresses: lower-case letters, digits and dashes. People belong to it: do not change it later."""
    label: Annotated[str, Field(min_length=1, max_length=60)]
    """What people call it, on the button: `Harbour SSO`."""
    issuer: str
    """Issuer identifier, exactly as the provider writes it; `/.well-known/openid-configuration` is below it."""
    client_id: Text
    """What the provider calls this console."""
    client_secret: Annotated[str, Field(repr=False)] = ''
    """Secret of a confidential client; without one the client is public and PKCE alone binds the code."""
    client_secret_file: Path | None = None
    """File that holds the secret, instead of `client_secret`."""
    scopes: list[Text] = ['openid', 'email', 'profile']
    """Scopes to ask for; many providers give groups for one more, such as `groups`."""
    email_domains: frozenset[Text] = frozenset()
    """Domains whose addresses this provider hands out."""
    groups_claim: Text = 'groups'
    """Claim that lists the groups; dots lead into objects, as `realm_access.roles`."""
    email_claim: Text = 'email'
    """Claim that holds the e-mail address; another than `email` never counts as verified, so that only `email_domains` vouch for it."""
    algorithms: Annotated[list[Algorithm], Field(min_length=1)] = ['RS256', 'PS256', 'ES256', 'EdDSA']
    """Signature algorithms that are accepted."""
    rules: list[RuleSettings] = []
    """Which groups open what; per enterprise the first that fits decides. Without any, only people known here come in."""

    @field_validator('name')
    @classmethod
    def _is_free(cls, value: str) -> str:
        if value in _OUR_PAGES:
            raise ValueError(f'/login/{value} is a page of our own; choose another name')
        return value

    @field_validator('issuer')
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        return checked_address(value)

    @field_validator('email_domains')
    @classmethod
    def _are_domains(cls, value: frozenset[str]) -> frozenset[str]:
        if any('@' in domain or domain != domain.strip() for domain in value):
            raise ValueError('write domains without the @, such as example.com')
        return frozenset(domain.casefold() for domain in value)

    @field_validator('scopes')
    @classmethod
    def _include_openid(cls, value: list[str]) -> list[str]:
        if 'openid' not in value:
            raise ValueError('openid is one of them, or it is no OpenID Connect')
        return value

    @model_validator(mode='after')
    def _has_one_secret(self) -> 'ProviderSettings':
        if self.client_secret_file is not None:
            if self.client_secret:
                raise ValueError('give client_secret or client_secret_file, not both')
            self.client_secret = read_secret(self.client_secret_file)
        return self

    def provider(self) -> Provider:
        """As the domain knows it."""
        return Provider(
            name=self.name,
            label=self.label,
            issuer=self.issuer,
            email_domains=self.email_domains,
            rules=tuple(rule.rule() for rule in self.rules),
            groups_claim=self.groups_claim,
            email_claim=self.email_claim,
        )


def checked_address(url: str) -> str:
    """An address whose answers can be believed: ``https``, or ``http`` on this very machine. Raises ``ValueError``."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError('write an address such as https://sso.example.com, without a query')
    if parts.scheme != 'https' and not (parts.scheme == 'http' and is_loopback(parts.hostname)):
        raise ValueError('begin with https://; http:// is for this machine alone')
    return url


def is_loopback(host: str) -> bool:
    """True for a name or address of this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == 'localhost'


def read_secret(path: Path) -> str:
    """What a secret's file holds, without the line end. Raises ``ValueError`` with a line for the operator."""
    try:
        secret = path.read_text().strip()
    except OSError as error:
        raise ValueError(f'cannot read {path}: {(error.strerror or str(error)).lower()}') from None
    except UnicodeDecodeError:
        raise ValueError(f'cannot read {path}: it is not text') from None
    if not secret:
        raise ValueError(f'{path} is empty')
    return secret
