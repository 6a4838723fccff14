"""Shifts that are taken and swapped, gaps that are looked for, and the calendar of a rotation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.common.severity import Severity
from domain.common.versions import check_version
from domain.fleet.fleet import Fleet
from domain.oncall.alerts import GAP_AHEAD, TELLS_NOBODY, gap_ahead, no_gap, route_tells, route_tells_nobody
from domain.oncall.events import FeedMade, OverrideRemoved, ShiftTaken
from domain.oncall.live import CalendarFeeds
from domain.oncall.losing import losers, tell_moved
from domain.oncall.model import AlertRoute, Override, Rotation
from domain.oncall.nobody import Unheard
from domain.oncall.reaching import known_of, members
from domain.oncall.refusing import Handing, refuse
from domain.oncall.rota import MOST_DAYS, Known, Shift, gaps, shifts

AHEAD_S = 7 * 86_400.0
"""A gap is an alert when it is so near."""
SOON_S = 86_400.0
"""One that is nearer than this is worse."""
MOST_OVERRIDES = 500
MOST_NAMED = 10
"""Of those who lose by one."""
DAY_S = 86_400.0
LONGEST_S = 92 * DAY_S
_KEPT_S = 30 * DAY_S
"""Overrides that ended longer ago leave the rotation."""


class DutyService:
    """Who answers alerts may take a shift, or give it to another."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def now(self) -> float:
        """Epoch seconds."""
        return self._transactor.clock()

    def shifts(self, actor: Actor, rotation_id: str, starts_at: float, ends_at: float) -> list[Shift]:
        """Shifts and gaps of a rotation."""
        actor.require(Permission.CHANNELS_READ)
        rotation = self._transactor.fleets.of(actor.enterprise).need(Rotation, rotation_id)
        if not 0 < ends_at - starts_at <= MOST_DAYS * DAY_S:
            raise Invalid(f'must be after the beginning, by at most {MOST_DAYS} days', field='to')
        return self.shifts_of(rotation, starts_at, ends_at)

    def shifts_of(self, rotation: Rotation, starts_at: float, ends_at: float) -> list[Shift]:
        """The same of a row that may be seen."""
        return shifts(rotation, starts_at, ends_at, known_of(self._transactor.fleets.of(rotation.enterprise), rotation))

    async def take(
        self, actor: Actor, rotation_id: str, person: str, starts_at: float, ends_at: float, instead_of: str = ''
    ) -> Rotation:
        """``person`` is on call between; with ``instead_of`` only where the layers say that person.

        A person takes a shift for themselves; for another one only who sets up rotations may, and not into a double duty. Who loses or has
        a shift by what another did is told."""
        is_own = actor.id == person
        _may_decide(actor, is_own=is_own)

        def more(tx: Transaction, rotation: Rotation) -> Rotation:
            if not is_own:
                refuse(tx, rotation, [Handing(person, starts_at, ends_at)])
            after = shift_taken(tx, actor.name, rotation, person, starts_at, ends_at, instead_of)
            tell_moved(tx, actor, rotation, after, starts_at, ends_at)
            return after

        return await self._change(actor, rotation_id, more)

    async def swap(
        self, actor: Actor, rotation_id: str, one: tuple[str, float, float], other: tuple[str, float, float]
    ) -> Rotation:
        """Two people take one another's shifts: each is who has it, and from when to when. ``Conflict`` says what is against it."""
        _may_decide(actor)

        def more(tx: Transaction, rotation: Rotation) -> Rotation:
            refuse(
                tx, rotation, [Handing(other[0], one[1], one[2], one[0]), Handing(one[0], other[1], other[2], other[0])]
            )
            half = shift_taken(tx, actor.name, rotation, other[0], one[1], one[2], one[0])
            after = shift_taken(tx, actor.name, half, one[0], other[1], other[2], other[0])
            tell_moved(tx, actor, rotation, after, min(one[1], other[1]), max(one[2], other[2]))
            return after

        return await self._change(actor, rotation_id, more)

    async def give_back(self, actor: Actor, rotation_id: str, override_id: str) -> Rotation:
        """What the layers say counts again."""

        def less(tx: Transaction, rotation: Rotation) -> Rotation:
            gone = next((one for one in rotation.overrides if one.id == override_id), None)
            if gone is None:
                raise NotFound.of(Override, override_id)
            tx.note(
                OverrideRemoved(
                    **tx.about(rotation, actor.name),
                    person=_name(tx, actor, gone.person),
                    starts_at=gone.starts_at,
                    ends_at=gone.ends_at,
                )
            )
            after = replace(rotation, overrides=tuple(one for one in rotation.overrides if one.id != override_id))
            tell_moved(tx, actor, rotation, after, gone.starts_at, gone.ends_at)
            return after

        return await self._change(actor, rotation_id, less)

    async def make_feed(self, actor: Actor, rotation_id: str, version: int) -> tuple[Rotation, str]:
        """A secret for the address of its calendar, shown this once; a former one is worth nothing any more."""
        actor.require(Permission.CHANNELS_WRITE)
        secret = new_secret('cwf')

        def decide(tx: Transaction) -> Rotation:
            rotation = tx.need(Rotation, actor.enterprise, rotation_id)
            check_version(rotation.version, version)
            after = replace(rotation, feed_digest=digest(secret).hex(), changed_at=tx.now, version=rotation.version + 1)
            tx.put(after)
            tx.note(FeedMade(**tx.about(after, actor.name)))
            return after

        return await self._transactor.transact(decide, actor=actor), secret

    def by_feed(self, rotation_id: str, secret: str) -> Rotation:
        """The rotation whose calendar this secret opens, or ``NotFound``."""
        found = self._transactor.fleets.index(CalendarFeeds).of(digest(secret).hex())
        if found is None or found.id != rotation_id:
            raise NotFound('there is no such calendar')
        return found

    async def look_ahead(self, enterprise: str) -> None:
        """Raise the alert of each rotation with a gap in sight and of each route that tells nobody, clear the others'; run by the clock."""
        fleet = self._transactor.fleets.of(enterprise)
        now = self._transactor.clock()
        wanted: dict[str, tuple[Severity, str]] = {}
        reached: set[str] = set()
        for rotation in fleet[Rotation].values():
            gap = _next_gap(rotation, now, known_of(fleet, rotation)) if rotation.always else None
            if gap is not None:
                severity = Severity.MAJOR if gap.starts_at - now < SOON_S else Severity.MINOR
                wanted[rotation.id] = severity, _gap_words(gap, now)
                reached |= {rotation.id} if gap.starts_at <= now else set()
        await self._look_at_routes(fleet, now)
        known = dict(GAP_AHEAD.all_in(fleet))
        if wanted == {id: (alert.severity, alert.detail) for id, alert in known.items()}:
            return

        def decide(tx: Transaction) -> None:
            for id, (severity, words) in wanted.items():
                rotation = tx.find(Rotation, enterprise, id)
                if rotation is not None and rotation.retired_at is None:
                    gap_ahead(tx, rotation, severity, words, is_now=id in reached)
            for id in known.keys() - wanted.keys():
                about = tx.find(Rotation, enterprise, id)
                no_gap(tx, about or _gone(enterprise, id))

        await self._transactor.transact(decide, enterprise)

    async def _look_at_routes(self, fleet: Fleet, now: float) -> None:
        """The same of each route that is on and tells nobody, or whose policy has steps that do not."""
        enterprise, wanted = fleet.enterprise.id, dict[str, tuple[Severity, str]]()
        unheard = Unheard(fleet, now)
        for route in fleet[AlertRoute].values():
            severity, words = unheard.of_route(route) if route.enabled else (None, ())
            if severity is not None:
                wanted[route.id] = severity, '; '.join(words)[:1000]
        known = dict(TELLS_NOBODY.all_in(fleet))
        if wanted == {id: (alert.severity, alert.detail) for id, alert in known.items()}:
            return

        def decide(tx: Transaction) -> None:
            for id, (severity, words) in wanted.items():
                route = tx.find(AlertRoute, enterprise, id)
                if route is not None and route.retired_at is None and route.enabled:
                    route_tells_nobody(tx, route, severity, words)
            for id in known.keys() - wanted.keys():
                route_tells(tx, enterprise, id)

        await self._transactor.transact(decide, enterprise)

    async def _change(
        self, actor: Actor, rotation_id: str, change: Callable[[Transaction, Rotation], Rotation]
    ) -> Rotation:
        actor.require(Permission.CHANNELS_READ)
        actor.require(Permission.ALERTS_WRITE)

        def decide(tx: Transaction) -> Rotation:
            rotation = tx.need(Rotation, actor.enterprise, rotation_id)
            after = replace(change(tx, rotation), changed_at=tx.now, version=rotation.version + 1)
            tx.put(after)
            return after

        return await self._transactor.transact(decide, actor=actor)


