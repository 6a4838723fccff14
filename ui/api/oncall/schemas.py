"""Teams, rotations, escalation policies and routes in JSON. What a program may edit is spelled as in the body that creates it."""

from typing import Any, TypeVar

from msgspec import Struct

from domain.common.severity import Severity
from domain.oncall import model
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy, NewRotation, NewTeam
from domain.oncall.model import Conditions, DayOff, EscalationStep, Layer
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema

S = TypeVar('S', bound=Struct)
ANN, BOB = '01KAPX2D8QW4E6R9T1Y3U5I7OP', '01KAPX2D8QW4E6R9T1Y3U5I7OQ'
_TIMES = {'created_at': '2026-11-20T08:00:00.000Z', 'changed_at': '2026-11-20T08:00:00.000Z', 'version': 1}
_HOURS = {'begins': '20:00', 'ends': '08:00', 'days': [1, 2, 3, 4, 5, 6, 7]}

NEW_TEAM = Schema(
    NewTeam,
    {'name': 'Radio', 'members': [ANN, BOB], 'editors': [ANN], 'channels': [], 'least_severity': 'warning'},
)
NEW_ROTATION = Schema(
    NewRotation,
    {
        'name': 'Night desk',
        'zone': 'Europe/Amsterdam',
        'layers': [
            {
                'name': 'Nights',
                'people': [ANN, BOB],
                'zone': 'Europe/Amsterdam',
                'starts_on': '2026-11-30',
                'handover': '20:00',
                'turn_days': 7,
                'hours': [_HOURS],
                'on_holidays': True,
            }
        ],
        'days_off': [{'day': '2026-12-25', 'person': '', 'name': 'Christmas'}],
        'always': True,
    },
)
NEW_ESCALATION_POLICY = Schema(
    NewEscalationPolicy,
    {
        'name': 'Nights',
        'steps': [{'targets': [{'kind': 'rotation', 'id': '01KAPX3F9RX5F7S0U2Z4V6J8PR'}], 'wait_min': 5}],
        'repeat': 1,
    },
)
NEW_ALERT_ROUTE = Schema(
    NewAlertRoute,
    {
        'name': 'Outages in the west',
        'position': 10,
        'conditions': {
            'severity': 'major',
            'types': [],
            'labels': {'site': 'west'},
            'criticality': None,
            'regions': ['West'],
            'operators': [],
            'towers': [],
            'hours': [_HOURS],
            'zone': 'Europe/Amsterdam',
        },
        'policy': '01KAPX3F9RX5F7S0U2Z4V6J8PS',
        'channels': [],
        'teams': [],
        'go_on': False,
        'enabled': True,
    },
)


class Team(Struct, kw_only=True, frozen=True):
    """People who are called together. ``warnings`` say that it tells nobody, and why."""

    id: str
    name: str
    members: tuple[str, ...]
    editors: tuple[str, ...]
    channels: tuple[str, ...]
    least_severity: Severity
    warnings: tuple[str, ...]
    created_at: Time
    changed_at: Time
    version: int


class TakenShift(Struct, kw_only=True, frozen=True):
    """An override: ``person`` is on call then, with ``instead_of`` only where the layers say that person."""

    id: str
    person: str
    starts_at: Time
    ends_at: Time
    instead_of: str
    by: str


class Rotation(Struct, kw_only=True, frozen=True):
    """Who is on call when. ``has_feed``: its calendar has an address."""

    id: str
    name: str
    zone: str
    layers: tuple[Layer, ...]
    days_off: tuple[DayOff, ...]
    always: bool
    overrides: tuple[TakenShift, ...]
    has_feed: bool
    created_at: Time
    changed_at: Time
    version: int


class EscalationPolicy(Struct, kw_only=True, frozen=True):
    """Who is called one after the other. ``warnings`` name the steps that tell nobody, and why."""

    id: str
    name: str
    steps: tuple[EscalationStep, ...]
    repeat: int
    warnings: tuple[str, ...]
    created_at: Time
    changed_at: Time
    version: int


class AlertRoute(Struct, kw_only=True, frozen=True):
    """Which alerts go where. Routes are asked in order of their position. ``warnings`` say which parts of it tell nobody, and why."""

    id: str
    name: str
    position: int
    conditions: Conditions
    policy: str
    channels: tuple[str, ...]
    teams: tuple[str, ...]
    go_on: bool
    enabled: bool
    warnings: tuple[str, ...]
    created_at: Time
    changed_at: Time
    version: int


_TAKEN = {
    'id': '01KAPX4H1SZ7H9U2W4B6X8L0QT',
    'person': BOB,
    'starts_at': '2026-12-01T19:00:00.000Z',
    'ends_at': '2026-12-02T07:00:00.000Z',
    'instead_of': ANN,
    'by': 'Bob',
}
TEAM = Schema(Team, {'id': '01KAPX3F9RX5F7S0U2Z4V6J8PQ', **NEW_TEAM.example, 'warnings': [], **_TIMES})
ROTATION = Schema(
    Rotation,
    {'id': '01KAPX3F9RX5F7S0U2Z4V6J8PR', **NEW_ROTATION.example, 'overrides': [_TAKEN], 'has_feed': False, **_TIMES},
)
ESCALATION_POLICY = Schema(
    EscalationPolicy, {'id': '01KAPX3F9RX5F7S0U2Z4V6J8PS', **NEW_ESCALATION_POLICY.example, 'warnings': [], **_TIMES}
)
ALERT_ROUTE = Schema(
    AlertRoute, {'id': '01KAPX3F9RX5F7S0U2Z4V6J8PT', **NEW_ALERT_ROUTE.example, 'warnings': [], **_TIMES}
)


def shown(kind: type[S], row: Any, warnings: tuple[str, ...] = ()) -> S:
    """A row that was set up, in the fields of its schema."""
    more: dict[str, Any] = {
        'warnings': warnings,
        'created_at': time_text(row.created_at),
        'changed_at': time_text(row.changed_at),
    }
    if isinstance(row, model.Rotation):
        more['has_feed'] = bool(row.feed_digest)
        more['overrides'] = tuple(
            TakenShift(
                id=one.id,
                person=one.person,
                starts_at=time_text(one.starts_at),
                ends_at=time_text(one.ends_at),
                instead_of=one.instead_of,
                by=one.by,
            )
            for one in row.overrides
        )
    names = kind.__struct_fields__
    return kind(**{name: more[name] if name in more else getattr(row, name) for name in names})
