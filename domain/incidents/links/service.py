"""Links for people outside: made, listed, opened, revoked."""

from dataclasses import dataclass, field, replace

from domain.access.actors import Actor, system
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.common.text import clean_line
from domain.incidents.links.events import IncidentLinkMade, IncidentLinkRevoked
from domain.incidents.links.live import IncidentLinkDigests
from domain.incidents.links.model import IncidentLink, SharedIncident, SharedPart, ordered
from domain.incidents.links.shown import shared
from domain.incidents.service import IncidentService

LONGEST_S = 90 * 86_400.0
MOST_OPEN = 200
"""Links of an enterprise that open."""
KEPT_S = 30 * 86_400.0
"""For so long after its end a link is listed."""
ONE_OPENING_S = 10.0
"""A link that is opened again within this time was opened once: a browser and what looks at links for it ask both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncidentLink:
    """A link as it is asked for; ``expires_at`` in epoch seconds."""

    title: str
    label: str
    expires_at: float
    parts: tuple[SharedPart, ...] = field(default=())


class IncidentLinkService:
    """It takes the right to write what the public reads; who may read that may see which links there are."""

    def __init__(self, *, transactor: Transactor, incidents: IncidentService) -> None:
        self._transactor = transactor
        self._incidents = incidents

    def now(self) -> float:
        """The moment from which an end is counted, epoch seconds."""
        return self._transactor.clock()

    def list(self, actor: Actor, alert_id: str = '') -> list[IncidentLink]:
        """Those of an incident (the id of its root), or all; the newest first."""
        actor.require(Permission.STATUS_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[IncidentLink].values()
        return sorted((one for one in rows if alert_id in ('', one.alert)), key=lambda one: one.id, reverse=True)

    async def make(self, actor: Actor, alert_id: str, new: NewIncidentLink) -> tuple[IncidentLink, str]:
        """A link to the incident of an alert, with its secret, which is not shown again."""
        actor.require(Permission.STATUS_WRITE)
        title = clean_line(new.title, 'title', most=120)
        label = clean_line(new.label, 'label', most=80)
        root = (await self._incidents.read(actor, alert_id)).root
        id, secret = new_id(), new_secret('cwi')

        def decide(tx: Transaction) -> IncidentLink:
            if new.expires_at <= tx.now:
                raise Invalid('that moment has passed: give one that is still to come', field='expires_at')
            if new.expires_at > tx.now + LONGEST_S:
                raise Invalid('at most 90 days from now', field='expires_at')
            if sum(one.opens_at(tx.now) for one in tx.all(IncidentLink, actor.enterprise)) >= MOST_OPEN:
                raise Conflict(f'{MOST_OPEN} links open; revoke one first')
            link = IncidentLink(
                id=id,
                enterprise=actor.enterprise,
                alert=root.id,
                title=title,
                label=label,
                digest=digest(secret).hex(),
                parts=ordered(new.parts),
                created_at=tx.now,
                created_by=actor.name,
                expires_at=new.expires_at,
            )
            tx.put(link)
            parts = tuple(part.value for part in link.parts)
            about = tx.about(link, actor.name)
            tx.note(IncidentLinkMade(**about, alert=root.id, parts=parts, expires_at=link.expires_at))
            return link

        return await self._transactor.transact(decide, actor=actor), secret

    async def revoke(self, actor: Actor, link_id: str) -> IncidentLink:
        """It shows nothing from here on; ``Conflict`` when it does not any more."""
        actor.require(Permission.STATUS_WRITE)

        def decide(tx: Transaction) -> IncidentLink:
            link = tx.find(IncidentLink, actor.enterprise, link_id)
            if link is None or link.ended_at is not None:
                raise NotFound.of(IncidentLink, link_id)
            if not link.opens_at(tx.now):
                raise Conflict('this link opens nothing any more')
            after = replace(link, revoked_at=tx.now, revoked_by=actor.name)
            tx.put(after)
            tx.note(IncidentLinkRevoked(**tx.about(link, actor.name), alert=link.alert, opened=link.opened))
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def open(self, secret: str, *, counts: bool = True) -> SharedIncident:
        """What the holder of the secret reads, counted as an opening or not; ``NotFound`` when it opens nothing (any more)."""
        link = self._transactor.fleets.index(IncidentLinkDigests).of(digest(secret).hex())
        if link is None or not link.opens_at(self._transactor.clock()):
            raise NotFound('this link opens nothing any more')
        found = await self._incidents.read(system(link.enterprise, 'incident link'), link.alert)
        if counts and (link.opened_at is None or found.now - link.opened_at >= ONE_OPENING_S):
            await self._transactor.transact(lambda tx: _count(tx, link), link.enterprise)
        return shared(found, link)

    async def forget(self, enterprise: str) -> None:
        """Let go of links that ended long ago; run by the clock."""
        before = self._transactor.clock() - KEPT_S
        rows = self._transactor.fleets.of(enterprise)[IncidentLink].values()
        old = [one.id for one in rows if min(one.expires_at, one.revoked_at or one.expires_at) < before]
        if not old:
            return

        def decide(tx: Transaction) -> None:
            for id in old:
                link = tx.find(IncidentLink, enterprise, id)
                if link is not None and link.ended_at is None:
                    tx.put(replace(link, ended_at=tx.now))

        await self._transactor.transact(decide, enterprise)


def _count(tx: Transaction, link: IncidentLink) -> None:
    kept = tx.find(IncidentLink, link.enterprise, link.id)
    if kept is not None and kept.opens_at(tx.now):
        tx.put(replace(kept, opened=kept.opened + 1, opened_at=tx.now))
