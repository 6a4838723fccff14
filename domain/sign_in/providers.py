"""Identity providers: which one is believed about which person, and which of its groups open which enterprise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.common.errors import NotSignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A person in one of ``groups`` is ``role`` in ``enterprise`` (its name or id), narrowed to ``scope``.

    ``groups`` is ``None`` for a rule that fits all people whom the provider signs in: the default of that enterprise.
    """

    enterprise: str
    role: Role
    groups: frozenset[str] | None
    scope: Scope = EVERYWHERE

    def fits(self, groups: frozenset[str]) -> bool:
        """True for a person with these groups."""
        return self.groups is None or not self.groups.isdisjoint(groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An OpenID provider as far as access is concerned. ``name`` stands in addresses, ``label`` on buttons.

    ``email_domains`` are the domains whose addresses it hands out: people who type such an address are led to it, and it is believed
    about them. Per enterprise the first of ``rules`` that fits decides. ``groups_claim`` and ``email_claim`` are the names of the claims
    in which it says groups and address.
    """

    name: str
    label: str
    issuer: str
    email_domains: frozenset[str] = frozenset()
    rules: tuple[GroupRule, ...] = ()
    groups_claim: str = 'groups'
    email_claim: str = 'email'

    def speaks_for(self, email: str) -> bool:
        """True when the address is of one of its domains."""
        return email.rpartition('@')[2].casefold() in self.email_domains


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a provider said of a person, after everything about the message was checked.

    ``authenticated_at`` is when they last proved to the provider who they are (epoch seconds, ``auth_time``), ``None`` when it does not
    say. ``session`` is the provider's ``sid``, ``token`` the identity token itself.
    """

    issuer: str
    subject: str
    email: str = ''
    email_verified: bool = False
    name: str = ''
    groups: frozenset[str] = frozenset()
    session: str = ''
    authenticated_at: float | None = None
    token: str = field(default='', repr=False)


class ProviderFailure(StrEnum):
    """Why a sign-in through a provider came to nothing; the text is what stands in an address."""

    UNREACHABLE = 'unreachable'
    NOT_BEGUN = 'not-begun'
    DECLINED = 'declined'
    PROVIDER_ERROR = 'provider-error'
    WRONG_ISSUER = 'wrong-issuer'
    CODE = 'code'
    TOKEN = 'token'  # noqa: S105 - a word in an address
    TOO_MANY_GROUPS = 'too-many-groups'
    UNREADABLE_GROUPS = 'unreadable-groups'
    NO_EMAIL = 'no-email'
    GUEST = 'guest'
    EMAIL_UNPROVEN = 'email-unproven'
    EMAIL_TAKEN = 'email-taken'
    NO_MATCH = 'no-match'
    SUSPENDED = 'suspended'
    NOT_FRESH = 'not-fresh'
    ANOTHER_PERSON = 'another-person'


AUDIT: Mapping[ProviderFailure, str] = {
    ProviderFailure.UNREACHABLE: 'the provider did not answer as an OpenID provider does',
    ProviderFailure.NOT_BEGUN: 'the answer belongs to no sign-in that this browser began',
    ProviderFailure.DECLINED: 'the sign-in was declined at the provider',
    ProviderFailure.PROVIDER_ERROR: 'the provider reported an error',
    ProviderFailure.WRONG_ISSUER: 'the answer came from another provider',
    ProviderFailure.CODE: 'the provider did not accept the code',
    ProviderFailure.TOKEN: 'the token was not right',
    ProviderFailure.TOO_MANY_GROUPS: 'the provider left the groups out because there are too many',
    ProviderFailure.UNREADABLE_GROUPS: 'the claim with the groups cannot be read',
    ProviderFailure.NO_EMAIL: 'the provider gave no e-mail address',
    ProviderFailure.GUEST: 'a guest of the provider, whose address is of another organisation',
    ProviderFailure.EMAIL_UNPROVEN: 'the e-mail address is not proven',
    ProviderFailure.EMAIL_TAKEN: 'the e-mail address belongs to another account',
    ProviderFailure.NO_MATCH: 'none of the groups opens an enterprise',
    ProviderFailure.SUSPENDED: 'the account is suspended',
    ProviderFailure.NOT_FRESH: 'the provider did not ask anew who it is',
    ProviderFailure.ANOTHER_PERSON: 'another person answered',
}
"""The reasons in the words of the audit trail."""


class ProviderRefusal(NotSignedIn):
    """A sign-in through a provider came to nothing. ``detail`` is for the log and names no secret; pages have words by ``because``.

    ``claims`` say whose it was, where what was wrong does not make them doubtful. ``may_prove`` says that there is an account of that
    address which its owner may link by proving once that it is theirs.
    """

    def __init__(
        self, because: ProviderFailure, detail: str = '', *, claims: Claims | None = None, may_prove: bool = False
    ) -> None:
        super().__init__(detail or AUDIT[because])
        self.because = because
        self.claims = claims
        self.may_prove = may_prove
