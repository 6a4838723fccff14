"""The status page of an enterprise: written as a draft, published, withdrawn."""

from collections.abc import Iterable
from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.versions import check_version, differences
from domain.fleet.fleet import Fleet
from domain.status_page.events import StatusPagePublished, StatusPageSaved, StatusPageWithdrawn
from domain.status_page.input import NewPageContent, check_complete, content_of
from domain.status_page.live import Slugs, page_of
from domain.status_page.model import Availability, Component, ComponentKind, PageContent, StatusPage
from domain.towers.model import Tower

_FIELDS = ('slug', 'title', 'about', 'components')


class StatusPageService:
    """What the page says of itself. Nothing of it is public before :meth:`publish`."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def read(self, actor: Actor) -> StatusPage:
        """The page; an empty draft of version 0 where none was written."""
        actor.require(Permission.STATUS_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        return page_of(fleet) or _blank(actor.enterprise, self._transactor.clock())

    async def save(self, actor: Actor, version: int, new: NewPageContent) -> StatusPage:
        """Keep a draft; the public goes on seeing what was published. ``Stale`` unless ``version`` is the newest."""
        actor.require(Permission.STATUS_PUBLISH)
        content = content_of(PageContent(), frozenset(self.read(actor).components), new)

        def decide(tx: Transaction) -> StatusPage:
            before = tx.find(StatusPage, actor.enterprise, actor.enterprise)
            page = before or _blank(actor.enterprise, tx.now)
            check_version(page.version, version)
            _check_targets(tx, actor.enterprise, content.components)
            changes = differences(before.draft if before is not None else None, content, _FIELDS)
            if before is not None and not changes:
                return before
            after = replace(page, draft=content, changed_at=tx.now, version=page.version + 1)
            tx.put(after)
            _drop_days(tx, page, after)
            tx.note(StatusPageSaved(**tx.about(after, actor.name), created=before is None, changes=changes))
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def publish(self, actor: Actor, version: int) -> StatusPage:
        """Show the draft to the public. ``Invalid`` names what it lacks; ``Conflict`` when its address is another page's."""
        actor.require(Permission.STATUS_PUBLISH)

        def decide(tx: Transaction) -> StatusPage:
            page = tx.find(StatusPage, actor.enterprise, actor.enterprise) or _blank(actor.enterprise, tx.now)
            check_version(page.version, version)
            check_complete(page.draft)
            _check_targets(tx, actor.enterprise, page.draft.components)
            _check_slug(tx, page)
            changes = differences(page.shown, page.draft, _FIELDS)
            if not changes:
                return page
            after = replace(
                page,
                shown=page.draft,
                slug=page.draft.slug,
                published_at=tx.now,
                changed_at=tx.now,
                version=page.version + 1,
            )
            tx.put(after)
            _drop_days(tx, page, after)
            tx.note(StatusPagePublished(**tx.about(after, actor.name), slug=page.draft.slug, changes=changes))
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def withdraw(self, actor: Actor) -> StatusPage:
        """Switch the page off: its address is as good as none. The draft, the notices and the days stay."""
        actor.require(Permission.STATUS_PUBLISH)

        def decide(tx: Transaction) -> StatusPage:
            page = tx.find(StatusPage, actor.enterprise, actor.enterprise) or _blank(actor.enterprise, tx.now)
            if page.slug is None:
                return page
            after = replace(page, shown=None, slug=None, published_at=None, changed_at=tx.now, version=page.version + 1)
            tx.put(after)
            tx.note(StatusPageWithdrawn(**tx.about(after, actor.name), slug=page.slug))
            return after

        return await self._transactor.transact(decide, actor=actor)


def _blank(enterprise: str, now: float) -> StatusPage:
    return StatusPage(id=enterprise, enterprise=enterprise, draft=PageContent(), changed_at=now, version=0)


def _check_slug(tx: Transaction, page: StatusPage) -> None:
    taken = tx.fleets.index(Slugs).page(page.draft.slug)
    pending = tx.pending(StatusPage, by='slug').get(page.draft.slug, {})
    if (taken is not None and taken.id != page.id) or any(id != page.id for id in pending):
        raise Conflict('this address is taken; choose another end', field='slug')


def _check_targets(tx: Transaction, enterprise: str, components: Iterable[Component]) -> None:
    """Raise ``Invalid`` for a tower or a region that there is none of. A label may be carried by devices that are yet to come."""
    fleet: Fleet = tx.fleet(enterprise)
    regions = {tower.region for tower in fleet[Tower].values()}
    for place, one in enumerate(components):
        if one.kind is ComponentKind.TOWER and tx.find(Tower, enterprise, one.target) is None:
            raise Invalid('there is no such tower', field=f'components.{place}.target')
        if one.kind is ComponentKind.REGION and one.target not in regions:
            raise Invalid('no tower is in this region', field=f'components.{place}.target')


def _drop_days(tx: Transaction, before: StatusPage, after: StatusPage) -> None:
    """The days of a component end with it, and with what it stood for: those of another tower are not its own."""
    for id, component in before.components.items():
        now = after.components.get(id)
        if now is not None and (now.kind, now.target) == (component.kind, component.target):
            continue
        days = tx.find(Availability, after.enterprise, id)
        if days is not None:
            tx.put(replace(days, days=(), removed_at=tx.now if now is None else None))
