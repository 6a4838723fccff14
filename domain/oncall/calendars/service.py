"""Calendars that rotations are read from: connected by administrators, read by a job, and kept as they were while they cannot be read."""

from collections.abc import Sequence
from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.feeds import FeedAnswer, FeedAsked, FeedEvent, FeedOutcome, FeedState, checked_feed_url, host_of
from domain.common.ids import new_id
from domain.common.sealing import Seal
from domain.common.text import clean_line, folded
from domain.common.web_addresses import READ_AS_CALENDAR, Refusing, not_refused
from domain.oncall.alerts import UNREAD_S, calendar_read, calendar_unread
from domain.oncall.calendars.events import CalendarRead, CalendarRemoved, CalendarSaved
from domain.oncall.calendars.live import CalendarsOf
from domain.oncall.calendars.meaning import unknown_names
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from domain.oncall.model import Rotation
from domain.oncall.reaching import members

MOST_CALENDARS = 10
"""Of one rotation."""
MOST_UNKNOWN = 20


class CalendarService:
    """``refused`` says why a host may not be asked, see :class:`domain.towers.service.TowerService`."""

    def __init__(self, *, transactor: Transactor, seal: Seal, refused: Refusing = not_refused) -> None:
        self._transactor = transactor
        self._seal = seal
        self._refused = refused

    def of(self, actor: Actor, rotation_id: str) -> list[CalendarSource]:
        """Those of a rotation, as they were connected."""
        actor.require(Permission.CHANNELS_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        fleet.need(Rotation, rotation_id)
        return sorted(fleet.index(CalendarsOf).of(rotation_id), key=lambda one: one.id)

    def unknown(self, source: CalendarSource) -> list[str]:
        """Names in events to come that are nobody's of the enterprise."""
        people = members(self._transactor.fleets.of(source.enterprise)).values()
        return unknown_names(source, people, self._transactor.clock())

    async def connect(self, actor: Actor, rotation_id: str, name: str, use: CalendarUse, url: str) -> CalendarSource:
        """Read the rotation from this address from now on, the first time within seconds. The address is not shown again."""
        actor.require(Permission.CHANNELS_WRITE)
        url = checked_feed_url(url, 'url')
        if because := self._refused(host_of(url), READ_AS_CALENDAR):
            raise Invalid(because, field='url')
        name, sealed = clean_line(name, 'name'), self._seal.seal(url)

        def decide(tx: Transaction) -> CalendarSource:
            rotation = tx.need(Rotation, actor.enterprise, rotation_id)
            others = [
                one
                for one in tx.all(CalendarSource, actor.enterprise)
                if one.rotation == rotation_id and one.retired_at is None
            ]
            if len(others) >= MOST_CALENDARS:
                raise Conflict(f'there are {MOST_CALENDARS} calendars; remove one first')
            if any(folded(one.name) == folded(name) for one in others):
                raise Conflict('another one has this name', field='name')
            source = CalendarSource(
                id=new_id(),
                enterprise=actor.enterprise,
                rotation=rotation_id,
                name=name,
                use=use,
                host=host_of(url),
                sealed=sealed,
                created_at=tx.now,
                changed_at=tx.now,
            )
            tx.put(source)
            changes = {'use': [None, use.value], 'host': [None, source.host]}
            tx.note(
                CalendarSaved(**tx.about(source, actor.name), rotation=rotation.name, created=True, changes=changes)
            )
            return source

        return await self._transactor.transact(decide, actor=actor)

    async def read_now(self, actor: Actor, calendar_id: str) -> CalendarSource:
        """Ask it again within seconds, and whole."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> CalendarSource:
            source = tx.need(CalendarSource, actor.enterprise, calendar_id)
            state = replace(source.state, next_at=tx.now, whole_at=None)
            after = replace(source, state=state, changed_at=tx.now, version=source.version + 1)
            tx.put(after)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, calendar_id: str) -> None:
        """The rotation is not read from it any more; what it said is forgotten."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> None:
            source = tx.need(CalendarSource, actor.enterprise, calendar_id)
            calendar_read(tx, source)
            gone = replace(source, events=(), retired_at=tx.now, changed_at=tx.now, version=source.version + 1)
            tx.put(gone)
            tx.note(CalendarRemoved(**tx.about(gone, actor.name), rotation=_rotation_name(tx, source)))

        await self._transactor.transact(decide, actor=actor)

    def feeds_due(self) -> Sequence[tuple[str, FeedAsked]]:
        """See :class:`domain.common.feeds.FeedSource`."""
        now, found = self._transactor.clock(), []
        for fleet in self._transactor.fleets:
            for source in fleet[CalendarSource].values():
                rotation = fleet.find(Rotation, source.rotation)
                url = self._seal.open(source.sealed) if source.state.next_at <= now and rotation is not None else None
                if url is not None and rotation is not None:
                    found.append((fleet.enterprise.id, source.state.asked(source.id, url, rotation.zone, now)))
        return found

    async def take_feed(self, enterprise: str, asked: FeedAsked, answer: FeedAnswer) -> None:
        """See :class:`domain.common.feeds.FeedSource`."""

        def decide(tx: Transaction) -> None:
            source = tx.find(CalendarSource, enterprise, asked.id)
            if source is None or source.retired_at is not None:
                return
            is_read = answer.outcome is FeedOutcome.READ
            events = tuple(map(_kept, answer.events)) if is_read else source.events
            state = source.state.after(answer, tx.now)
            after = replace(source, events=events, state=state, version=source.version + 1)
            tx.put(after)
            if is_read and (events != source.events or source.state.whole_at is None):
                unknown = unknown_names(after, members(tx.fleet(enterprise)).values(), tx.now)[:MOST_UNKNOWN]
                where = _rotation_name(tx, source)
                tx.note(CalendarRead(**tx.about(after), rotation=where, events=len(events), unknown=tuple(unknown)))
            _tell(tx, after, state)

        await self._transactor.transact(decide, enterprise)


def _tell(tx: Transaction, source: CalendarSource, state: FeedState) -> None:
    if state.failing_since is None:
        calendar_read(tx, source)
    elif tx.now - state.failing_since >= UNREAD_S:
        calendar_unread(tx, source, state.said)


def _kept(event: FeedEvent) -> FeedEvent:
    """What a rota needs of it."""
    return replace(event, location='', description='')


def _rotation_name(tx: Transaction, source: CalendarSource) -> str:
    rotation = tx.find(Rotation, source.enterprise, source.rotation)
    return rotation.name if rotation is not None else ''
