"""One-time links by their digest, before the enterprise is known."""

from typing import Any

from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.people.model import Link


class LinkDigests(SharedIndex):
    """Unspent links, by digest."""

    def __init__(self, fleets: Fleets) -> None:
        self._links: dict[str, Link] = {}

    def moved(self, before: Link | None, after: Link | None) -> None:
        """Follow a link."""
        if before is not None:
            self._links.pop(before.digest, None)
        if after is not None:
            self._links[after.digest] = after

    def link(self, digest: str) -> Link | None:
        """The link with this digest (hex SHA-256)."""
        return self._links.get(digest)


KINDS: tuple[Kind[Any], ...] = (Kind(of=Link, has_ended=lambda link: link.spent_at is not None, shared=(LinkDigests,)),)
