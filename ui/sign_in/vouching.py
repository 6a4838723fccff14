"""A person whom a provider has just vouched for, and who may link an account of that address by proving once that it is theirs.

It lives in a sealed cookie, as an attempt does: it opens nothing without the proof, and a restart loses nothing.
"""

import json
from dataclasses import asdict

from fastapi import Request
from starlette.responses import Response

from domain.accounts.emails import typed_email
from domain.common.sealing import Seal
from domain.people.relinking import Vouched
from domain.sign_in.providers import Claims

VOUCHED_S = 900
"""How long a person may take to find the password, or to be given a one-time link."""
_COOKIE = 'cellwarden_vouched'
_FIELDS = frozenset({'provider', 'issuer', 'subject', 'email'})


class Vouching:
    """Seals it into a cookie for the pages below ``/login/{name}``, and opens it again."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def keep(self, response: Response, provider: str, claims: Claims, *, secure: bool) -> None:
        """Give it to the browser."""
        vouched = Vouched(issuer=claims.issuer, subject=claims.subject, email=typed_email(claims.email))
        sealed = self._seal.seal(json.dumps({'provider': provider, **asdict(vouched)}))
        response.set_cookie(
            _COOKIE, sealed, max_age=VOUCHED_S, path=_path(provider), httponly=True, samesite='lax', secure=secure
        )

    def find(self, request: Request, provider: str) -> Vouched | None:
        """The person whom this provider has vouched for in this browser; ``None`` for nobody, or when that was too long ago."""
        text = self._seal.open(request.cookies.get(_COOKIE, ''), within_s=VOUCHED_S)
        try:
            found = json.loads(text or '')
        except ValueError:
            return None
        if not isinstance(found, dict) or found.keys() != _FIELDS or found.pop('provider') != provider:
            return None
        return Vouched(**found)

    def forget(self, response: Response, provider: str) -> None:
        """It was used."""
        response.delete_cookie(_COOKIE, path=_path(provider))


def _path(provider: str) -> str:
    return f'/login/{provider}'
