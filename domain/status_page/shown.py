"""What the public sees of an enterprise, and nothing else: whatever renders the page is handed this alone.

So a name, a count or an address that is not in here cannot leak. Names of towers and counts come in only where the editor chose them.
"""

from dataclasses import dataclass, replace

from domain.fleet.fleet import Fleet
from domain.status_page.days import DayShares, last_days, shares
from domain.status_page.live import notices_of
from domain.status_page.members import maintained_until, members_at, not_up
from domain.status_page.model import (
    DAY_S,
    Availability,
    Component,
    ComponentKind,
    Day,
    Impact,
    Notice,
    NoticeKind,
    NoticeState,
    PageContent,
)
from domain.status_page.status import WORST_FIRST, ComponentStatus, MemberCounts, component_status

PAST_DAYS = 15
"""For so long a notice that has ended is listed; Statuspage shows as many."""
NAMED = 20
"""Towers of one component that are named at most."""
_BY_IMPACT = {
    Impact.MINOR: ComponentStatus.DEGRADED,
    Impact.MAJOR: ComponentStatus.PARTIAL,
    Impact.CRITICAL: ComponentStatus.MAJOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComponent:
    """A row of the page. ``members`` and ``up`` are ``None`` unless counts were chosen, ``not_up`` empty unless names were."""

    id: str
    name: str
    description: str
    status: ComponentStatus
    unit: str
    members: int | None
    up: int | None
    not_up: tuple[str, ...]
    maintained_until: float | None
    days: tuple[Day | None, ...]
    shares: DayShares


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUpdate:
    """What was said at one moment."""

    at: float
    state: NoticeState
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """An incident or maintenance with the public names of its components; the newest update comes first."""

    id: str
    kind: NoticeKind
    title: str
    impact: Impact
    state: NoticeState
    is_open: bool
    is_under_way: bool
    components: tuple[str, ...]
    begins_at: float
    ends_at: float | None
    updates: tuple[ShownUpdate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """The whole page as it stood at ``at``, epoch seconds."""

    slug: str
    title: str
    about: str
    at: float
    status: ComponentStatus
    components: tuple[ShownComponent, ...]
    incidents: tuple[ShownNotice, ...]
    maintenance: tuple[ShownNotice, ...]
    past: tuple[ShownNotice, ...]

    @property
    def notices(self) -> tuple[ShownNotice, ...]:
        """All of them."""
        return (*self.incidents, *self.maintenance, *self.past)


def shown_page(
    fleet: Fleet, content: PageContent, now: float, days: 'dict[str, tuple[Day, ...]] | None' = None
) -> ShownPage:
    """The page with this content, as the enterprise stands ``now``; ``days`` are those of its components, by default the stored ones."""
    names = {component.id: component.name for component in content.components}
    notices = [_notice(notice, names, now) for notice in notices_of(fleet) if _concerns(notice, names)]
    open_ones = [one for one in notices if one.is_open]
    incidents = tuple(one for one in open_ones if one.kind is NoticeKind.INCIDENT)
    planned = sorted((one for one in open_ones if one.kind is NoticeKind.MAINTENANCE), key=lambda one: one.begins_at)
    impacts = _impacts(fleet, now)
    components = tuple(
        _component(fleet, one, now, (days or {}).get(one.id), impacts.get(one.id, ())) for one in content.components
    )
    since = now - PAST_DAYS * DAY_S
    past = tuple(one for one in notices if not one.is_open and one.updates[0].at >= since)
    return ShownPage(
        slug=content.slug,
        title=content.title,
        about=content.about,
        at=now,
        status=_worst([one.status for one in components], incidents),
        components=components,
        incidents=incidents,
        maintenance=tuple(planned),
        past=past,
    )


def at_rest(page: ShownPage) -> ShownPage:
    """The same without the moments and sums that move by themselves: two that are equal say the same to a reader."""
    quiet = tuple(replace(one, days=(), shares=_rounded(one.shares)) for one in page.components)
    return replace(page, at=0.0, components=quiet)


def _rounded(of: DayShares) -> DayShares:
    return DayShares(*(None if value is None else round(value, 4) for value in (of.available, of.with_maintenance)))


def _worst(statuses: list[ComponentStatus], incidents: tuple[ShownNotice, ...]) -> ComponentStatus:
    told = [_BY_IMPACT[one.impact] for one in incidents if one.impact in _BY_IMPACT]
    return min((*statuses, *told), key=WORST_FIRST.index, default=ComponentStatus.UNKNOWN)


def _concerns(notice: Notice, names: dict[str, str]) -> bool:
    """A notice that names components stands on the page while one of them does; one that names none is about all of it."""
    return not notice.components or any(id in names for id in notice.components)


def _impacts(fleet: Fleet, now: float) -> dict[str, list[ComponentStatus]]:
    found: dict[str, list[ComponentStatus]] = {}
    for notice in fleet[Notice].values():
        if notice.kind is NoticeKind.INCIDENT and notice.is_under_way(now) and notice.impact in _BY_IMPACT:
            for id in notice.components:
                found.setdefault(id, []).append(_BY_IMPACT[notice.impact])
    return found


def _component(
    fleet: Fleet, one: Component, now: float, days: tuple[Day, ...] | None, told: 'list[ComponentStatus] | tuple[()]'
) -> ShownComponent:
    members: MemberCounts = members_at(fleet, one, now)
    if days is None:
        row = fleet.find(Availability, one.id)
        days = row.days if row is not None else ()
    kept = last_days(days, now)
    status = component_status(members, by_share=one.kind is ComponentKind.LABEL)
    return ShownComponent(
        id=one.id,
        name=one.name,
        description=one.description,
        status=min((status, *told), key=WORST_FIRST.index),
        unit='device' if one.kind is ComponentKind.LABEL else 'tower',
        members=members.total if one.is_counted else None,
        up=members.up + members.degraded if one.is_counted else None,
        not_up=tuple(not_up(fleet, one)[:NAMED]) if one.is_named else (),
        maintained_until=maintained_until(fleet, one),
        days=tuple(kept),
        shares=shares(day for day in kept if day is not None),
    )


def _notice(notice: Notice, names: dict[str, str], now: float) -> ShownNotice:
    return ShownNotice(
        id=notice.id,
        kind=notice.kind,
        title=notice.title,
        impact=notice.impact,
        state=notice.state,
        is_open=notice.closed_at is None,
        is_under_way=notice.is_under_way(now),
        components=tuple(names[id] for id in notice.components if id in names),
        begins_at=notice.begins_at,
        ends_at=notice.ends_at,
        updates=tuple(ShownUpdate(at=one.at, state=one.state, text=one.text) for one in reversed(notice.updates)),
    )
