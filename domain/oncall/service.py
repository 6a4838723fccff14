"""Teams, rotations, policies, routes and contacts as people and programs set them up; the clock that goes on with calls."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.marks import marked_for, unmark_person
from domain.channels.model import BouncingAddress
from domain.common.errors import Conflict, NotAllowed
from domain.common.ids import new_id
from domain.common.text import folded, natural
from domain.common.versions import check_version, differences
from domain.journal.model import Subject
from domain.oncall.allowing import NewContactLimits, checked_limits, unreached
from domain.oncall.escalation import advance
from domain.oncall.events import ContactLimitsSaved, ContactSaved, OnCallRetired, OnCallSaved
from domain.oncall.input import (
    NewAlertRoute,
    NewContact,
    NewEscalationPolicy,
    NewRotation,
    NewTeam,
    checked_contact,
    checked_policy,
    checked_rotation,
    checked_route,
    checked_team,
)
from domain.oncall.limits import ContactLimits, limits_of
from domain.oncall.live import Escalations
from domain.oncall.matching import in_order
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, Rotation, TargetKind, Team
from domain.oncall.nobody import Unheard

MOST_ROWS = 500
"""Of one kind in one enterprise."""
Row = TypeVar('Row', Team, Rotation, EscalationPolicy, AlertRoute)
_FIELDS = {
    Team: ('name', 'members', 'editors', 'channels', 'least_severity'),
    Rotation: ('name', 'zone', 'layers', 'days_off', 'always'),
    EscalationPolicy: ('name', 'steps', 'repeat'),
    AlertRoute: ('name', 'position', 'conditions', 'policy', 'channels', 'teams', 'go_on', 'enabled'),
}


class OnCallService:
    """Those who answer alerts read it; administrators set it up."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def rows(self, actor: Actor, kind: type[Row]) -> list[Row]:
        """All of a kind: routes in their order, the others by name."""
        actor.require(Permission.CHANNELS_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        rows: list[Any] = in_order(fleet) if kind is AlertRoute else list(fleet[kind].values())
        return rows if kind is AlertRoute else sorted(rows, key=lambda row: (natural(row.name), row.id))

    def read(self, actor: Actor, kind: type[Row], id: str) -> Row:
        """One of them, or ``NotFound``."""
        actor.require(Permission.CHANNELS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(kind, id)

    def warnings(self, actor: Actor, rows: Iterable[object]) -> list[tuple[str, ...]]:
        """Of teams, policies and routes that were read, why each tells nobody, or a part of it; nothing for one that is in order."""
        unheard = Unheard(self._transactor.fleets.of(actor.enterprise), self._transactor.clock())
        return [unheard.warnings(row) for row in rows]

    async def save_team(self, actor: Actor, new: NewTeam, id: str = '', version: int = 0) -> Team:
        """Set up a team, or with an ``id`` change it; ``Stale`` unless ``version`` is the newest. So do those that follow.

        Its editors may change who is in it; who may edit it and what it is told stays with administrators."""
        return await self._save(
            actor, Team, id, version, lambda tx, row: checked_team(tx.fleet(actor.enterprise), new, row)
        )

    async def save_rotation(self, actor: Actor, new: NewRotation, id: str = '', version: int = 0) -> Rotation:
        """A rotation."""
        return await self._save(
            actor, Rotation, id, version, lambda tx, row: checked_rotation(tx.fleet(actor.enterprise), new, row)
        )

    async def save_policy(
        self, actor: Actor, new: NewEscalationPolicy, id: str = '', version: int = 0
    ) -> EscalationPolicy:
        """An escalation policy; what is being called goes on with its new steps."""
        return await self._save(
            actor, EscalationPolicy, id, version, lambda tx, _: checked_policy(tx.fleet(actor.enterprise), new)
        )

    async def save_route(self, actor: Actor, new: NewAlertRoute, id: str = '', version: int = 0) -> AlertRoute:
        """A route; alerts that are open stay where they are."""
        return await self._save(
            actor, AlertRoute, id, version, lambda tx, _: checked_route(tx.fleet(actor.enterprise), new)
        )

    async def retire(self, actor: Actor, kind: type[Row], id: str, version: int) -> None:
        """Remove it; ``Conflict`` while a policy or a route leads to it."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> None:
            row: Any = tx.need(kind, actor.enterprise, id)
            check_version(row.version, version)
            if used := _used_by(tx, row):
                raise Conflict(f'{used} leads to it; change that first')
            tx.put(replace(row, retired_at=tx.now, changed_at=tx.now, version=row.version + 1))
            tx.note(OnCallRetired(**tx.about(row, actor.name)))

        await self._transactor.transact(decide, actor=actor)

    def contact(self, actor: Actor, person: str) -> Contact:
        """How a person is reached; as nobody has chosen, empty."""
        if actor.id != person:
            actor.require(Permission.PEOPLE_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        fleet.need(Person, person)
        found = fleet.find(Contact, person)
        return found or Contact(id=person, enterprise=actor.enterprise, changed_at=0.0)

    def bouncing(self, actor: Actor, person: str) -> list[BouncingAddress]:
        """Addresses of a person from which mail came back lately."""
        if actor.id != person:
            actor.require(Permission.PEOPLE_READ)
        return marked_for(self._transactor.fleets.of(actor.enterprise), person, self._transactor.clock())

    async def forget_bounces(self, actor: Actor, person: str) -> Contact:
        """Mail to the addresses of a person arrives again, as that person or an administrator says."""
        if actor.id != person:
            actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> None:
            tx.need(Person, actor.enterprise, person)
            unmark_person(tx, actor.enterprise, person, actor.name)

        await self._transactor.transact(decide, actor=actor)
        return self.contact(actor, person)

    async def save_contact(self, actor: Actor, person: str, new: NewContact, version: int) -> Contact:
        """A person's own choice."""
        if actor.id != person:
            actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> Contact:
            named = tx.need(Person, actor.enterprise, person)
            checked = checked_contact(tx.fleet(actor.enterprise), new)
            before = tx.find(Contact, actor.enterprise, person)
            check_version(before.version if before is not None else 1, version)
            after = Contact(
                id=person,
                enterprise=actor.enterprise,
                ways=checked.ways,
                quiet=checked.quiet,
                zone=checked.zone,
                breaks=checked.breaks,
                report_every=checked.report_every,
                report_at=checked.report_at,
                report_set_at=_set_at(before, checked, tx.now),
                reported_at=before.reported_at if before is not None else None,
                changed_at=tx.now,
                version=version + 1,
            )
            tx.put(after)
            subject = Subject('person', person, named.name)
            tx.note(ContactSaved(at=tx.now, enterprise=actor.enterprise, subject=subject, by=actor.name))
            return after

        return await self._transactor.transact(decide, actor=actor)

    def limits(self, actor: Actor) -> ContactLimits:
        """What people may choose of how they are reached."""
        actor.require(Permission.CHANNELS_READ)
        return limits_of(self._transactor.fleets.of(actor.enterprise))

    def unreached(self, actor: Actor) -> list[Person]:
        """People who must have a way and have none that works, by name."""
        actor.require(Permission.CHANNELS_READ)
        return unreached(self._transactor.fleets.of(actor.enterprise))

    async def save_limits(self, actor: Actor, new: NewContactLimits, version: int) -> ContactLimits:
        """Set them. What people chose before stays, and is broken by what the limits say breaks it."""
        actor.require(Permission.CHANNELS_WRITE)
        checked_limits(new)

        def decide(tx: Transaction) -> ContactLimits:
            fleet = tx.fleet(actor.enterprise)
            before = tx.find(ContactLimits, actor.enterprise, actor.enterprise) or limits_of(fleet)
            check_version(before.version, version)
            names = ('breaks', 'longest_min', 'must_reach')
            after = replace(before, **{name: getattr(new, name) for name in names})
            if after == before:
                return before
            after = replace(after, changed_at=tx.now, by=actor.name, version=before.version + 1)
            tx.put(after)
            subject = Subject('enterprise', actor.enterprise, fleet.enterprise.name)
            changes = differences(before, after, names)
            tx.note(
                ContactLimitsSaved(
                    at=tx.now, enterprise=actor.enterprise, subject=subject, by=actor.name, changes=changes
                )
            )
            return after

        return await self._transactor.transact(decide, actor=actor)

    def escalations(self, actor: Actor, alert: str) -> list[Escalation]:
        """The calls for an alert that is open."""
        actor.require(Permission.CHANNELS_READ)
        rows = self._transactor.fleets.of(actor.enterprise).index(Escalations).of(alert)
        return sorted(rows, key=lambda one: one.id)

    async def go_on(self, enterprise: str) -> None:
        """Take the next step where nobody has answered in time; run by the clock."""
        fleet = self._transactor.fleets.of(enterprise)
        watch, now = self._transactor.fleets.watch, self._transactor.clock()
        due = [
            one.id
            for one in fleet.index(Escalations).calling()
            if watch.elapsed(one.stepped_at, until=now) >= one.wait_s
        ]
        for id in due:
            await self._transactor.transact(lambda tx, id=id: advance(tx, enterprise, id), enterprise)  # type: ignore[misc]

    async def _save(
        self, actor: Actor, kind: type[Row], id: str, version: int, checked: Callable[[Transaction, Row | None], Any]
    ) -> Row:
        actor.require(Permission.CHANNELS_READ)
        names = _FIELDS[kind]

        def decide(tx: Transaction) -> Row:
            before = tx.need(kind, actor.enterprise, id) if id else None
            is_editor = isinstance(before, Team) and actor.id in before.editors and actor.may(Permission.ALERTS_WRITE)
            if not is_editor:
                actor.require(Permission.CHANNELS_WRITE)
            if before is not None:
                check_version(before.version, version)
            new = checked(tx, before)
            others = [row for row in tx.all(kind, actor.enterprise) if row.retired_at is None and row.id != id]
            if any(folded(row.name) == folded(new.name) for row in others):
                raise Conflict('another one has this name', field='name')
            if before is None and len(others) >= MOST_ROWS:
                raise Conflict(f'there are {MOST_ROWS}; remove one first')
            said = {name: getattr(new, name) for name in names}
            made: Any = kind(id=new_id(), enterprise=actor.enterprise, created_at=tx.now, changed_at=tx.now, **said)
            after: Row = replace(before, **said) if before is not None else made
            if after == before:
                return after
            if not actor.may(Permission.CHANNELS_WRITE):
                _only_members(before, after)
            if before is not None:
                after = replace(after, changed_at=tx.now, version=before.version + 1)
            tx.put(after)
            changes = differences(before, after, names)
            tx.note(OnCallSaved(**tx.about(after, actor.name), created=before is None, changes=changes))
            return after

        return await self._transactor.transact(decide, actor=actor)


def _only_members(before: Any, after: Any) -> None:
    """Raise ``NotAllowed`` when more is changed than who is in a team."""
    if replace(before, members=after.members) != after:
        raise NotAllowed('an editor of a team may change who is in it; the rest needs channels:write')


def _used_by(tx: Transaction, row: Any) -> str:
    """The name of a policy or a route that leads to it."""
    kinds = {Team: TargetKind.TEAM, Rotation: TargetKind.ROTATION}
    for policy in tx.all(EscalationPolicy, row.enterprise):
        targets = [target for step in policy.steps for target in step.targets] if policy.retired_at is None else []
        if any(target.id == row.id and target.kind is kinds.get(type(row)) for target in targets):
            return policy.name
    for route in tx.all(AlertRoute, row.enterprise):
        if route.retired_at is None and row.id in (route.policy, *route.teams):
            return route.name
    return ''


def _set_at(before: Contact | None, new: NewContact, now: float) -> float | None:
    """When the report was chosen so: the one of an hour that was over by then is not sent."""
    is_same = before is not None and (before.report_every, before.report_at, before.zone) == (
        new.report_every,
        new.report_at,
        new.zone,
    )
    return before.report_set_at if before is not None and is_same else now
