"""A session, the browser it is in, the identity behind it."""

from dataclasses import dataclass, field, replace

from domain.access.enterprises import INSTALLATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``digest`` is the hex SHA-256 of the cookie's secret, which changes at sign-in and at every rise of privilege; ``id`` stays.

    ``person`` and ``enterprise`` are the membership it acts under. ``raised_at`` is when the person last proved who they are.
    ``pending`` sessions wait for a second factor and open nothing. ``method`` says how the person came in (``password``, ``password and
    code``, or the name of an identity provider); ``provider_session`` is that provider's ``sid``, for its back-channel logout, and
    ``identity_token`` its sealed identity token, for the sign-out there.
    """

    id: str
    digest: str
    enterprise: str
    account: str
    person: str
    created_at: float
    expires_at: float
    seen_at: float
    raised_at: float | None = None
    address: str = ''
    browser: str = ''
    method: str = ''
    provider: str = ''
    provider_session: str = ''
    identity_token: str = field(default='', repr=False)
    pending: bool = False
    ended_at: float | None = None
    ended_because: str = ''

    def ended(self, at: float, because: str) -> 'Session':
        """The session once it is over: what only an open one needs is forgotten."""
        return replace(self, ended_at=at, ended_because=because, identity_token='')  # nosec B106 - forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account's name at an identity provider. ``id`` is the SHA-256 of issuer and subject, unique together (OpenID Connect 2).

    Until ``relink_until`` (epoch seconds) another identity of the same provider may take its place, see :mod:`domain.people.relinking`.
    A forgotten one opens nothing any more.
    """

    id: str
    account: str
    provider: str
    issuer: str
    subject: str
    created_at: float
    seen_at: float
    relink_until: float | None = None
    forgotten_at: float | None = None

    @property
    def enterprise(self) -> str:
        """Identities are the installation's."""
        return INSTALLATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """The moments of wrong guesses at an account or from an address; ``id`` is a digest of which, so that it gives neither away."""

    id: str
    times: tuple[float, ...]
    newest_at: float

    @property
    def enterprise(self) -> str:
        """Guesses are the installation's: it is not known yet whose they are."""
        return INSTALLATION


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """A session and the secret that goes into its cookie."""

    session: Session
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Where a person signs in from, as the session list shows it. ``session`` is the id of the one it has until now: a new one ends it."""

    address: str = ''
    agent: str = ''
    session: str = ''
    known: str = ''
    """What the browser was given when it signed in before, see :mod:`domain.sign_in.known_browsers`."""
