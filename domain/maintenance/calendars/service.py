"""Calendars of planned works: connected by who may plan maintenance, read by a job, and kept as they were while they cannot be read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.feeds import FeedAnswer, FeedAsked, FeedEvent, FeedOutcome, host_of
from domain.common.ids import new_id
from domain.common.sealing import Seal
from domain.common.text import folded, natural
from domain.common.versions import check_version, differences
from domain.common.web_addresses import READ_AS_CALENDAR, Refusing, not_refused
from domain.maintenance.calendars.events import WorksCalendarRead, WorksCalendarRemoved, WorksCalendarSaved
from domain.maintenance.calendars.following import all_works, follow_calendar, forget_calendar
from domain.maintenance.calendars.input import NewWorksCalendar, checked_places, checked_works_calendar
from domain.maintenance.calendars.matching import PlannedWorks, WorksState
from domain.maintenance.calendars.model import WorksCalendar, WorksRule

MOST_WORKS_CALENDARS = 10
_FIELDS = ('name', 'host', 'zone', 'every_min', 'texts', 'by_name', 'rules', 'below')


class WorksCalendarService:
    """``refused`` says why a host may not be asked, see :class:`domain.towers.service.TowerService`."""

    def __init__(self, *, transactor: Transactor, seal: Seal, refused: Refusing = not_refused) -> None:
        self._transactor = transactor
        self._seal = seal
        self._refused = refused

    def rows(self, actor: Actor) -> list[WorksCalendar]:
        """All of them, by name."""
        actor.require(Permission.CHANNELS_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[WorksCalendar].values()
        return sorted(rows, key=lambda row: (natural(row.name), row.id))

    def read(self, actor: Actor, id: str) -> WorksCalendar:
        """One of them, or ``NotFound``."""
        actor.require(Permission.CHANNELS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(WorksCalendar, id)

    def works(self, row: WorksCalendar) -> list[PlannedWorks]:
        """Its events that are not over and what each is of, as names and rules are now."""
        return all_works(self._transactor.fleets.of(row.enterprise), row, self._transactor.clock())

    async def save(self, actor: Actor, new: NewWorksCalendar, id: str = '', version: int = 0) -> WorksCalendar:
        """Connect a calendar, or with an ``id`` change it; ``Stale`` unless ``version`` is the newest. One whose address or zone is another
        is read within seconds. The address is not shown again."""
        actor.require(Permission.MAINTENANCE_WRITE)
        new = checked_works_calendar(new, is_new=not id)
        if new.url and (because := self._refused(host_of(new.url), READ_AS_CALENDAR)):
            raise Invalid(because, field='url')
        address = {'host': host_of(new.url), 'sealed': self._seal.seal(new.url)} if new.url else {}
        said: dict[str, Any] = {name: getattr(new, name) for name in _FIELDS if name != 'host'} | address

        def decide(tx: Transaction) -> WorksCalendar:
            others = [one for one in tx.all(WorksCalendar, actor.enterprise) if one.retired_at is None]
            before = tx.need(WorksCalendar, actor.enterprise, id) if id else None
            checked_places(tx.fleet(actor.enterprise), new, before.rules if before is not None else ())
            if any(folded(one.name) == folded(new.name) and one.id != id for one in others):
                raise Conflict('another one has this name', field='name')
            if before is None:
                if len(others) >= MOST_WORKS_CALENDARS:
                    raise Conflict(f'there are {MOST_WORKS_CALENDARS} calendars; remove one first')
                made = new_id(), actor.enterprise
                after = WorksCalendar(id=made[0], enterprise=made[1], created_at=tx.now, changed_at=tx.now, **said)
            else:
                check_version(before.version, version)
                after = replace(before, **said)
                if after == before:
                    return after
                state = before.state
                if address or after.zone != before.zone or after.every_min < before.every_min:
                    state = replace(state, next_at=tx.now, whole_at=None)
                after = replace(after, state=state, changed_at=tx.now, version=before.version + 1)
            tx.put(after)
            changes = differences(before, after, _FIELDS)
            tx.note(WorksCalendarSaved(**tx.about(after, actor.name), created=before is None, changes=changes))
            follow_calendar(tx, after)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def add_rule(self, actor: Actor, id: str, version: int, rule: WorksRule) -> WorksCalendar:
        """Say what events with these words are of, or with nothing that they are works of others."""
        row = self.read(actor, id)
        fields = {name: getattr(row, name) for name in _FIELDS if name != 'host'}
        return await self.save(actor, NewWorksCalendar(**{**fields, 'rules': (*row.rules, rule)}), id, version)

    async def leave_out(self, actor: Actor, id: str, key: str, *, is_left_out: bool = True) -> WorksCalendar:
        """No window follows this event from now on, or one does again; ``NotFound`` for an event that there is not."""

        def change(tx: Transaction, row: WorksCalendar) -> WorksCalendar:
            if not any(event.key == key for event in row.events):
                raise NotFound('there is no such event')
            others = tuple(one for one in row.left_out if one != key)
            after = replace(row, left_out=(*others, key) if is_left_out else others)
            changes = {'left_out': [list(row.left_out), list(after.left_out)]}
            tx.note(WorksCalendarSaved(**tx.about(row, actor.name), created=False, changes=changes))
            return after

        return await self._act(actor, id, change)

    async def read_now(self, actor: Actor, id: str) -> WorksCalendar:
        """Ask it again within seconds, and whole."""
        return await self._act(
            actor, id, lambda tx, row: replace(row, state=replace(row.state, next_at=tx.now, whole_at=None))
        )

    async def remove(self, actor: Actor, id: str, version: int) -> None:
        """It is not read any more, and its windows are gone, also those that last."""
        actor.require(Permission.MAINTENANCE_WRITE)

        def decide(tx: Transaction) -> None:
            row = tx.need(WorksCalendar, actor.enterprise, id)
            check_version(row.version, version)
            forget_calendar(tx, row, actor.name)
            gone = replace(row, events=(), retired_at=tx.now, changed_at=tx.now, version=row.version + 1)
            tx.put(gone)
            tx.note(WorksCalendarRemoved(**tx.about(gone, actor.name)))

        await self._transactor.transact(decide, actor=actor)

    def feeds_due(self) -> Sequence[tuple[str, FeedAsked]]:
        """See :class:`domain.common.feeds.FeedSource`."""
        now, found = self._transactor.clock(), []
        for fleet in self._transactor.fleets:
            for row in fleet[WorksCalendar].values():
                url = self._seal.open(row.sealed) if row.state.next_at <= now else None
                if url is not None:
                    found.append((fleet.enterprise.id, row.state.asked(row.id, url, row.zone, now)))
        return found

    async def take_feed(self, enterprise: str, asked: FeedAsked, answer: FeedAnswer) -> None:
        """See :class:`domain.common.feeds.FeedSource`. Windows are looked at also when nothing was read: time has passed, and names here
        may be others."""

        def decide(tx: Transaction) -> None:
            row = tx.find(WorksCalendar, enterprise, asked.id)
            if row is None or row.retired_at is not None:
                return
            is_read = answer.outcome is FeedOutcome.READ
            events = tuple(map(_kept, answer.events)) if is_read else row.events
            keys = {event.key for event in events}
            after = replace(
                row,
                events=events,
                left_out=tuple(key for key in row.left_out if key in keys),
                state=row.state.after(answer, tx.now, row.every_min * 60.0),
                version=row.version + 1,
            )
            tx.put(after)
            works = follow_calendar(tx, after)
            if is_read and (events != row.events or row.state.whole_at is None):
                unmatched = sum(one.state is WorksState.UNMATCHED for one in works)
                tx.note(WorksCalendarRead(**tx.about(after), events=len(events), unmatched=unmatched))

        await self._transactor.transact(decide, enterprise)

    async def _act(
        self, actor: Actor, id: str, change: Callable[[Transaction, WorksCalendar], WorksCalendar]
    ) -> WorksCalendar:
        actor.require(Permission.MAINTENANCE_WRITE)

        def decide(tx: Transaction) -> WorksCalendar:
            row = tx.need(WorksCalendar, actor.enterprise, id)
            after = replace(change(tx, row), changed_at=tx.now, version=row.version + 1)
            tx.put(after)
            follow_calendar(tx, after)
            return after

        return await self._transactor.transact(decide, actor=actor)


def _kept(event: FeedEvent) -> FeedEvent:
    """What planned works need of it. A reading without keys is one of an earlier release."""
    return replace(event, mails=(), description=event.description[:300], key=event.key or event.uid)
