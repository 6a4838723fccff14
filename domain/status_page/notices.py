"""Incidents and scheduled maintenance: begun, updated, ended, removed, in the words of an operator."""

from collections.abc import Iterable
from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.ids import new_id
from domain.common.versions import check_version
from domain.status_page.events import NoticeRemoved, NoticeUpdated
from domain.status_page.input import MOST_UPDATES, NewNotice, checked_notice, update_text
from domain.status_page.live import notices_of, page_of
from domain.status_page.model import DAY_S, DAYS, STATES, Notice, NoticeState, NoticeUpdate, StatusPage

MOST_OPEN = 50
"""Notices of an enterprise that have not ended."""


class NoticeService:
    """Operators may write notices before there is a page, and while it is off; the public sees them with it."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def list(self, actor: Actor) -> list[Notice]:
        """All that were not removed, newest first."""
        actor.require(Permission.STATUS_READ)
        return notices_of(self._transactor.fleets.of(actor.enterprise))

    def read(self, actor: Actor, notice_id: str) -> Notice:
        """One of them, or ``NotFound``."""
        actor.require(Permission.STATUS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(Notice, notice_id)

    async def begin(self, actor: Actor, new: NewNotice) -> Notice:
        """Tell of an incident, or announce a maintenance."""
        actor.require(Permission.STATUS_WRITE)
        clean = checked_notice(new, self._transactor.clock())
        id = new_id()

        def decide(tx: Transaction) -> Notice:
            _check_components(tx, actor.enterprise, clean.components)
            if clean.alert_id is not None and tx.find(Alert, actor.enterprise, clean.alert_id) is None:
                raise Invalid('there is no such open alert', field='alert_id')
            open_ones = [
                one for one in tx.all(Notice, actor.enterprise) if one.closed_at is None and not one.removed_at
            ]
            if len(open_ones) >= MOST_OPEN:
                raise Conflict(f'{MOST_OPEN} notices have not ended; end one first')
            notice = Notice(
                id=id,
                enterprise=actor.enterprise,
                kind=clean.kind,
                title=clean.title,
                components=tuple(clean.components),
                created_at=tx.now,
                begins_at=clean.begins_at if clean.begins_at is not None else tx.now,
                ends_at=clean.ends_at,
                impact=clean.impact,
                alert=clean.alert_id,
                version=0,
            )
            return _updated(tx, actor, notice, clean.state or STATES[clean.kind][0], clean.text)

        return await self._transactor.transact(decide, actor=actor)

    async def update(self, actor: Actor, notice_id: str, state: NoticeState, text: str) -> Notice:
        """Write the next update. The last state of its kind ends it; one that has ended may be opened again by another state."""
        actor.require(Permission.STATUS_WRITE)
        clean = update_text(text)

        def decide(tx: Transaction) -> Notice:
            notice = _need(tx, actor.enterprise, notice_id)
            if state not in STATES[notice.kind]:
                raise Invalid(f'choose one of {", ".join(STATES[notice.kind])}', field='state')
            if len(notice.updates) >= MOST_UPDATES:
                raise Conflict(f'it has {MOST_UPDATES} updates; begin another notice')
            return _updated(tx, actor, notice, state, clean)

        return await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, notice_id: str, version: int) -> None:
        """Take it off the page for good: for what was told by mistake."""
        actor.require(Permission.STATUS_WRITE)

        def decide(tx: Transaction) -> None:
            notice = _need(tx, actor.enterprise, notice_id)
            check_version(notice.version, version)
            tx.put(replace(notice, removed_at=tx.now, version=notice.version + 1))
            tx.note(NoticeRemoved(**tx.about(notice, actor.name), notice=notice.id))

        await self._transactor.transact(decide, actor=actor)

    async def forget(self, enterprise: str) -> None:
        """Let go of what ended before the days that the page shows; run by the clock."""
        fleet = self._transactor.fleets.of(enterprise)
        before = self._transactor.clock() - DAYS * DAY_S
        old = [one.id for one in fleet[Notice].values() if one.closed_at is not None and one.closed_at < before]
        if not old:
            return

        def decide(tx: Transaction) -> None:
            for id in old:
                notice = tx.find(Notice, enterprise, id)
                if notice is not None and notice.closed_at is not None and notice.closed_at < before:
                    tx.put(replace(notice, removed_at=tx.now))

        await self._transactor.transact(decide, enterprise)


def _need(tx: Transaction, enterprise: str, notice_id: str) -> Notice:
    notice = tx.find(Notice, enterprise, notice_id)
    if notice is None or notice.removed_at is not None:
        raise NotFound.of(Notice, notice_id)
    return notice


def _check_components(tx: Transaction, enterprise: str, ids: Iterable[str]) -> None:
    page = tx.find(StatusPage, enterprise, enterprise) or page_of(tx.fleet(enterprise))
    known = page.components if page is not None else {}
    for place, id in enumerate(ids):
        if id not in known:
            raise Invalid('the page has no such component', field=f'components.{place}')


def _updated(tx: Transaction, actor: Actor, notice: Notice, state: NoticeState, text: str) -> Notice:
    ended = state is STATES[notice.kind][-1]
    after = replace(
        notice,
        updates=(*notice.updates, NoticeUpdate(at=tx.now, state=state, text=text, by=actor.name)),
        closed_at=tx.now if ended else None,
        version=notice.version + 1,
    )
    tx.put(after)
    tx.note(
        NoticeUpdated(
            **tx.about(after, actor.name), created=not notice.updates, notice=after.id, state=state.value, text=text
        )
    )
    return after
