"""Links in messages in the live picture, found by their digest before the enterprise is known."""

from typing import Any

from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.oncall.answers.model import AnswerLink


class AnswerDigests(SharedIndex):
    """Links that are kept, by digest."""

    def __init__(self, fleets: Fleets) -> None:
        self._links: dict[str, AnswerLink] = {}

    def moved(self, before: AnswerLink | None, after: AnswerLink | None) -> None:
        """Follow a link."""
        if before is not None:
            self._links.pop(before.digest, None)
        if after is not None:
            self._links[after.digest] = after

    def of(self, digest: str) -> AnswerLink | None:
        """The link with this digest (hex SHA-256)."""
        return self._links.get(digest)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=AnswerLink, has_ended=lambda link: link.ended_at is not None, shared=(AnswerDigests,)),
)
