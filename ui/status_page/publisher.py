"""Writes the files of public pages anew when what they show has changed; many changes at once are one new page."""

import asyncio
from contextlib import suppress

import structlog

from domain.changes.transactor import Changed, Transactor
from domain.status_page.availability import AvailabilityService
from domain.status_page.live import Slugs
from domain.status_page.model import Availability, Notice, StatusPage
from domain.status_page.shown import ShownPage, at_rest, shown_page
from domain.towers.model import Tower, TowerState
from ui.status_page.files import StatusFiles
from ui.status_page.forms import page_atom, page_badge, page_json
from ui.status_page.page import page_html

log = structlog.get_logger(__name__)

GATHER_S = 0.5
"""After the first change others may come so long before the page is made."""
LOOK_S = 15.0
"""So often it is looked whether time alone, or devices, have changed what is shown."""
REFRESH_S = 300.0
"""A page of which nothing has changed is written anew after this: its moment and its days move."""
_SHOWN = frozenset({StatusPage, Notice, Availability, Tower, TowerState})


class Publisher:
    """Follows the live picture from :meth:`start` to :meth:`stop`. While nothing can be taken in, pages stay as they are."""

    def __init__(
        self, transactor: Transactor, *, availability: AvailabilityService, files: StatusFiles, public_url: str = ''
    ) -> None:
        self._transactor = transactor
        self._availability = availability
        self._files = files
        self._public_url = public_url
        self._due: set[str] = set()
        self._woken = asyncio.Event()
        self._written: dict[str, ShownPage] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. Pages that were switched off while the server was down go at once, the others are made anew."""
        self._transactor.changed.subscribe(self._changed)
        self._task = asyncio.create_task(self._run(), name='status pages')

    async def stop(self) -> None:
        """End; what was written stays."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def publish(self) -> None:
        """Bring all files up to date: those of pages that changed, and those of pages that are off."""
        if self._transactor.fleets.watch.is_blind:
            return
        pages = {page.slug: page for page in self._transactor.fleets.index(Slugs).every() if page.slug is not None}
        for slug in self._files.slugs - pages.keys():
            self._written.pop(slug, None)
            try:
                self._files.remove(slug)
            except OSError as error:  # it is not answered any more; the next start tries again
                log.error('status_page_not_removed', slug=slug, reason=str(error))
        for slug, page in pages.items():
            try:
                await self._page(slug, page)
            except Exception:  # of any kind: a page that cannot be made or kept must not keep the others from it
                log.exception('status_page_not_written', slug=slug)
            await asyncio.sleep(0)

    async def _page(self, slug: str, page: StatusPage) -> None:
        if page.shown is None:
            return
        fleet, now = self._transactor.fleets.of(page.enterprise), self._transactor.clock()
        days = {one.id: self._availability.newest(page.enterprise, one) for one in page.shown.components}
        shown, before = shown_page(fleet, page.shown, now, days), self._written.get(slug)
        if before is not None and at_rest(before) == at_rest(shown) and 0 <= now - before.at < REFRESH_S:
            return
        self._written[slug] = shown
        texts = {
            'html': page_html(shown),
            'json': page_json(shown),
            'atom': page_atom(shown, self._public_url),
            'svg': page_badge(shown),
        }
        self._files.show(slug, texts)
        await asyncio.to_thread(self._files.write, slug)

    def _changed(self, changed: Changed) -> None:
        if not _SHOWN.isdisjoint(changed.ids):
            self._woken.set()

    async def _run(self) -> None:
        while True:
            await self.publish()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_S)
            await asyncio.sleep(GATHER_S)
            self._woken.clear()
