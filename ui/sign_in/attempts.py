"""A sign-in that is under way at a provider: what we have to remember until the browser comes back.

Each attempt has a sealed cookie of its own, named after its state, so that several tabs can be under way at once; it goes to the
callback alone, where nothing but this cookie can answer the state (RFC 9700, 4.7).
"""

import json
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from domain.common.sealing import Seal

ATTEMPT_S = 600
"""How long a person may take at the provider."""
_PREFIX = 'cellwarden_attempt_'


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """``began`` is epoch seconds; ``session`` names the session whose person steps up, empty for a sign-in."""

    provider: str
    state: str
    nonce: str
    verifier: str
    target: str
    began: float
    session: str = ''


class Attempts:
    """Seals attempts into cookies and opens them again, after a restart too. What else is sealed into cookies is no attempt in form."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def begin(self, provider: str, target: str, *, now: float, session: str = '') -> SignInAttempt:
        """A new attempt, each of its secrets with 256 random bits."""
        return SignInAttempt(
            provider=provider,
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            target=target,
            began=now,
            session=session,
        )

    def keep(self, response: Response, attempt: SignInAttempt, *, path: str, secure: bool) -> None:
        """Give the attempt to the browser; it comes back to ``path`` only."""
        sealed = self._seal.seal(json.dumps(asdict(attempt)))
        response.set_cookie(
            _cookie(attempt.state), sealed, max_age=ATTEMPT_S, path=path, httponly=True, samesite='lax', secure=secure
        )

    def find(self, request: Request, provider: str, *, now: float) -> SignInAttempt | None:
        """The attempt that the browser comes back from; ``None`` when it began none like it, or too long ago."""
        state = request.query_params.get('state', '')
        text = self._seal.open(request.cookies.get(_cookie(state), ''))
        try:
            attempt = SignInAttempt(**json.loads(text or ''))
        except (ValueError, TypeError):
            return None
        is_this = secrets.compare_digest(attempt.state.encode(), state.encode()) and attempt.provider == provider
        return attempt if is_this and attempt.began <= now < attempt.began + ATTEMPT_S else None

    def forget(self, request: Request, response: Response, *, path: str) -> None:
        """An attempt counts once."""
        response.delete_cookie(_cookie(request.query_params.get('state', '')), path=path)


def _cookie(state: str) -> str:
    return _PREFIX + sha256(state.encode()).hexdigest()[:16]