def _may_decide(actor: Actor, *, is_own: bool = False) -> None:
    """Of the shifts of others who sets up rotations decides, or a program; another person asks them."""
    actor.require(Permission.ALERTS_WRITE)
    if actor.kind is ActorKind.PERSON and not is_own and not actor.may(Permission.CHANNELS_WRITE):
        raise Conflict('only who sets up rotations decides for others; ask them for a swap')


def shift_taken(
    tx: Transaction, by: str, rotation: Rotation, person: str, starts_at: float, ends_at: float, instead_of: str
) -> Rotation:
    """The rotation with an override more, which the journal tells of. Raises ``Invalid`` for a moment or a person that cannot be."""
    people = members(tx.fleet(rotation.enterprise))
    if person not in people:
        raise Invalid('there is no such person', field='person')
    if not 0 < ends_at - starts_at <= LONGEST_S:
        raise Invalid('must be after the beginning, by at most 92 days', field='ends_at')
    if ends_at <= tx.now:
        raise Invalid('is over already', field='ends_at')
    kept = tuple(one for one in rotation.overrides if one.ends_at > tx.now - _KEPT_S)
    if len(kept) >= MOST_OVERRIDES:
        raise Conflict(f'there are {MOST_OVERRIDES} overrides; give one back first')
    made = Override(id=new_id(), person=person, starts_at=starts_at, ends_at=ends_at, instead_of=instead_of, by=by)
    after = replace(rotation, overrides=(*kept, made))
    lost = losers(tx, rotation, after, starts_at, ends_at)
    tx.note(
        ShiftTaken(
            **tx.about(rotation, by),
            person=people[person].name,
            starts_at=starts_at,
            ends_at=ends_at,
            instead_of=', '.join(lost[:MOST_NAMED]),
        )
    )
    return after


def _name(tx: Transaction, actor: Actor, person: str) -> str:
    found = members(tx.fleet(actor.enterprise)).get(person)
    return found.name if found is not None else ''


def _gone(enterprise: str, id: str) -> Rotation:
    return Rotation(id=id, enterprise=enterprise, name='', zone='UTC', created_at=0.0, changed_at=0.0)


def _next_gap(rotation: Rotation, now: float, known: Known) -> Shift | None:
    """The gap that is now, since its beginning as far as a week shows it, or else the first in sight."""
    begin = max(now - AHEAD_S, min(rotation.created_at, now))
    return next((one for one in gaps(rotation, begin, now + AHEAD_S, known) if one.ends_at > now), None)


def _gap_words(gap: Shift, now: float) -> str:
    begin = f'{"since" if gap.starts_at <= now else "from"} {_utc(gap.starts_at)}'
    end = f'until {_utc(gap.ends_at)}' if gap.ends_at < now + AHEAD_S else 'onwards'
    return f'Nobody {begin} {end}' if gap.starts_at > now or end != 'onwards' else f'Nobody {begin}'


def _utc(moment: float) -> str:
    return f'{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC'
