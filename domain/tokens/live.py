"""API and enrolment tokens by their digest, before the enterprise is known."""

from typing import Any

from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.tokens.model import Token


class TokenDigests(SharedIndex):
    """Tokens that were not revoked, by digest."""

    def __init__(self, fleets: Fleets) -> None:
        self._tokens: dict[str, Token] = {}

    def moved(self, before: Token | None, after: Token | None) -> None:
        """Follow a token."""
        if before is not None:
            self._tokens.pop(before.digest, None)
        if after is not None:
            self._tokens[after.digest] = after

    def token(self, digest: str) -> Token | None:
        """The token with this digest (hex SHA-256)."""
        return self._tokens.get(digest)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=Token, has_ended=lambda token: token.revoked_at is not None, shared=(TokenDigests,)),
)
