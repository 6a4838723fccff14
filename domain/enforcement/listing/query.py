"""Which open violations, in what order: one question for the page, the API and the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import nlargest
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import folded, natural
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.labels import NO_ROWS, LabelIndex
from domain.enforcement.listing.responses import RESPONSES, Response, response_codes
from domain.fleet.fleet import Fleet
from domain.policies.listing.columns import SEVERITIES, ViolationColumns
from domain.policies.model import Policy
from domain.towers.model import Tower

VIOLATION_SORTS = ('name', 'opened_at', 'policy', 'severity')
_LATEST = 2**42
"""Milliseconds: later than any moment of this century."""
Mask = npt.NDArray[np.bool_]


class Age(StrEnum):
    """How long a violation has been open."""

    HOUR = 'hour'
    DAY = 'day'
    WEEK = 'week'
    MONTH = 'month'
    LONGER = 'longer'


AGES: Mapping[Age, tuple[float, float]] = {
    Age.HOUR: (0, 3600),
    Age.DAY: (3600, 86_400),
    Age.WEEK: (86_400, 7 * 86_400),
    Age.MONTH: (7 * 86_400, 30 * 86_400),
    Age.LONGER: (30 * 86_400, float('inf')),
}
"""From how many seconds to how many; with the clock set back a violation may seem to open later than now, and is of the last hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationQuery:
    """Empty filters let everything through; several values of one filter mean any of them, several filters mean all of them.

    ``policy``, ``tower`` (the one that serves the device now) and ``device`` are ids, ``text`` is looked for in the name and identifiers
    of the device and in the name of the policy, ``since`` is the earliest moment at which it may have been opened (epoch seconds).
    """

    text: str = ''
    policy: frozenset[str] = frozenset()
    severity: frozenset[Severity] = frozenset()
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tower: frozenset[str] = frozenset()
    device: str = ''
    response: frozenset[Response] = frozenset()
    age: frozenset[Age] = frozenset()
    excused: bool | None = None
    since: float | None = None
    sort: str = 'opened_at'
    descending: bool = True


@dataclass(frozen=True, slots=True)
class FoundViolations:
    """``matched`` violations fit the filters, ``ids`` are the asked part of those in order, ``counts`` by filter and choice how many would
    be found if that choice were made."""

    matched: int
    ids: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]


def find_violations(
    fleet: Fleet, query: ViolationQuery, now: float, *, offset: int = 0, limit: int = 50
) -> FoundViolations:
    """The open violations of a query, from ``offset`` on, with the counts of its filters."""
    masks = _masks(fleet, query, now)
    rows = np.flatnonzero(_all(masks))
    return FoundViolations(
        len(rows), _ids(fleet, _in_order(fleet, query, rows, offset, limit)), _counts(fleet, masks, now)
    )


def violations_in_order(fleet: Fleet, query: ViolationQuery, now: float) -> tuple[str, ...]:
    """The ids of all open violations of a query."""
    rows = np.flatnonzero(_all(_masks(fleet, query, now)))
    return _ids(fleet, _in_order(fleet, query, rows, 0, len(rows)))


def violations_by_id(
    fleet: Fleet, query: ViolationQuery, now: float, *, before: str | None, limit: int
) -> tuple[list[str], str | None, int]:
    """The ids that a program reads page by page: the newest first, from the one after ``before`` on, with the id to go on from and how many
    violations there are in all. It stays right while violations open and end."""
    found = _ids(fleet, np.flatnonzero(_all(_masks(fleet, query, now))))
    ids = nlargest(limit + 1, found if before is None else (id for id in found if id < before))
    return ids[:limit], ids[limit - 1] if len(ids) > limit else None, len(found)


def checked_violations(query: ViolationQuery) -> ViolationQuery:
    """The query, or ``Invalid``."""
    if query.sort not in VIOLATION_SORTS:
        raise Invalid(f'sort by one of {", ".join(VIOLATION_SORTS)}', field='sort')
    return query


def _masks(fleet: Fleet, query: ViolationQuery, now: float) -> dict[str, Mask]:
    """The rows that each filter lets through, by the name of the filter; ``shown`` are those that there are."""
    columns, devices = fleet.index(ViolationColumns), fleet.index(DeviceColumns)
    masks = {'shown': columns.mask()}
    if query.text.strip():
        masks['text'] = _with_text(fleet, query.text.strip())
    if query.device:
        masks['device'] = columns.device == devices.row_of.get(query.device, -2)
    if query.policy:
        masks['policy'] = _among(columns.policy, [columns.policy_numbers.get(id, -2) for id in query.policy])
    if query.severity:
        masks['severity'] = _among(columns.severity, [SEVERITIES.index(one) for one in query.severity])
    if query.tower:
        on_tower = _among(devices.tower, [devices.tower_numbers.get(id, -2) for id in query.tower])
        masks['tower'] = _of_device(on_tower, columns)
    if query.labels:
        masks['label'] = _labelled(fleet, query.labels)
    if query.response:
        masks['answer'] = _among(response_codes(fleet, now), [RESPONSES.index(one) for one in query.response])
    if query.age:
        masks['since'] = np.logical_or.reduce([_aged(columns.opened, one, now) for one in query.age])
    if query.since is not None:
        masks['from'] = columns.opened >= int(query.since * 1000)
    if query.excused is not None:
        masks['state'] = columns.excused == query.excused
    return masks


