"""Open alerts in the live picture, by their key and by the alert that explains them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from domain.alerts.model import Alert, AlertTuning, score_of, severity_of
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, Visible, leave
from domain.fleet.scoped import ScopedFleet


class AlertKeys(Index):
    """Open alerts by key: one cause has one."""

    def __init__(self, fleet: Fleet) -> None:
        self._alerts: dict[str, Alert] = {}
        self._sorts: defaultdict[str, dict[str, Alert]] = defaultdict(dict)

    def moved(self, before: Alert | None, after: Alert | None) -> None:
        """Follow an alert."""
        if after is not None:
            self._alerts[after.key] = after
            self._sorts[_sort_of(after.key)][after.id] = after
        elif before is not None:
            self._sorts[_sort_of(before.key)].pop(before.id, None)
            if (known := self._alerts.get(before.key)) is not None and known.id == before.id:
                del self._alerts[before.key]

    def open(self, key: str) -> Alert | None:
        """The open alert of that key."""
        return self._alerts.get(key)

    def alike(self, key: str) -> Collection[Alert]:
        """The open alerts whose keys begin with the same word, up to the first slash."""
        return self._sorts.get(_sort_of(key), _NONE).values()

    def narrowed(self, part: ScopedFleet) -> 'AlertKeys':
        """Of the visible alerts, as they are shown there."""
        return _VisibleAlertKeys(part)


class _VisibleAlertKeys(AlertKeys):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def open(self, key: str) -> Alert | None:
        found = self._part.whole.index(AlertKeys).open(key)
        return self._part[Alert].get(found.id) if found is not None else None

    def alike(self, key: str) -> Collection[Alert]:
        shown, found = self._part[Alert], self._part.whole.index(AlertKeys).alike(key)
        return [seen for alert in found if (seen := shown.get(alert.id)) is not None]


_NONE: Mapping[str, Alert] = MappingProxyType({})


def _sort_of(key: str) -> str:
    return key.partition('/')[0]


class AlertTree(Index):
    """Open alerts by the one that explains them, and those that wait to be announced."""

    def __init__(self, fleet: Fleet) -> None:
        self._children: defaultdict[str, set[str]] = defaultdict(set)
        self._waiting: set[str] = set()

    def moved(self, before: Alert | None, after: Alert | None) -> None:
        """Follow an alert."""
        left, joined = before.parent if before is not None else None, after.parent if after is not None else None
        if before is not None and left is not None and left != joined:
            leave(self._children, left, before.id)
        if after is not None and joined is not None:
            self._children[joined].add(after.id)
        if after is not None and after.tell_at is not None:
            self._waiting.add(after.id)
        elif before is not None:
            self._waiting.discard(before.id)

    def children(self, alert_id: str) -> Set[str]:
        """Ids of the open alerts that this one explains."""
        return self._children.get(alert_id, frozenset())

    def count(self, alert_id: str) -> int:
        """How many open ones stand beneath it, on all levels."""
        found, ahead = {alert_id}, [alert_id]
        while ahead:
            more = self.children(ahead.pop()) - found
            found |= more
            ahead += more
        return len(found) - 1

    def waiting(self) -> Set[str]:
        """Ids of the alerts that are not announced yet."""
        return self._waiting

    def narrowed(self, part: ScopedFleet) -> 'AlertTree':
        """Of the visible alerts."""
        return _VisibleAlertTree(part)


class _VisibleAlertTree(AlertTree):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def children(self, alert_id: str) -> Set[str]:
        found = self._part.whole.index(AlertTree).children(alert_id)
        return frozenset(id for id in found if id in self._part[Alert])

    def waiting(self) -> Set[str]:
        return frozenset(id for id in self._part.whole.index(AlertTree).waiting() if id in self._part[Alert])


class AlertEnds(Index):
    """Open alerts whose acknowledgement or snooze has an end."""

    def __init__(self, fleet: Fleet) -> None:
        self._ids: set[str] = set()

    def moved(self, before: Alert | None, after: Alert | None) -> None:
        """Follow an alert."""
        if after is not None and after.quiet_until is not None:
            self._ids.add(after.id)
        elif before is not None:
            self._ids.discard(before.id)

    def ids(self) -> Set[str]:
        """Their ids."""
        return self._ids


class AlertCounts(Index):
    """How many alerts are open, by severity, and which of them call for a person."""

    def __init__(self, fleet: Fleet) -> None:
        self._severities: Counter[Severity] = Counter()
        self._calling: set[str] = set()

    def moved(self, before: Alert | None, after: Alert | None) -> None:
        """Follow an alert."""
        if before is not None:
            self._severities[before.severity] -= 1
            self._calling.discard(before.id)
        if after is not None:
            self._severities[after.severity] += 1
            if after.calls:
                self._calling.add(after.id)

    def severities(self) -> Mapping[Severity, int]:
        """How many are open of each severity."""
        return self._severities

    def calling(self) -> Set[str]:
        """Ids of those that people were told of and that nobody has seen to."""
        return self._calling

    def narrowed(self, part: ScopedFleet) -> 'AlertCounts':
        """Of the visible alerts, as they are shown there."""
        return _VisibleAlertCounts(part)


class _VisibleAlertCounts(AlertCounts):
    """One that another explains calls where that one is out of sight: what is shown is asked, not the ids of the whole."""

    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def severities(self) -> Mapping[Severity, int]:
        return Counter(alert.severity for alert in self._part[Alert].values())

    def calling(self) -> Set[str]:
        return {id for id, alert in self._part[Alert].items() if alert.calls}


def _sees(part: ScopedFleet, alert: Alert) -> bool:
    """By one of its witnesses, or else by the device or tower it is about; what is about a policy is the whole enterprise's.

    What is about this server, not about a device or tower, concerns everybody.
    """
    if alert.witnesses:
        return any(part.sight.device(id) for id in alert.witnesses)
    if alert.object_kind == 'enterprise':
        return True
    return alert.object_kind in ('device', 'tower') and part.shows(alert.object_kind, alert.object_id)


def _narrow(part: ScopedFleet, alert: Alert) -> Alert:
    """A visible alert with the visible devices concerned; what explains it may be out of sight."""
    if alert.evidence:
        alert = replace(alert, evidence=tuple(one for one in alert.evidence if part.sight.device(one.device)))
    above = part.whole[Alert].get(alert.parent) if alert.parent is not None else None
    if alert.parent is not None and (above is None or not _sees(part, above)):
        alert = replace(alert, parent=None, detail='')  # which names it
    if alert.condition is not None:
        alert = replace(alert, condition=None)  # a rule of one's own is the whole enterprise's
    if alert.silence is not None:
        alert = replace(alert, silence_reason='')  # which is of the whole enterprise
    if alert.children:
        alert = replace(alert, children=len(part.index(AlertTree).children(alert.id)))
    if alert.witnesses:
        return _witnessed(part, alert)
    if alert.object_kind == 'enterprise':
        return replace(alert, detail='')  # it may name a tower out of sight
    if alert.object_kind == 'tower' and not part.sight.all_on(alert.object_id):
        devices = part.sight.affected_by(alert.object_id)
        # how many of the visible ones it hurt at its worst, and how many are back, is not kept
        return replace(alert, devices=devices, peak_devices=devices, awaited=None, missing=None)
    return alert


def _witnessed(part: ScopedFleet, alert: Alert) -> Alert:
    """An alert as if the visible witnesses were all there are; the object of one with a score is the first of them."""
    witnesses = tuple(id for id in alert.witnesses if part.sight.device(id))
    if len(witnesses) == alert.devices or (alert.score is not None and len(witnesses) == len(alert.witnesses)):
        return alert
    if alert.score is None:
        seen = replace(alert, witnesses=witnesses, devices=len(witnesses), detail='')  # the detail names others
        if alert.object_kind != 'device' or alert.object_id in witnesses:
            return seen
        return replace(seen, object_id=witnesses[0], object_name=part.sight.name_of(witnesses[0]))
    score = alert.score if alert.score >= 1.0 else score_of(len(witnesses))  # which people said
    severity = severity_of(score) if alert.severity is severity_of(alert.score) else alert.severity  # which was set
    return replace(
        alert,
        object_id=witnesses[0],
        object_name=part.sight.name_of(witnesses[0]),
        severity=severity,
        peak_severity=severity,
        witnesses=witnesses,
        devices=len(witnesses),
        peak_devices=len(witnesses),
        first_detail='',
        # the signal is that of the newest witness
        detail=alert.detail if alert.witnesses[-1] in witnesses else alert.detail.partition(',')[0],
        score=score,
    )


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=Alert,
        has_ended=lambda alert: not alert.is_open,
        indexes=(AlertKeys, AlertTree, AlertEnds, AlertCounts),
        visible=Visible(
            ids=lambda part: [id for id, alert in part.whole[Alert].items() if _sees(part, alert)],
            sees=_sees,
            narrow=_narrow,
        ),
    ),
    Kind(of=AlertTuning),
)
