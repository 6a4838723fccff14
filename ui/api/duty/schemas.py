"""Shifts, calls, and who would hear of an alert, in JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from domain.alerts.model import AlarmType
from domain.channels.model import Channel
from domain.common.severity import Severity
from domain.devices.model import Criticality
from domain.fleet.fleet import Fleet
from domain.oncall import model
from domain.oncall.calling import CallLine, CallState
from domain.oncall.forecast import ForecastLine, HeldBy, Hindrance
from domain.oncall.model import AlertRoute, EscalationPolicy, EscalationState
from domain.oncall.reaching import members
from domain.oncall.rota import Shift
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.schema import Schema
from ui.api.oncall.schemas import ALERT_ROUTE, ANN, BOB, ESCALATION_POLICY, ROTATION

_BEGIN, _END = '2026-12-01T19:00:00.000Z', '2026-12-02T07:00:00.000Z'
_CHANNEL = {'id': '01KAPXK1S4W7Y0A3C6E9G2J5MN', 'name': 'Mail'}
_ANN = {'id': ANN, 'name': 'Ann'}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOverride:
    """A shift that is taken; ``instead_of`` is the person who has it, or empty where it does not matter."""

    person: str
    starts_at: datetime
    ends_at: datetime
    instead_of: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SwappedShift:
    """A shift: who has it, from when to when."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwap:
    """Two people take one another's shifts."""

    one: SwappedShift
    other: SwappedShift


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTest:
    """An alert that is thought of, or an open one by its id. ``at`` is when; without it now."""

    alert_id: str = ''
    severity: Severity = Severity.MAJOR
    type: AlarmType = AlarmType.COMMUNICATIONS
    tower_id: str = ''
    labels: Mapping[str, str] = field(default_factory=dict)
    criticality: Criticality = Criticality.NORMAL
    at: datetime | None = None


NEW_OVERRIDE = Schema(NewOverride, {'person': BOB, 'starts_at': _BEGIN, 'ends_at': _END, 'instead_of': ANN})
NEW_SWAP = Schema(
    NewSwap,
    {
        'one': {'person': ANN, 'starts_at': _BEGIN, 'ends_at': _END},
        'other': {'person': BOB, 'starts_at': '2026-12-08T19:00:00.000Z', 'ends_at': '2026-12-09T07:00:00.000Z'},
    },
)
ROUTE_TEST = Schema(RouteTest, {'severity': 'major', 'tower_id': '01KAPX6B7HJ5M9S3T8X2Z4P1CE', 'at': _BEGIN})


class DutyShift(Struct, kw_only=True, frozen=True):
    """``person`` is on call from ``starts_at`` to ``ends_at``; null is a gap. ``source`` is the layer, or the id of the override."""

    starts_at: Time
    ends_at: Time
    person: Ref | None
    source: str
    is_override: bool


class OnCallNow(Struct, kw_only=True, frozen=True):
    """Who is on call in a rotation now, and the first gap of the next week."""

    rotation: Ref
    person: Ref | None
    until: Time
    next_gap: Time | None


class RotationFeed(Struct, kw_only=True, frozen=True):
    """The address of the calendar of a rotation, for calendar programs. It is a secret, and in this answer alone."""

    address: str


class HeardLine(Struct, kw_only=True, frozen=True):
    """At ``at`` this person, or this channel by itself, is told. With ``is_end`` nobody has answered, and nobody more is called."""

    at: Time
    route: Ref | None
    policy: Ref | None
    round: int
    step: int
    person: Ref | None
    channel: Ref | None
    is_end: bool


class HeldBack(Struct, kw_only=True, frozen=True):
    """What keeps people from hearing of an alert: whose it is, or the alert that explains it, and until when where that has an end."""

    by: HeldBy
    name: str
    until: Time | None


class RouteForecast(Struct, kw_only=True, frozen=True):
    """The routes that take the alert, and who hears of it while nobody acknowledges it. Without a route every channel says by itself. While
    it is ``held`` nobody hears of it."""

    routes: tuple[Ref, ...]
    lines: tuple[HeardLine, ...]
    held: HeldBack | None


class CalledLine(Struct, kw_only=True, frozen=True):
    """That a step tells a person, or a channel: what came of it, and what the other side said last."""

    at: Time
    round: int
    step: int
    person: Ref | None
    channel: Ref | None
    state: CallState
    said: str


class AlertCall(Struct, kw_only=True, frozen=True):
    """How an alert stands with an escalation policy."""

    id: str
    policy: Ref
    state: EscalationState
    started_at: Time
    answered_by: str
    unanswered_at: Time | None
    called: tuple[CalledLine, ...]
    next: tuple[CalledLine, ...]
    """Who is called by the next step, unless it is acknowledged before."""


