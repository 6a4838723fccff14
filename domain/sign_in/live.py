"""Sessions by their cookie, before it is known whose they are; identities and wrong guesses."""

from typing import Any

from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.sign_in.model import Guesses, Identity, Session

_MOST_ENDED = 1000
"""Sessions that have ended and are remembered, so that their pages can say why."""


class Sessions(SharedIndex):
    """Open sessions by id and by digest, and why others have ended."""

    def __init__(self, fleets: Fleets) -> None:
        self.open: dict[str, Session] = {}
        """By id."""
        self._ids: dict[str, str] = {}
        self._ended: dict[str, str] = {}

    def moved(self, before: None, after: Session) -> None:
        """Follow a session."""
        known = self.open.pop(after.id, None)
        if known is not None:
            self._ids.pop(known.digest, None)
        if after.ended_at is None:
            self.open[after.id] = after
            self._ids[after.digest] = after.id
        elif not after.pending:
            self._ended[after.digest] = after.ended_because
            if len(self._ended) > _MOST_ENDED:
                del self._ended[next(iter(self._ended))]

    def by(self, digest: str) -> Session | None:
        """The session whose cookie has this digest."""
        return self.open.get(self._ids.get(digest, ''))

    def ended_because(self, digest: str) -> str:
        """Why the session whose cookie has this digest has ended; empty when it has not, or when that is long ago."""
        return self._ended.get(digest, '')

    def of(self, account: str) -> list[Session]:
        """An account's open sessions, the newest last."""
        return [session for session in self.open.values() if session.account == account]


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=Identity, has_ended=lambda identity: identity.forgotten_at is not None),
    Kind(of=Guesses, has_ended=lambda guesses: not guesses.times),
    Kind(of=Session, is_kept=False, of_all=True, shared=(Sessions,)),
)
