"""The status page in the live picture: by its address, before the enterprise is known."""

from typing import Any

from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex
from domain.status_page.model import Availability, Notice, StatusPage


class Slugs(SharedIndex):
    """Pages that the public sees, by the end of their address."""

    def __init__(self, fleets: Fleets) -> None:
        self._pages: dict[str, StatusPage] = {}

    def moved(self, before: StatusPage | None, after: StatusPage | None) -> None:
        """Follow a page."""
        if before is not None and before.slug is not None and self._owner(before.slug) == before.id:
            del self._pages[before.slug]
        if after is not None and after.slug is not None:
            self._pages[after.slug] = after

    def page(self, slug: str) -> StatusPage | None:
        """The page at ``/status/{slug}``."""
        return self._pages.get(slug)

    def every(self) -> list[StatusPage]:
        """All that the public sees."""
        return list(self._pages.values())

    def _owner(self, slug: str) -> str:
        page = self._pages.get(slug)
        return page.id if page is not None else ''


def page_of(fleet: Fleet) -> StatusPage | None:
    """The page of an enterprise, published or not."""
    return fleet.find(StatusPage, fleet.enterprise.id)


def notices_of(fleet: Fleet) -> list[Notice]:
    """What was told on it and not removed, newest first."""
    return sorted(fleet[Notice].values(), key=lambda notice: (notice.begins_at, notice.id), reverse=True)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=StatusPage, shared=(Slugs,)),
    Kind(of=Notice, has_ended=lambda notice: notice.removed_at is not None),
    Kind(of=Availability, has_ended=lambda row: row.removed_at is not None),
)
"""It is the whole enterprise's, so that a role narrowed to a part sees none of it."""
