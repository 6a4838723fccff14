"""The window on the device list: any sort, filter and page of the fleet, with the rows in view kept live."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from domain.common.severity import Severity
from domain.devices.compliance import Compliance
from domain.devices.listing.cache import ListingCache
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.names import apart
from domain.devices.listing.query import DeviceQuery, Selection
from domain.devices.listing.words import DEVICE_WORDS, WORDS
from domain.devices.live import state_of
from domain.devices.model import Criticality, Device, DeviceState, Presence, Reporting
from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerState
from ui.durations import clock_words
from ui.live.channel import News
from ui.sentences.evidence import violation_value
from ui.topics.base import BaseTopic
from ui.topics.chosen import chosen_flag, chosen_ids, chosen_values
from ui.topics.kept_rows import KeptRows
from ui.topics.labels import read_labels
from ui.topics.pacing import Pace
from ui.topics.window import window

LOOK_ANYWAY_S = 5.0
"""Which rows are in view is asked again at least this often while devices move, even when no count says that it may have changed."""
_STILL = frozenset({'name', 'imei', 'presence', 'compliance', *DEVICE_WORDS})


def device_row(fleet: Fleet, device_id: str) -> dict[str, Any]:
    """What a list shows of a device."""
    device, state = fleet[Device][device_id], state_of(fleet, device_id)
    radio = state.radio
    tower = fleet[Tower].get(state.tower or '')
    violations = 0
    if state.compliance is not Compliance.COMPLIANT:
        violations = sum(verdict.status is Compliance.VIOLATING for verdict in state.verdicts.values())
    return {
        'id': device.id,
        'version': device.version,
        'name': device.name,
        'apart': apart(fleet, device_id),
        'kind': device.kind,
        'criticality': device.criticality,
        'notable_criticality': None if device.criticality is Criticality.NORMAL else device.criticality,
        'presence': state.presence,
        'compliance': state.compliance,
        'violations': violations,
        'quarantined': state.quarantined,
        'quarantine': 'quarantined' if state.quarantined else None,
        'tower': tower.name if tower else None,
        'tower_id': tower.id if tower else None,
        'tower_status': tower_state(fleet, tower.id).status if tower else None,
        'cell': radio.cell if radio else None,
        'rat': radio.rat if radio else None,
        'rsrp': radio.rsrp if radio else None,
        'imei': device.identifiers.imei,
        'serial': device.identifiers.serial,
        'labels': dict(device.labels),
        'last_seen': state.last_seen,
        'since': state.compliance_since,
        'stale_at': stale_at(state),
        **broken(fleet, state),
        **reported(fleet, device_id),
    }


def stale_at(state: DeviceState) -> float | None:
    """The moment whose values are shown of a device that is not there any more; ``None`` while they are fresh."""
    return state.observed_at or state.last_seen if state.presence is Presence.OFFLINE else None


def broken(fleet: Fleet, state: DeviceState) -> dict[str, Any]:
    """The gravest policy that a device breaks, the oldest of those, with what its rule saw and since when; how many more there are."""
    if state.compliance is not Compliance.VIOLATING:
        return _BREAKS_NONE
    violations = violations_of(fleet, state)
    if not violations:
        return _BREAKS_NONE
    first = violations[0]
    return {
        'breaks': fleet[Policy][first.policy].name,
        'breaks_id': first.policy,
        'breaks_more': f'+ {len(violations) - 1}' if len(violations) > 1 else None,
        'breaks_value': violation_value(fleet, first),
        'breaks_since': first.opened_at,
    }


_BREAKS_NONE: dict[str, Any] = dict.fromkeys(('breaks', 'breaks_id', 'breaks_more', 'breaks_value', 'breaks_since'))


def violations_of(fleet: Fleet, state: DeviceState) -> list[Violation]:
    """The violations that stand against a device now, the gravest first and of those the oldest."""
    ids = [verdict.violation for verdict in state.verdicts.values() if verdict.status is Compliance.VIOLATING]
    found = [one for id in ids if id is not None and (one := fleet[Violation].get(id)) and one.policy in fleet[Policy]]
    return sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), one.opened_at))


_SEVERITIES = tuple(Severity)


def reported(fleet: Fleet, device_id: str) -> dict[str, Any]:
    """How a device reports: whether values are left out of what it says, and how wrong its clock is."""
    reporting = fleet[Reporting].get(device_id)
    if reporting is None:
        return _REPORTS_WELL
    offset = reporting.clock_offset_s
    clock = None if offset is None else clock_words(offset)
    if reporting.clock_stands_at is not None:
        clock = 'clock stands still'
    return {'odd': 'odd' if reporting.is_odd else None, 'clock': clock}


_REPORTS_WELL: dict[str, Any] = {'odd': None, 'clock': None}


def device_query(query: Mapping[str, str]) -> DeviceQuery:
    """The question a topic or an address asks; raises ``Invalid`` for a value that does not exist."""
    sort = query.get('sort') or 'name'
    return DeviceQuery(
        text=query.get('q', '')[:200],
        **{name: chosen_values(type(words[0]), query, name) for name, words in WORDS.items()},
        tower=chosen_ids(query, 'tower'),
        labels=read_labels(query.get('label', '')),
        policy=query.get('policy', ''),
        outage=query.get('outage', ''),
        quarantined=chosen_flag(query, 'quarantined'),
        odd=chosen_flag(query, 'odd'),
        clock_wrong=chosen_flag(query, 'clock_wrong'),
        certificate_ends=chosen_flag(query, 'certificate_ends'),
        sort=sort.removeprefix('-'),
        descending=sort.startswith('-'),
    )


class DevicesTopic(BaseTopic):
    """One page of a device query."""

    def __init__(self, *, pace: Pace, listing_cache: ListingCache, kept_rows: KeptRows, **parts: Any) -> None:
        super().__init__(**parts)
        self._kept_rows = kept_rows
        self._pace = pace
        self._listing_cache = listing_cache
        self._question = device_query(self.query)
        self._page, self._size = window(self.query)
        self._selection: Selection = self._select(with_others=False)
        self._rows = {device_id: self._row(device_id) for device_id in self._selection.ids}
        self._moved = False

    def full(self) -> dict[str, Any]:
        """Counts, ids in order and rows of the window as of the newest flush."""
        found = self._selection
        return {'total': found.total, 'matched': found.matched, 'ids': found.ids, 'rows': list(self._rows.values())}

    def patch(self, news: News) -> dict[str, Any] | None:
        """Changed cells of the rows in view, rows that came into view, and the counts."""
        changed = news.of(DeviceState)
        for seldom in (news.of(Device), news.of(Reporting)):
            changed = changed | seldom if seldom else changed
        value: dict[str, Any] = {}
        if changed:
            self._moved = True
        towers = news.of(TowerState) | news.of(Tower)
        if self._question.outage in towers:
            self._moved = True
        if towers:  # a device that a tower silences will not move by itself
            changed = changed | {device_id for device_id, row in self._rows.items() if row['tower_id'] in towers}
        rows = self._refresh(changed)
        if self._moved and self._is_due(new=bool(news.of(Device))):
            with self._pace.spending():
                self._look(rows, value)
        if rows:
            value['rows'] = list(rows.values())
        return value or None

    def _row(self, device_id: str) -> dict[str, Any]:
        """See :func:`device_row`. One that breaks a policy is made anew each time, for its row tells of more than what is compared here."""
        fleet, state = self.fleet, state_of(self.fleet, device_id)
        if state.compliance is Compliance.VIOLATING:
            return device_row(fleet, device_id)
        tower = state.tower or ''
        made_of = (
            fleet[Device][device_id],
            state,
            fleet[Reporting].get(device_id),
            fleet[Tower].get(tower),
            fleet[TowerState].get(tower),
            apart(fleet, device_id),
        )
        key = (fleet.enterprise.id, fleet.scope.key, device_id)
        return self._kept_rows.row(key, made_of, partial(device_row, fleet, device_id))

    def _refresh(self, changed: set[str]) -> dict[str, dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for device_id in self._rows.keys() & changed if len(changed) > len(self._rows) else changed & self._rows.keys():
            if device_id not in self.fleet[Device]:
                continue
            before, after = self._rows[device_id], self._row(device_id)
            cells = {key: cell for key, cell in after.items() if before[key] != cell}
            if cells:
                self._rows[device_id] = after
                rows[device_id] = {'id': device_id, **cells}
        return rows

    def _look(self, rows: dict[str, dict[str, Any]], value: dict[str, Any]) -> None:
        before, after = self._selection, self._select(with_others=True)
        self._selection, self._moved = after, False
        if before.ids != after.ids:
            value['ids'] = after.ids
            known, self._rows = self._rows, {}
            for device_id in after.ids:
                row = known.get(device_id)
                if row is None:
                    row = rows[device_id] = self._row(device_id)
                self._rows[device_id] = row
            value.setdefault('rows', [])
        for name in ('total', 'matched'):
            if getattr(before, name) != getattr(after, name):
                value[name] = getattr(after, name)

    def _is_due(self, *, new: bool) -> bool:
        """Is it time to ask again which rows are in view, and may the answer have changed?"""
        still = self._still()
        moved = new or still is None or still != self._stood
        if not moved and time.monotonic() < self._looked_at + LOOK_ANYWAY_S:
            return False
        return self._pace.is_free(self._looked_at)

    def _still(self) -> object:
        """What decides about the view: while it stays, so does the view. ``None`` for views on what moves all the time."""
        asked, fleet = self._question, self.fleet
        flags = (asked.quarantined, asked.odd, asked.clock_wrong, asked.certificate_ends)
        moving = asked.tower or asked.rat or asked.policy or asked.outage or flags != (None, None, None, None)
        if moving or fleet.scope.regions or asked.sort not in _STILL:
            return None
        presence = bool(asked.presence) or asked.sort == 'presence'
        compliance = bool(asked.compliance) or asked.sort == 'compliance'
        return (
            len(fleet.index(DeviceColumns)),
            dict(fleet.index(StatusCounters).presence) if presence else 0,
            dict(fleet.index(StatusCounters).compliance) if compliance else 0,
        )

    def _select(self, *, with_others: bool) -> Selection:
        self._looked_at = time.monotonic()
        self._stood = self._still()
        page, size = self._page, self._size
        return self._listing_cache.select(
            self.fleet, self._question, offset=page * size, limit=size, with_others=with_others
        )
