"""The verdicts of a device are stored in parts, a few policies to each: what a changed verdict costs is bounded by what its part holds,
however many policies there are. A fleet with few policies has one part, and that lies in the device's report."""

from collections.abc import Iterable, Mapping, Set
from threading import Lock

from tortoise import fields
from tortoise.models import Model

from domain.devices.compliance import Verdict
from domain.devices.model import DeviceState
from domain.devices.verdicts import differing
from persistence.engine.columns import PartIndex, Row, id_field
from persistence.engine.rows import Tuple, encode, target


class DeviceReportRow(Row):
    """The wide half of a device's state: what it says of itself and what each policy says of it. It moves seldom.

    Where there are many policies, ``verdicts`` holds those of the first few policies.
    """

    facts = fields.TextField()
    verdicts = fields.TextField()

    class Meta:
        table = 'device_report'


class DeviceVerdictsRow(Model):
    """The verdicts of some of the policies on a device, where they do not all lie in its report. Found through its device."""

    id = fields.BigIntField(primary_key=True)
    device = id_field()
    part = fields.IntField()
    verdicts = fields.TextField()

    class Meta:
        table = 'device_verdicts'
        unique_together = (('device', 'part'),)
        indexes = (PartIndex(fields=('id',), name='device_verdicts_none', where="verdicts = '{}'"),)


REPORTS = target(DeviceReportRow, key=('id',))
PARTS = target(DeviceVerdictsRow, key=('device', 'part'), without=('id',))
MOST = 12
"""Policies in one part: see ``docs/decisions/0016-a-rule-has-a-proved-cost.md``."""
_MOST_TEXTS = 1024
_MOST_HELD = 2_000_000
"""Bytes after which the texts of verdicts are forgotten, with the mappings of which they are: with many policies both are large."""
_NOTHING: Set[int] = frozenset()
_ENTRY = 48
"""Bytes that a mapping takes for each of its entries."""


class Parts:
    """Which policy's verdicts lie in which part. It stands in no table: each stored row says itself in which part it is."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, int]] = {}
        self._members: dict[str, list[list[str]]] = {}
        self._lock = Lock()  # rows are read in one thread and made in another

    def place(self, enterprise: str, policy: str) -> int:
        """The part of a policy; a new one goes into the first that has room."""
        known = self._places.get(enterprise, {}).get(policy)
        if known is not None:
            return known
        with self._lock:
            members = self._members.get(enterprise, [])
            part = next((part for part, those in enumerate(members) if len(those) < MOST), len(members))
            return self._put(enterprise, policy, part)

    def learn(self, enterprise: str, policy: str, part: int) -> None:
        """A stored verdict of the policy was found in ``part``."""
        with self._lock:
            self._put(enterprise, policy, part)

    def members(self, enterprise: str) -> list[list[str]]:
        """The policies in each part."""
        return self._members.get(enterprise, [])

    def _put(self, enterprise: str, policy: str, part: int) -> int:
        members = self._members.setdefault(enterprise, [])
        place = self._places.setdefault(enterprise, {}).setdefault(policy, part)
        while len(members) <= place:
            members.append([])
        if policy not in members[place]:
            members[place].append(policy)
        return place


class Reports:
    """Makes rows of ``REPORTS`` and ``PARTS``. The text of verdicts is kept for a while: they move seldom, and most devices share them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._texts: dict[tuple[int, int], tuple[Mapping[str, Verdict], str]] = {}
        self._held = 0

    def split(
        self, states: Iterable[DeviceState], moved: Set[str], before: Mapping[str, DeviceState]
    ) -> tuple[list[Tuple], list[Tuple]]:
        """Rows of both, by device: what may have changed since the states that are stored ``before``, all of what was not stored."""
        known: dict[tuple[int, int], Set[int]] = {}  # devices that shared all verdicts mostly do so again
        reports: list[Tuple] = []
        rows: list[Tuple] = []
        for state in states:
            if state.id in moved:
                continue
            stored = before.get(state.id)
            changed: Set[int] = _NOTHING
            if stored is None or stored.verdicts is not state.verdicts:
                key = (id(stored and stored.verdicts), id(state.verdicts))
                found = known.get(key)
                changed = found if found is not None else known.setdefault(key, self._changed(state, stored))
            if stored is None or 0 in changed or stored.facts is not state.facts:
                reports.append((state.id, state.enterprise, encode(state.facts).decode(), self._text(state, 0)))
            rows += [(state.id, part, self._text(state, part)) for part in changed if part]
        reports.sort()
        rows.sort()
        return reports, rows

    def _changed(self, state: DeviceState, stored: DeviceState | None) -> Set[int]:
        """The parts that are not as they are stored."""
        policies = state.verdicts if stored is None else differing(stored.verdicts, state.verdicts)
        places = {self._parts.place(state.enterprise, policy) for policy in policies}
        if stored is None:
            places.update(range(len(self._parts.members(state.enterprise))))
        return places

    def _text(self, state: DeviceState, part: int) -> str:
        verdicts = state.verdicts
        known = self._texts.get((id(verdicts), part))  # the mapping is held, so nothing else can get its id
        if known is not None:
            return known[1]
        members = self._parts.members(state.enterprise)
        if len(members) > 1:
            those = {policy: verdict for policy in members[part] if (verdict := verdicts.get(policy)) is not None}
        else:
            those = dict(verdicts.items())
        text = encode(those).decode()
        size = len(text) + _ENTRY * len(verdicts)
        self._held += size
        if len(self._texts) >= _MOST_TEXTS or self._held > _MOST_HELD:
            self._texts.clear()
            self._held = size
        self._texts[id(verdicts), part] = (verdicts, text)
        return text
