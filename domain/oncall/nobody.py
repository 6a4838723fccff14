"""Whom a team, a policy or a route would tell: where that is nobody at all, the words that say why.

A gap of a rotation is not meant here, which passes (:mod:`domain.oncall.duty` looks for those): what is meant stays so until a person
changes it."""

from collections.abc import Iterator

from domain.channels.falling import sending
from domain.channels.kinds import KINDS
from domain.channels.model import Channel
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.oncall.model import AlertRoute, CallTarget, EscalationPolicy, Rotation, TargetKind, Team
from domain.oncall.reaching import known_of, members, ways_of


def warnings(fleet: Fleet, row: object, now: float) -> tuple[str, ...]:
    """Why a team, a policy or a route tells nobody, or a part of it; nothing for one that is in order."""
    if isinstance(row, Team):
        return (f'{why[0].upper()}{why[1:]}: nobody is called',) if (why := _of_team(fleet, row)) else ()
    if isinstance(row, EscalationPolicy):
        return tuple(_of_steps(fleet, row, now))
    if isinstance(row, AlertRoute):
        return of_route(fleet, row, now)[1]
    return ()


def of_route(fleet: Fleet, route: AlertRoute, now: float) -> tuple[Severity | None, tuple[str, ...]]:
    """How bad it is, and why: major where nobody at all is told of what the route takes, minor where a part of it tells nobody."""
    words = [
        f'Channel {_name(fleet, id)} tells nobody: it is off or gone' for id in route.channels if not _is_on(fleet, id)
    ]
    teams = [fleet.find(Team, id) for id in route.teams]
    words += [
        f'Team {team.name if team is not None else "that was removed"} tells nobody: it has no channel that is on'
        for team in teams
        if not _channels(fleet, team)
    ]
    policy = fleet.find(EscalationPolicy, route.policy)
    idle = list(_of_steps(fleet, policy, now)) if policy is not None else []
    words += [f'{policy.name if policy is not None else ""}: {line}' for line in idle]
    if route.policy and policy is None:
        words.append('Its policy was removed')
    parts = len(route.channels) + len(route.teams) + (len(policy.steps) if policy is not None else 0)
    if not words:
        return None, ()
    is_whole = len(words) >= parts
    return Severity.MAJOR if is_whole else Severity.MINOR, tuple(words)


def _of_steps(fleet: Fleet, policy: EscalationPolicy, now: float) -> Iterator[str]:
    for number, step in enumerate(policy.steps, 1):
        reasons = [_of_target(fleet, target, now) for target in step.targets]
        if all(reasons):
            yield f'Step {number} tells nobody: {", ".join(reasons)}'


def _of_target(fleet: Fleet, target: CallTarget, now: float) -> str:
    """Why it stands for nobody; empty where it stands for a person who is reached, or for a channel that is on."""
    if target.kind is TargetKind.CHANNEL:
        return '' if _is_on(fleet, target.id) else f'channel {_name(fleet, target.id)} is off or gone'
    if target.kind is TargetKind.TEAM:
        team = fleet.find(Team, target.id)
        return _of_team(fleet, team) if team is not None else 'a team that was removed'
    if target.kind is TargetKind.ROTATION:
        rotation = fleet.find(Rotation, target.id)
        return _of_rotation(fleet, rotation, now) if rotation is not None else 'a rotation that was removed'
    person = members(fleet).get(target.id)
    if person is None:
        return 'a person who left'
    return '' if ways_of(fleet, person.id) else f'{person.name} has no way to be reached'


def _of_team(fleet: Fleet, team: Team) -> str:
    if _channels(fleet, team):
        return ''
    present = [id for id in team.members if id in members(fleet)]
    if not present:
        return f'team {team.name} has nobody in it'
    return '' if any(ways_of(fleet, id) for id in present) else f'nobody of team {team.name} has a way to be reached'


def _of_rotation(fleet: Fleet, rotation: Rotation, now: float) -> str:
    """One whose people have all left calls nobody, whatever its hours."""
    known = known_of(fleet, rotation)
    people = {person for layer in rotation.layers for person in layer.people}
    people |= {one.person for one in rotation.overrides if one.ends_at > now}
    people |= {shift.person for shift in known.shifts if shift.ends_at > now}
    present = people - known.away
    if not present:
        return f'rotation {rotation.name} has nobody in it'
    return (
        ''
        if any(ways_of(fleet, id) for id in present)
        else f'nobody of rotation {rotation.name} has a way to be reached'
    )


def _channels(fleet: Fleet, team: Team | None) -> list[str]:
    return [id for id in team.channels if _is_on(fleet, id)] if team is not None else []


def _is_on(fleet: Fleet, channel: str) -> bool:
    told = sending(fleet.find(Channel, channel), fleet[Channel].get)
    return told is not None and KINDS[told.kind].tells and not KINDS[told.kind].people_only


def _name(fleet: Fleet, channel: str) -> str:
    row = fleet.find(Channel, channel)
    return row.name if row is not None else 'that was removed'
