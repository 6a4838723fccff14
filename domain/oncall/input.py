"""What is typed or sent of teams, rotations, policies, routes and contacts, checked field by field."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from domain.channels.kinds import KINDS
from domain.channels.model import Channel
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import clean_labels, clean_line
from domain.desks.input import zones
from domain.fleet.fleet import Fleet
from domain.oncall.allowing import check_quiet
from domain.oncall.limits import limits_of
from domain.oncall.model import (
    REPORT_AT,
    CallTarget,
    Conditions,
    ContactWay,
    DayOff,
    EscalationPolicy,
    EscalationStep,
    Hours,
    Layer,
    ReportEvery,
    Rotation,
    TargetKind,
    Team,
)
from domain.oncall.reaching import members, telling_channels
from domain.towers.model import Tower

MOST_MEMBERS, MOST_LAYERS, MOST_HOURS, MOST_DAYS_OFF = 100, 20, 21, 2000
MOST_STEPS, MOST_TARGETS, MOST_REPEATS, MOST_WAIT_MIN = 20, 20, 9, 24 * 60
MOST_WAYS, MOST_LATER_MIN = 5, 60
LEAST_BREAKING = Severity.MAJOR
"""What quiet hours do not hold back as long as nothing else is chosen."""
T = TypeVar('T')
_CLOCK = re.compile(r'([01]\d|2[0-3]):[0-5]\d')


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTeam:
    """A team; ``members`` and ``editors`` are ids of people, ``channels`` those of channels."""

    name: str
    members: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    least_severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRotation:
    """A rotation. Overrides are entered by themselves."""

    name: str
    zone: str
    layers: tuple[Layer, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    always: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEscalationPolicy:
    """An escalation policy."""

    name: str
    steps: tuple[EscalationStep, ...]
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlertRoute:
    """A route: what it takes, and where that goes."""

    name: str
    position: int = 0
    conditions: Conditions = field(default_factory=Conditions)
    policy: str = ''
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    go_on: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """How a person is reached; without ``ways`` by mail to their address."""

    ways: tuple[ContactWay, ...] = ()
    quiet: tuple[Hours, ...] = ()
    zone: str = 'UTC'
    breaks: Severity = LEAST_BREAKING
    report_every: ReportEvery = ReportEvery.NEVER
    report_at: str = REPORT_AT


def checked_team(fleet: Fleet, new: NewTeam, former: Team | None = None) -> NewTeam:
    """Raises ``Invalid`` naming the field, as those that follow. Who left the enterprise may stay in it: nobody of them is called."""
    _few(new.members, MOST_MEMBERS, 'members')
    _people(fleet, new.members, 'members', former.members if former is not None else ())
    _few(new.editors, MOST_MEMBERS, 'editors')
    _people(fleet, new.editors, 'editors', former.editors if former is not None else ())
    _few(new.channels, MOST_TARGETS, 'channels')
    _all_there(new.channels, lambda id: fleet.find(Channel, id) is not None, 'channel', 'channels')
    if new.least_severity is Severity.CLEARED:
        raise Invalid('must be a severity that an alert can have', field='least_severity')
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        members=tuple(dict.fromkeys(new.members)),
        editors=tuple(dict.fromkeys(new.editors)),
        channels=tuple(dict.fromkeys(new.channels)),
    )


def checked_rotation(fleet: Fleet, new: NewRotation, known: Rotation | None) -> NewRotation:
    """People who left may stay in a layer in which they are already: their turns are skipped."""
    _zone(new.zone, 'zone')
    _few(new.layers, MOST_LAYERS, 'layers')
    _few(new.days_off, MOST_DAYS_OFF, 'days_off')
    former = {person for layer in known.layers for person in layer.people} if known is not None else set()
    layers = tuple(_layer(fleet, one, f'layers.{at}', former) for at, one in enumerate(new.layers))
    for at, one in enumerate(new.days_off):
        _day(one.day, f'days_off.{at}.day')
        clean_line(one.name, f'days_off.{at}.name', least=0)
        if one.person:
            _people(
                fleet, [one.person], f'days_off.{at}.person', {one.person for one in known.days_off} if known else ()
            )
    return replace(new, name=clean_line(new.name, 'name'), layers=layers)


def _layer(fleet: Fleet, layer: Layer, place: str, former: set[str]) -> Layer:
    _zone(layer.zone, f'{place}.zone')
    _day(layer.starts_on, f'{place}.starts_on')
    _clock(layer.handover, f'{place}.handover')
    if not layer.people:
        raise Invalid('name the people who take turns', field=f'{place}.people')
    _few(layer.people, MOST_MEMBERS, f'{place}.people')
    _people(fleet, layer.people, f'{place}.people', former)
    if not 1 <= layer.turn_days <= 366:
        raise Invalid('must be 1 to 366 days', field=f'{place}.turn_days')
    return replace(
        layer, name=clean_line(layer.name, f'{place}.name'), hours=checked_hours(layer.hours, f'{place}.hours')
    )


def checked_policy(fleet: Fleet, new: NewEscalationPolicy) -> NewEscalationPolicy:
    """At least one step, each with a target that is there."""
    if not new.steps:
        raise Invalid('say who is told first', field='steps')
    _few(new.steps, MOST_STEPS, 'steps')
    if not 0 <= new.repeat <= MOST_REPEATS:
        raise Invalid(f'must be 0 to {MOST_REPEATS}', field='repeat')
    for at, step in enumerate(new.steps):
        if not 1 <= step.wait_min <= MOST_WAIT_MIN:
            raise Invalid(f'must be 1 to {MOST_WAIT_MIN} minutes', field=f'steps.{at}.wait_min')
        if not step.targets:
            raise Invalid('say who is told', field=f'steps.{at}.targets')
        _few(step.targets, MOST_TARGETS, f'steps.{at}.targets')
        for nth, target in enumerate(step.targets):
            if not is_target(fleet, target):
                raise Invalid(f'there is no such {target.kind}', field=f'steps.{at}.targets.{nth}.id')
    return replace(new, name=clean_line(new.name, 'name'))


def is_target(fleet: Fleet, target: CallTarget) -> bool:
    """True for one that is there."""
    if target.kind is TargetKind.PERSON:
        return target.id in members(fleet)
    if target.kind is TargetKind.CHANNEL:
        return target.id in telling_channels(fleet)
    kind = {TargetKind.TEAM: Team, TargetKind.ROTATION: Rotation}[target.kind]
    return fleet.find(kind, target.id) is not None


def checked_route(fleet: Fleet, new: NewAlertRoute) -> NewAlertRoute:
    """It leads to a policy or a channel, or to nobody on purpose."""
    if not 0 <= new.position <= 100_000:
        raise Invalid('must be 0 to 100000', field='position')
    if new.policy and fleet.find(EscalationPolicy, new.policy) is None:
        raise Invalid('there is no such escalation policy', field='policy')
    _all_there(new.channels, telling_channels(fleet).__contains__, 'channel', 'channels')
    _all_there(new.teams, lambda id: fleet.find(Team, id) is not None, 'team', 'teams')
    if not new.policy and not new.channels and not new.teams:
        raise Invalid('say an escalation policy, a channel or a team', field='policy')
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        conditions=checked_conditions(fleet, new.conditions),
        channels=tuple(dict.fromkeys(new.channels)),
        teams=tuple(dict.fromkeys(new.teams)),
    )


def checked_conditions(fleet: Fleet, when: Conditions) -> Conditions:
    """Which alerts are meant, of a route or a silence."""
    if when.severity is Severity.CLEARED:
        raise Invalid('must be a severity that an alert can have', field='conditions.severity')
    _zone(when.zone, 'conditions.zone')
    _all_there(when.towers, lambda id: fleet.find(Tower, id) is not None, 'tower', 'conditions.towers')
    regions = tuple(clean_line(one, 'conditions.regions') for one in _few(when.regions, 100, 'conditions.regions'))
    operators = tuple(
        clean_line(one, 'conditions.operators') for one in _few(when.operators, 100, 'conditions.operators')
    )
    return replace(
        when,
        labels=clean_labels(when.labels, 'conditions.labels'),
        regions=regions,
        operators=operators,
        hours=checked_hours(when.hours, 'conditions.hours'),
    )


def checked_contact(fleet: Fleet, new: NewContact) -> NewContact:
    """Within the limits of the enterprise (:mod:`domain.oncall.limits`)."""
    _few(new.ways, MOST_WAYS, 'ways')
    ways = []
    for at, way in enumerate(new.ways):
        channel = fleet.find(Channel, way.channel)
        if channel is None:
            raise Invalid('there is no such channel', field=f'ways.{at}.channel')
        if not 0 <= way.after_min <= MOST_LATER_MIN:
            raise Invalid(f'must be 0 to {MOST_LATER_MIN} minutes', field=f'ways.{at}.after_min')
        kind = KINDS[channel.kind]
        if not kind.tells:
            raise Invalid('nothing is told on an outside check', field=f'ways.{at}.channel')
        place = f'ways.{at}.address'
        address = ''
        if kind.personal:
            address = next(one for one in kind.fields if one.name == kind.personal).checked(way.address, place)
        elif way.address:
            raise Invalid(f'a channel of the kind {kind.label} has no addresses of people', field=place)
        ways.append(replace(way, address=address))
    if ways and min(way.after_min for way in ways) > 0:
        raise Invalid('one way must be tried at once', field='ways.0.after_min')
    _zone(new.zone, 'zone')
    _clock(new.report_at, 'report_at')
    quiet = checked_hours(new.quiet, 'quiet')
    check_quiet(limits_of(fleet), quiet, new.breaks)
    return replace(new, ways=tuple(ways), quiet=quiet)


def checked_hours(hours: tuple[Hours, ...], place: str) -> tuple[Hours, ...]:
    """Times of day and days of the week."""
    _few(hours, MOST_HOURS, place)
    for at, one in enumerate(hours):
        _clock(one.begins, f'{place}.{at}.begins')
        _clock(one.ends, f'{place}.{at}.ends')
        if not one.days or any(not 1 <= day <= 7 for day in one.days):
            raise Invalid('must be days of the week, 1 (Monday) to 7', field=f'{place}.{at}.days')
    return tuple(replace(one, days=tuple(sorted(set(one.days)))) for one in hours)


def _few(values: Sequence[T], most: int, place: str) -> Sequence[T]:
    if len(values) > most:
        raise Invalid(f'at most {most}, got {len(values)}', field=place)
    return values


def _people(fleet: Fleet, ids: Iterable[str], place: str, former: Iterable[str] = ()) -> None:
    known = {*members(fleet), *former}
    _all_there(tuple(ids), known.__contains__, 'person', place)


def _all_there(ids: tuple[str, ...], is_there: Callable[[str], bool], what: str, place: str) -> None:
    for id in _few(ids, 1000, place):
        if not is_there(id):
            raise Invalid(f'there is no {what} {id[:64]!r}', field=place)


def _zone(name: str, place: str) -> None:
    if name not in zones():
        raise Invalid('must be UTC or a time zone such as Europe/Amsterdam', field=place)


def _clock(text: str, place: str) -> None:
    if not _CLOCK.fullmatch(text):
        raise Invalid('must be a time of day such as 08:00', field=place)


def _day(text: str, place: str) -> None:
    try:
        is_day = date.fromisoformat(text).isoformat() == text and 1990 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        is_day = False
    if not is_day:
        raise Invalid('must be a day such as 2026-11-30', field=place)
