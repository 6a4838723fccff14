"""Routes, policies and moments in words."""

from datetime import UTC, datetime

from domain.channels.model import Channel
from domain.common.severity import RANK
from domain.fleet.fleet import Fleet
from domain.oncall.model import AlertRoute, CallTarget, Conditions, EscalationPolicy, Hours, Rotation, TargetKind, Team
from domain.oncall.reaching import members
from domain.towers.model import Tower
from ui.design import look
from ui.topics.alerts.row import TYPES

_DAYS = ('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')
WHOLE_WEEK = 7


def moment(at: float) -> str:
    """RFC 3339 to the minute, which the page shows in its own zone."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:00Z}'


def target_words(fleet: Fleet, target: CallTarget) -> str:
    """The name of a target; of one that is gone, that it is."""
    kinds: dict[TargetKind, type[Team] | type[Rotation] | type[Channel]] = {
        TargetKind.TEAM: Team,
        TargetKind.ROTATION: Rotation,
        TargetKind.CHANNEL: Channel,
    }
    if target.kind is TargetKind.PERSON:
        person = members(fleet).get(target.id)
        return person.name if person is not None else 'a person who left'
    row = fleet.find(kinds[target.kind], target.id)
    if row is None:
        return f'a {target.kind} that was removed'
    return f'who is on call in {row.name}' if target.kind is TargetKind.ROTATION else row.name


def steps_words(fleet: Fleet, policy: EscalationPolicy) -> list[str]:
    """A line for each step, and what follows the last."""
    found, minute = [], 0
    for step in policy.steps:
        names = ', '.join(target_words(fleet, target) for target in step.targets)
        found.append(f'{"At once" if not minute else f"After {minute} min"}: {names}')
        minute += step.wait_min
    times = policy.repeat
    again = f'again from the beginning, {times} more time{"s" if times > 1 else ""}, then ' if times else ''
    return [*found, f'After {minute} min: {again}nobody has answered']


def takes_words(fleet: Fleet, when: Conditions) -> str:
    """Which alerts are meant."""
    parts = []
    if when.severity is not None:
        word = look('severity', when.severity.value).word
        parts.append(f'{word} and worse' if RANK[when.severity] else word)
    types = tuple(TYPES[one] for one in when.types)
    parts += [', '.join(part) for part in (types, when.regions, when.operators) if part]
    towers = [row.name for id in when.towers if (row := fleet.find(Tower, id)) is not None]
    if when.towers:
        parts.append(', '.join(towers) or 'a tower that was retired')
    parts += [f'{key}={value}' for key, value in when.labels.items()]
    if when.criticality is not None:
        parts.append(f'devices of {when.criticality} criticality and more')
    if when.hours:
        parts.append(f'{"; ".join(hours_words(one) for one in when.hours)} ({when.zone})')
    return ' · '.join(parts) or 'Every alert'


def conditions_words(fleet: Fleet, route: AlertRoute) -> tuple[str, str]:
    """What a route takes, and where that goes."""
    policy = fleet.find(EscalationPolicy, route.policy)
    names = [policy.name] if policy is not None else []
    names += [one.name for id in route.channels if (one := fleet.find(Channel, id)) is not None]
    names += [team.name for id in route.teams if (team := fleet.find(Team, id)) is not None]
    leads = f'to {", ".join(names) or "nobody"}' + (', and on to the next route' if route.go_on else '')
    return takes_words(fleet, route.conditions), leads


def hours_words(hours: Hours) -> str:
    """``Mon, Tue 08:00–20:00``."""
    days = '' if len(hours.days) == WHOLE_WEEK else ', '.join(_DAYS[day - 1] for day in hours.days) + ' '
    return f'{days}{hours.begins}–{hours.ends}'
