"""Whom a team, a policy or a route would tell: where that is nobody at all, the words that say why.

A gap of a rotation is not meant here, which passes (:mod:`domain.oncall.duty` looks for those): what is meant stays so until a person
changes it."""

from collections.abc import Iterable, Iterator

from domain.channels.falling import sending
from domain.channels.kinds import KINDS
from domain.channels.model import Channel
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.oncall.model import AlertRoute, CallTarget, EscalationPolicy, Rotation, TargetKind, Team
from domain.oncall.reaching import known_of, members, ways_of


class Unheard:
    """Looks at several rows at one moment: what is found of a person, a team or a rotation is asked once."""

    def __init__(self, fleet: Fleet, now: float) -> None:
        self._fleet, self._now = fleet, now
        self._people = members(fleet)
        self._reached: dict[str, bool] = {}
        self._targets: dict[CallTarget, str] = {}

    def warnings(self, row: object) -> tuple[str, ...]:
        """Why a team, a policy or a route tells nobody, or a part of it; nothing for one that is in order."""
        if isinstance(row, Team):
            return (f'{why[0].upper()}{why[1:]}: nobody is called',) if (why := self._of_team(row)) else ()
        if isinstance(row, EscalationPolicy):
            return tuple(self._of_steps(row))
        return self.of_route(row)[1] if isinstance(row, AlertRoute) else ()

    def of_route(self, route: AlertRoute) -> tuple[Severity | None, tuple[str, ...]]:
        """How bad it is, and why: major where nobody at all is told of what the route takes, minor where a part of it tells nobody."""
        policy = self._fleet.find(EscalationPolicy, route.policy)
        words = [
            *(
                f'Channel {self._name(id)} tells nobody: it is off or gone'
                for id in route.channels
                if not self._is_on(id)
            ),
            *self._of_teams(route.teams),
            *((f'{policy.name}: {line}' for line in self._of_steps(policy)) if policy is not None else ()),
        ]
        if not words:
            return None, ()
        parts = len(route.channels) + len(route.teams) + (len(policy.steps) if policy is not None else 0)
        return Severity.MAJOR if len(words) >= parts else Severity.MINOR, tuple(words)

    def _of_teams(self, ids: Iterable[str]) -> Iterator[str]:
        """A route tells the channels of a team, not its people."""
        for team in (self._fleet.find(Team, id) for id in ids):
            if team is None or not self._has_channel(team):
                name = team.name if team is not None else 'that was removed'
                yield f'Team {name} tells nobody: it has no channel that is on'

    def _of_steps(self, policy: EscalationPolicy) -> Iterator[str]:
        for number, step in enumerate(policy.steps, 1):
            reasons = [self._of_target(target) for target in step.targets]
            if all(reasons):
                yield f'Step {number} tells nobody: {", ".join(reasons)}'

    def _of_target(self, target: CallTarget) -> str:
        """Why it stands for nobody; empty where it stands for a person who is reached, or for a channel that is on."""
        if target not in self._targets:
            self._targets[target] = self._asked(target)
        return self._targets[target]

    def _asked(self, target: CallTarget) -> str:
        if target.kind is TargetKind.CHANNEL:
            return '' if self._is_on(target.id) else f'channel {self._name(target.id)} is off or gone'
        if target.kind is TargetKind.TEAM:
            team = self._fleet.find(Team, target.id)
            return self._of_team(team) if team is not None else 'a team that was removed'
        if target.kind is TargetKind.ROTATION:
            rotation = self._fleet.find(Rotation, target.id)
            return self._of_rotation(rotation) if rotation is not None else 'a rotation that was removed'
        person = self._people.get(target.id)
        if person is None:
            return 'a person who left'
        return '' if self._is_reached(person.id) else f'{person.name} has no way to be reached'

    def _of_team(self, team: Team) -> str:
        return '' if self._has_channel(team) else self._of_people(team.members, f'team {team.name}')

    def _of_rotation(self, rotation: Rotation) -> str:
        """One whose people have all left calls nobody, whatever its hours."""
        known = known_of(self._fleet, rotation)
        people = {person for layer in rotation.layers for person in layer.people}
        people |= {one.person for one in rotation.overrides if one.ends_at > self._now}
        people |= {shift.person for shift in known.shifts if shift.ends_at > self._now}
        return self._of_people(people, f'rotation {rotation.name}')

    def _of_people(self, ids: Iterable[str], what: str) -> str:
        present = [id for id in ids if id in self._people]
        if not present:
            return f'{what} has nobody in it'
        return '' if any(map(self._is_reached, present)) else f'nobody of {what} has a way to be reached'

    def _is_reached(self, person: str) -> bool:
        if person not in self._reached:
            self._reached[person] = bool(ways_of(self._fleet, person))
        return self._reached[person]

    def _has_channel(self, team: Team) -> bool:
        return any(map(self._is_on, team.channels))

    def _is_on(self, channel: str) -> bool:
        told = sending(self._fleet.find(Channel, channel), self._fleet[Channel].get)
        return told is not None and KINDS[told.kind].tells and not KINDS[told.kind].people_only

    def _name(self, channel: str) -> str:
        row = self._fleet.find(Channel, channel)
        return row.name if row is not None else 'that was removed'
