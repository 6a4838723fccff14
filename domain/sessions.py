"""A signed-in browser, as a row that can be ended."""

from dataclasses import dataclass, field, replace


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
