"""Links for people outside in the live picture. They are the whole enterprise's: a narrowed role sees none."""

from typing import Any

from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.incidents.links.model import IncidentLink


class IncidentLinkDigests(SharedIndex):
    """Links by their digest, before the enterprise is known."""

    def __init__(self, fleets: Fleets) -> None:
        self._links: dict[str, IncidentLink] = {}

    def moved(self, before: IncidentLink | None, after: IncidentLink | None) -> None:
        """Follow a link."""
        if before is not None:
            self._links.pop(before.digest, None)
        if after is not None:
            self._links[after.digest] = after

    def of(self, digest: str) -> IncidentLink | None:
        """The link with this digest (hex SHA-256)."""
        return self._links.get(digest)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=IncidentLink, has_ended=lambda link: link.ended_at is not None, shared=(IncidentLinkDigests,)),
)
