"""Alert rules that an enterprise writes itself, in JSON. What a program may edit is spelled as in the body that creates it."""

from msgspec import Struct

from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.own_rules.alerts import OWN
from domain.own_rules.counters import COUNTERS
from domain.own_rules.input import NewOwnRule
from domain.own_rules.live import FactHolds
from domain.own_rules.model import Counted, Over, OwnRule
from domain.own_rules.preview import OwnRulePreview
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema


class OwnAlertRule(Struct, kw_only=True, frozen=True):
    """When the ``expression`` (CEL) has been true for ``for_s`` seconds, an alert of that ``severity`` is raised, whose detail begins with
    ``text``; when it is not true any more, the alert clears. ``counted`` says which devices and towers count.

    One ``over`` ``counters`` is asked of the fleet: true since ``holds_since``. One over ``facts`` is asked of each device, as the rule of
    a policy is: it has been true for long enough of ``holding`` devices, and of ``waiting`` not yet. There is one alert for all, from
    ``at_least`` so many on, or with ``each`` one for every device; of more than twenty devices at once it is one all the same."""

    id: str
    name: str
    expression: str
    for_s: float
    severity: Severity
    text: str
    counted: Counted
    enabled: bool
    over: Over
    at_least: int
    each: bool
    holds_since: Time | None
    holding: int | None
    waiting: int | None
    alert_id: str | None
    by: str
    created_at: Time
    changed_at: Time
    version: int


class PreviewedOwnRule(Struct, kw_only=True, frozen=True):
    """So many alerts it would have ``raised`` since then, for ``lasted_s`` seconds in all, in ``steps`` (minutes of the last day, hours
    before) that were measured. It is true ``now``, of ``values``. ``unanswered`` is what the measurements cannot tell. Of an expression
    over facts no past is kept: it ``holds`` of so many of the ``devices``, and of ``unknown`` ones it cannot be known."""

    since: Time
    raised: int
    lasted_s: float
    steps: int
    now: bool
    values: str
    unanswered: tuple[str, ...]
    devices: int | None
    holds: int | None
    unknown: int | None


class AlertCounter(Struct, kw_only=True, frozen=True):
    """A name that expressions may use, and what it counts. Of one that is not ``parted`` the whole enterprise is counted, whatever is
    selected; the past of one that is ``kept`` can be previewed."""

    id: str
    words: str
    parted: bool
    kept: bool


_RULE = {
    'name': 'Many offline in the west',
    'expression': 'offline_percent > 5 && offline > 20',
    'for_s': 300,
    'severity': 'major',
    'text': 'Call the depot in the west',
    'counted': {'labels': {'site': 'west'}, 'kinds': [], 'regions': []},
    'enabled': True,
    'over': 'counters',
    'at_least': 1,
    'each': False,
}
NEW_OWN_RULE = Schema(NewOwnRule, _RULE)
OWN_ALERT_RULE = Schema(
    OwnAlertRule,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HR',
        **_RULE,
        'holds_since': None,
        'holding': None,
        'waiting': None,
        'alert_id': None,
        'by': 'Ana',
        'created_at': '2026-11-20T08:00:00.000Z',
        'changed_at': '2026-11-20T08:00:00.000Z',
        'version': 1,
    },
)
OWN_RULE_PREVIEW = Schema(
    PreviewedOwnRule,
    {
        'since': '2026-11-15T08:00:00.000Z',
        'raised': 3,
        'lasted_s': 5400,
        'steps': 1584,
        'now': False,
        'values': 'offline 4, offline_percent 1.2',
        'unanswered': [],
        'devices': None,
        'holds': None,
        'unknown': None,
    },
)
ALERT_COUNTER = Schema(AlertCounter, {'id': 'offline', 'words': 'devices offline', 'parted': True, 'kept': True})


def own_rule(fleet: Fleet, row: OwnRule) -> OwnAlertRule:
    """A rule, with the id of its open alert, and of how many devices it holds."""
    alert, held = OWN.open_in(fleet, row.id), fleet.index(FactHolds)
    is_of_devices = row.over is Over.FACTS
    return OwnAlertRule(
        id=row.id,
        name=row.name,
        expression=row.expression,
        for_s=row.for_s,
        severity=row.severity,
        text=row.text,
        counted=row.counted,
        enabled=row.enabled,
        over=row.over,
        at_least=row.at_least,
        each=row.each,
        holds_since=maybe_time(row.holds_since),
        holding=len(held.due(row.id)) if is_of_devices else None,
        waiting=len(held.waiting(row.id)) if is_of_devices else None,
        alert_id=alert.id if alert is not None else None,
        by=row.by,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


def previewed(found: OwnRulePreview) -> PreviewedOwnRule:
    """What the last week would have raised."""
    return PreviewedOwnRule(
        since=time_text(found.since),
        raised=found.raised,
        lasted_s=found.lasted_s,
        steps=found.steps,
        now=found.now,
        values=found.values,
        unanswered=found.unanswered,
        devices=found.devices,
        holds=found.holds,
        unknown=found.unknown,
    )


def counters() -> list[AlertCounter]:
    """All of them."""
    return [
        AlertCounter(id=one.name, words=one.words, parted=one.parted, kept=one.series is not None) for one in COUNTERS
    ]