def _all(masks: Mapping[str, Mask], but: str = '') -> Mask:
    both: Mask = np.logical_and.reduce([mask for name, mask in masks.items() if name != but])
    return both


def _counts(fleet: Fleet, masks: Mapping[str, Mask], now: float) -> dict[str, dict[str, int]]:
    columns = fleet.index(ViolationColumns)
    severity = np.bincount(columns.severity[_all(masks, 'severity')], minlength=len(SEVERITIES))
    answers = np.bincount(response_codes(fleet, now)[_all(masks, 'answer')], minlength=len(RESPONSES))
    policies = np.bincount(columns.policy[_all(masks, 'policy')], minlength=len(columns.policy_numbers))
    opened, excused = columns.opened[_all(masks, 'since')], columns.excused[_all(masks, 'state')]
    devices, numbers = fleet.index(DeviceColumns), fleet.index(DeviceColumns).tower_numbers
    towers = devices.tower[columns.device[_all(masks, 'tower') & (columns.device >= 0)]]
    on_towers = np.bincount(towers[towers >= 0], minlength=len(numbers))
    return {
        'severity': _said(zip(SEVERITIES, severity, strict=True)),
        'answer': _said(zip(RESPONSES, answers, strict=True)),
        'policy': _said((id, policies[number]) for id, number in columns.policy_numbers.items() if id in fleet[Policy]),
        'since': _said((age, np.count_nonzero(_aged(opened, age, now))) for age in Age),
        'state': _said([('violating', np.count_nonzero(~excused)), ('excused', np.count_nonzero(excused))]),
        'tower': _said((id, on_towers[numbers[id]]) for id in fleet[Tower] if id in numbers),
    }


def _said(pairs: Iterable[tuple[str, Any]]) -> dict[str, int]:
    return {str(name): int(count) for name, count in pairs if count}


def _in_order(
    fleet: Fleet, query: ViolationQuery, rows: npt.NDArray[np.int64], offset: int, limit: int
) -> npt.NDArray[np.int64]:
    """The rows from ``offset`` on; those that are equal by the sort stand with the newest first."""
    opened = fleet.index(ViolationColumns).opened[rows]
    if query.sort == 'opened_at':
        keys = opened * (-1 if query.descending else 1)
    else:
        keys = (_places(fleet, query.sort)[rows] * (-1 if query.descending else 1)) * _LATEST + (_LATEST - 1 - opened)
    end = min(offset + limit, len(rows))
    if offset >= end:
        return rows[:0]
    first = np.argpartition(keys, end)[:end] if end < len(keys) else np.arange(len(keys))
    return rows[first[np.argsort(keys[first], kind='stable')][offset:end]]


def _places(fleet: Fleet, sort: str) -> npt.NDArray[np.int64]:
    columns, devices = fleet.index(ViolationColumns), fleet.index(DeviceColumns)
    if sort == 'severity':
        return columns.severity.astype(np.int64)
    if sort == 'name':
        return np.where(columns.device >= 0, devices.ranks()[columns.device], -1)
    names = sorted(fleet[Policy].values(), key=lambda policy: natural(policy.name))
    places = np.full(len(columns.policy_numbers) + 1, -1, np.int64)
    for place, policy in enumerate(names):
        if (number := columns.policy_numbers.get(policy.id)) is not None:
            places[number] = place
    return places[columns.policy]


def _with_text(fleet: Fleet, text: str) -> Mask:
    columns, devices = fleet.index(ViolationColumns), fleet.index(DeviceColumns)
    named = np.zeros(len(devices.alive), np.bool_)
    named[devices.containing(text)] = True
    wanted = folded(text)
    policies = [
        number
        for id, number in columns.policy_numbers.items()
        if (policy := fleet[Policy].get(id)) is not None and wanted in folded(policy.name)
    ]
    return _of_device(named, columns) | _among(columns.policy, policies)


def _labelled(fleet: Fleet, labels: Mapping[str, frozenset[str]]) -> Mask:
    devices, index = fleet.index(DeviceColumns), fleet.index(LabelIndex)
    carry = devices.alive.copy()
    for key, values in labels.items():
        those = np.zeros(len(carry), np.bool_)
        those[np.concatenate([NO_ROWS, *(index.rows(key, value) for value in values)])] = True
        carry &= those
    return _of_device(carry, fleet.index(ViolationColumns))


def _of_device(wanted: Mask, columns: ViolationColumns) -> Mask:
    mask: Mask = wanted[columns.device] & (columns.device >= 0)
    return mask


def _aged(opened: npt.NDArray[np.int64], age: Age, now: float) -> Mask:
    low, high = AGES[age]
    old = now - opened / 1000
    mask: Mask = (old < high) if age is Age.HOUR else (old >= low) & (old < high)
    return mask


def _among(column: npt.NDArray[np.generic], codes: list[int]) -> Mask:
    return np.isin(column, codes)


def _ids(fleet: Fleet, rows: npt.NDArray[np.int64]) -> tuple[str, ...]:
    ids = fleet.index(ViolationColumns).ids
    return tuple([id for row in rows.tolist() if (id := ids[row]) is not None])
