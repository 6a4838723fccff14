"""Puts an incident together from the live picture, the archive of alerts, the journal and the log of messages."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence, Set
from dataclasses import replace
from typing import Protocol, TypeVar

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.alerts.archive import NEWEST_FIRST, AlertQuery, AlertStore, page_before
from domain.alerts.live import AlertTree
from domain.alerts.model import Alert
from domain.audit.model import AuditQuery, AuditStore
from domain.changes.history import past, told
from domain.changes.transactor import Transactor
from domain.channels.model import Attempt, Channel
from domain.common.errors import NotFound
from domain.fleet.fleet import Fleet
from domain.incidents.hurt import BEFORE_S, concerned, cuts_off, hurt_in
from domain.incidents.model import Branch, Incident, Report, SiteAvailability, Telling
from domain.incidents.report import report_of
from domain.incidents.search import root_of
from domain.journal.model import Recorded
from domain.maintenance.covering import covered
from domain.maintenance.events import MaintenanceBegun, MaintenanceEnded, MaintenanceExtended
from domain.maintenance.model import MaintenanceWindow
from domain.oncall.calling import called_through
from domain.oncall.live import Escalations
from domain.oncall.model import Escalation
from domain.policies.alerts import BROKEN
from domain.policies.violations import Violation
from domain.status_page.tower_days import TowerAvailabilityService, TowerHistory
from domain.towers.events import TowerCheckFailed
from domain.towers.model import Tower

Row = TypeVar('Row')
MOST_ALERTS, MOST_SUBJECTS, MOST_ENTRIES, MOST_ATTEMPTS = 500, 20, 300, 200
MOST_WINDOWS = 200
"""Maintenance windows, the newest, of which it is asked whether they were before an outage."""
WORKS_MOVED = (MaintenanceBegun, MaintenanceExtended, MaintenanceEnded)
WEEK_S = 6.5 * 86_400.0
"""A report of so long is that of a week, also of the one in which clocks are set ahead."""
MOST_SITES = 20
"""Towers of which it is told how available they were."""
MOST_BREAKING = 2000
"""Violations of a policy, the newest, of which it is asked whether they were while its alert was open."""
MOST_REPORTED = 2000
"""Alerts that are over, of one report; of more it says so."""


class IncidentStore(TowerHistory, AlertStore, AuditStore, Protocol):
    """The part of the store that is asked."""


class IncidentService:
    """Incidents, as a reader may see them."""

    def __init__(self, *, transactor: Transactor, store: IncidentStore) -> None:
        self._transactor = transactor
        self._store = store
        self._availability = TowerAvailabilityService(transactor=transactor, store=store)

    async def read(self, actor: Actor, alert_id: str) -> Incident:
        """That of an alert, open or cleared, or of the alert that explains it; ``NotFound``."""
        actor.require(Permission.ALERTS_READ)
        fleet, now = self._transactor.fleets.seen_by(actor), self._transactor.clock()
        root = await root_of(fleet, self._store, await self._need(fleet, alert_id))
        tree = [Branch(0, root), *[branch async for branch in self._beneath(fleet, root)]]
        alerts = [branch.alert for branch in tree]
        tree = [replace(one, devices=await self._devices(fleet, one.alert)) for one in tree]
        return Incident(
            root=root,
            tree=tuple(tree),
            hurt=tuple(hurt_in(fleet, ((one.alert, one.devices) for one in tree), now)),
            cuts_off=any(map(cuts_off, alerts)),
            before=tuple(await self._before(actor, fleet, alerts)),
            timeline=tuple(await self._timeline(fleet, alerts, now)),
            told=tuple(await self._told(actor, alerts)),
            now=now,
        )

    def now(self) -> float:
        """Epoch seconds."""
        return self._transactor.clock()

    async def report(self, actor: Actor, since: float) -> Report:
        """What began since then, and how it stands now."""
        actor.require(Permission.ALERTS_READ)
        fleet, now = self._transactor.fleets.seen_by(actor), self._transactor.clock()
        query = AlertQuery(since=since, roots=True)
        cleared, more = await page_before(fleet, self._store, query, is_open=False, before=None, limit=MOST_REPORTED)
        is_whole = more is None or cleared[-1].raised_at < since
        found = report_of(fleet, cleared, since, now, is_whole=is_whole)
        return replace(found, sites=await self._sites(actor, fleet, found)) if now - since >= WEEK_S else found

    async def _sites(self, actor: Actor, fleet: Fleet, found: Report) -> tuple[SiteAvailability, ...]:
        """Of the towers that failed and are still there; those that failed last where there are many."""
        failed = dict.fromkeys(one.object_id for one in reversed(found.outages) if one.object_id in fleet[Tower])
        sites = []
        for id in list(failed)[:MOST_SITES]:
            week = (await self._availability.of_tower(actor, id)).spans[0]
            if week.shares.with_maintenance is not None:
                sites.append(SiteAvailability(id=id, name=fleet[Tower][id].name, shares=week.shares))
        return tuple(sorted(sites, key=lambda one: (one.shares.with_maintenance, one.name)))

    async def _need(self, fleet: Fleet, alert_id: str) -> Alert:
        found = fleet[Alert].get(alert_id) or await self._store.get(Alert, fleet.enterprise.id, alert_id)
        if found is None or (seen := fleet.shown(found)) is None:
            raise NotFound.of(Alert, alert_id)
        return seen

    async def _beneath(self, fleet: Fleet, root: Alert) -> AsyncIterator[Branch]:
        ahead, seen = [(0, root.id)], {root.id}
        while ahead and len(seen) < MOST_ALERTS:
            depth, id = ahead.pop()
            ids = fleet.index(AlertTree).children(id)
            live = [alert for child in ids if (alert := fleet[Alert].get(child)) is not None]
            query = AlertQuery(under=id)
            over = await self._store.cleared_alerts(fleet.enterprise.id, query, NEWEST_FIRST, limit=MOST_ALERTS)
            shown = [alert for alert in map(fleet.shown, over) if alert is not None]
            for alert in sorted([*live, *shown], key=lambda one: (one.raised_at, one.id)):
                if alert.id not in seen:
                    seen.add(alert.id)
                    ahead.append((depth + 1, alert.id))
                    yield Branch(depth + 1, alert)

    async def _devices(self, fleet: Fleet, alert: Alert) -> frozenset[str]:
        """Those that it is about; of a broken policy those too that broke it meanwhile and keep it again."""
        found = set(concerned(fleet, alert))
        if BROKEN.is_of(alert):
            of = {'policy': alert.object_id}
            rows, _ = await past(fleet, self._store, Violation, equal=of, is_open=None, limit=MOST_BREAKING)
            until = alert.cleared_at if alert.cleared_at is not None else float('inf')
            found |= {
                one.device
                for one in rows
                if one.opened_at <= until and (one.cleared_at is None or one.cleared_at >= alert.raised_at)
            }
        return frozenset(found)

    async def _before(self, actor: Actor, fleet: Fleet, alerts: Sequence[Alert]) -> list[Recorded]:
        until = alerts[0].raised_at
        found: dict[int, Recorded] = {}
        if actor.may(Permission.AUDIT_READ):
            query = AuditQuery(since=until - BEFORE_S, until=until)
            done = await self._store.audit(actor.enterprise, query, limit=MOST_ENTRIES)
            by_people = (one for one in done if one.entry.actor and not one.entry.actor.startswith('system/'))
            found = {one.sequence: one for one in by_people if one.entry.alters}
        if actor.may(Permission.CHANNELS_READ):
            towers = {one.object_id for one in alerts if one.object_kind == 'tower'}
            found |= {one.sequence: one for one in await self._works_before(fleet, towers, until)}
        return [found[sequence] for sequence in sorted(found)]

    async def _works_before(self, fleet: Fleet, towers: Set[str], until: float) -> list[Recorded]:
        """Planned works on these towers that began or ended in the hour before, by a person or by the clock."""
        rows, _ = await past(
            fleet, self._store, MaintenanceWindow, equal={}, is_open=None, before=None, limit=MOST_WINDOWS
        )
        found: list[Recorded] = []
        for row in rows:
            if not _may_have_been(row, until) or towers.isdisjoint(covered(fleet, row)):
                continue
            said = await told(fleet, self._store, subject=('maintenance_window', row.id), limit=MOST_SUBJECTS)
            found += [
                one for one in said if isinstance(one.entry, WORKS_MOVED) and until - BEFORE_S <= one.entry.at < until
            ]
        return found

    async def _timeline(self, fleet: Fleet, alerts: Iterable[Alert], now: float) -> list[Recorded]:
        alerts = list(alerts)
        root = alerts[0]
        until = (root.cleared_at or now) + BEFORE_S
        subjects = list(dict.fromkeys((one.object_kind, one.object_id) for one in alerts))[:MOST_SUBJECTS]
        found: dict[int, Recorded] = {}
        ids = {one.id for one in alerts}
        for subject in subjects:
            for one in await told(fleet, self._store, subject=subject, limit=MOST_ENTRIES):
                is_soft = isinstance(one.entry, TowerCheckFailed)  # a check that is tried again; its failing is told
                # what is wrong with the enterprise as a whole has nothing in common but that
                is_other = subject[0] == 'enterprise' and getattr(one.entry, 'alert', root.id) not in ids
                if root.raised_at <= one.entry.at <= until and not is_soft and not is_other:
                    found[one.sequence] = one
        return [found[sequence] for sequence in sorted(found)]

    async def _told(self, actor: Actor, alerts: Iterable[Alert]) -> list[Telling]:
        if not actor.may(Permission.CHANNELS_READ):
            return []
        fleet, found = self._transactor.fleets.of(actor.enterprise), list[Telling]()
        for alert in alerts:
            if alert.told_at is not None:
                calls = {one.id: one for one in await self._of_alert(Escalation, alert)}
                calls |= {one.id: one for one in fleet.index(Escalations).of(alert.id)}
                found += [_telling(fleet, calls.values(), one) for one in await self._of_alert(Attempt, alert)]
        return sorted(found, key=lambda one: (one.attempt.at, one.attempt.id))

    async def _of_alert(self, kind: type[Row], alert: Alert) -> Sequence[Row]:
        return await self._store.history(
            kind, alert.enterprise, equal={'alert': alert.id}, is_open=None, before=None, limit=MOST_ATTEMPTS
        )


def _telling(fleet: Fleet, calls: Collection[Escalation], tried: Attempt) -> Telling:
    channel = fleet.find(Channel, tried.channel)
    person = fleet.find(Person, tried.recipient) if tried.recipient else None
    return Telling(
        attempt=tried,
        channel=channel.name if channel is not None else 'a removed channel',
        person=person.name if person is not None else 'a person who left' if tried.recipient else '',
        through=called_through(fleet, calls, tried),
    )


def _may_have_been(row: MaintenanceWindow, until: float) -> bool:
    """False for a window of one time that was over long before, or not begun: its journal need not be asked."""
    if row.begun is None or row.rule:
        return row.begun is not None
    over = row.until or max(row.begun + row.length_min * 60, row.changed_at)
    return row.begun <= until and over >= until - BEFORE_S