SHIFT = Schema(
    DutyShift, {'starts_at': _BEGIN, 'ends_at': _END, 'person': _ANN, 'source': 'Nights', 'is_override': False}
)
ON_CALL_NOW = Schema(
    OnCallNow,
    {'rotation': {'id': ROTATION.example['id'], 'name': 'Night desk'}, 'person': _ANN, 'until': _END, 'next_gap': None},
)
ROTATION_FEED = Schema(
    RotationFeed, {'address': 'https://cells.example.com/calendars/01KAPX3F9RX5F7S0U2Z4V6J8PR.ics?key=cwf_9mX'}
)
_ROUTE = {'id': ALERT_ROUTE.example['id'], 'name': 'Outages in the west'}
_POLICY = {'id': ESCALATION_POLICY.example['id'], 'name': 'Nights'}
ROUTE_FORECAST = Schema(
    RouteForecast,
    {
        'routes': [_ROUTE],
        'lines': [
            {
                'at': _BEGIN,
                'route': _ROUTE,
                'policy': _POLICY,
                'round': 1,
                'step': 1,
                'person': _ANN,
                'channel': _CHANNEL,
                'is_end': False,
            }
        ],
        'held': {'by': 'acknowledged', 'name': 'Bob', 'until': '2026-12-01T23:00:00.000Z'},
    },
)
ALERT_CALL = Schema(
    AlertCall,
    {
        'id': '01KAPX4H1SZ7H9U2W4B6X8L0QV',
        'policy': _POLICY,
        'state': 'answered',
        'started_at': _BEGIN,
        'answered_by': 'Ann',
        'unanswered_at': None,
        'called': [
            {
                'at': _BEGIN,
                'round': 1,
                'step': 1,
                'person': _ANN,
                'channel': _CHANNEL,
                'state': 'delivered',
                'said': '250 queued',
            }
        ],
        'next': [],
    },
)


def person_ref(fleet: Fleet, id: str) -> Ref | None:
    """A person by name; none for an empty id."""
    found = members(fleet).get(id)
    return Ref(id, found.name if found is not None else None) if id else None


def _ref(fleet: Fleet, kind: type[Channel] | type[AlertRoute] | type[EscalationPolicy], id: str) -> Ref | None:
    row = fleet.find(kind, id)
    return Ref(id, row.name if row is not None else None) if id else None


def duty_shift(fleet: Fleet, one: Shift) -> DutyShift:
    """A shift, or a gap."""
    return DutyShift(
        starts_at=time_text(one.starts_at),
        ends_at=time_text(one.ends_at),
        person=person_ref(fleet, one.person),
        source=one.source,
        is_override=one.is_override,
    )


def route_forecast(
    fleet: Fleet, routes: list[AlertRoute], lines: list[ForecastLine], held: Hindrance | None
) -> RouteForecast:
    """Who would hear of an alert."""
    shown = [
        HeardLine(
            at=time_text(line.at),
            route=_ref(fleet, AlertRoute, line.route),
            policy=_ref(fleet, EscalationPolicy, line.policy),
            round=line.round,
            step=line.step,
            person=person_ref(fleet, line.recipient),
            channel=_ref(fleet, Channel, line.channel),
            is_end=line.is_end,
        )
        for line in lines
    ]
    back = HeldBack(by=held.by, name=held.name, until=maybe_time(held.until)) if held is not None else None
    return RouteForecast(routes=tuple(Ref(one.id, one.name) for one in routes), lines=tuple(shown), held=back)


def alert_call(fleet: Fleet, one: model.Escalation, lines: list[CallLine]) -> AlertCall:
    """How an alert stands with a policy; ``lines`` are those of this policy."""
    called = [(line.is_ahead, _called(fleet, line)) for line in lines if line.step]
    return AlertCall(
        id=one.id,
        policy=_ref(fleet, EscalationPolicy, one.policy) or Ref(one.policy, None),
        state=one.state,
        started_at=time_text(one.started_at),
        answered_by=one.answered_by,
        unanswered_at=maybe_time(one.unanswered_at),
        called=tuple(line for is_ahead, line in called if not is_ahead),
        next=tuple(line for is_ahead, line in called if is_ahead),
    )


def _called(fleet: Fleet, line: CallLine) -> CalledLine:
    return CalledLine(
        at=time_text(line.at),
        round=line.round,
        step=line.step,
        person=person_ref(fleet, line.recipient),
        channel=_ref(fleet, Channel, line.channel),
        state=line.state,
        said=line.said,
    )
