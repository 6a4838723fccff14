"""What people change of a device. It comes and goes by :mod:`domain.enrolment.service`, commands are :mod:`domain.enforcement.service`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.naming import named
from domain.changes.noting import write_note
from domain.changes.reevaluation import Reevaluation
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, DomainError
from domain.common.text import clean_labels
from domain.common.versions import check_version, differences
from domain.devices.events import DeviceChanged, DeviceNoted
from domain.devices.input import FIELDS, NewDevice, checked, said
from domain.devices.interning import Interner
from domain.devices.lookup import check_still_inside, need_device, with_identifiers
from domain.devices.model import Device
from domain.devices.sim_changes import sims_reviewed

AT_A_TIME = 50
"""Devices whose labels change in one decision; check-ins pass between two of them."""
LabelPatch = Mapping[str, str | None]
"""Labels to set, by key; ``None`` takes the label away (RFC 7396)."""


@dataclass(slots=True)
class Labelled:
    """What became of labels that were changed on many devices. ``before`` has, by device, what the changed labels were;
    ``refused`` why one was left as it is."""

    before: dict[str, LabelPatch] = field(default_factory=dict)
    unchanged: int = 0
    moved: int = 0
    refused: dict[str, DomainError] = field(default_factory=dict)


class DeviceService:
    """Changes to devices by people and programs."""

    def __init__(self, *, transactor: Transactor, reevaluation: Reevaluation) -> None:
        self._transactor = transactor
        self._reevaluation = reevaluation
        self._pool = Interner()

    async def change(self, actor: Actor, device_id: str, version: int, new: NewDevice) -> Device:
        """Replace what people say of a device; ``Stale`` unless ``version`` is its newest. What says nothing new leaves no trace."""
        actor.require(Permission.DEVICES_WRITE)
        new = checked(new, self._pool)

        def decide(tx: Transaction) -> Device:
            before = need_device(tx, actor, device_id)
            check_version(before.version, version)
            for other in with_identifiers(tx, actor.enterprise, new.identifiers):
                if other.id != device_id:
                    raise Conflict(f'{named(tx, actor, other)} has this IMEI or serial', field='identifiers')
            after = replace(before, **said(new), version=before.version + 1)
            changes = differences(before, after, FIELDS)
            if not changes:
                return before
            check_still_inside(tx, actor, after)
            tx.put(after)
            if after.permitted_sims != before.permitted_sims:
                sims_reviewed(tx, after)
            tx.note(DeviceChanged(**tx.about(after, actor.name), changes=changes))
            self._reevaluation.device(tx, after)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def label(
        self, actor: Actor, patches: Mapping[str, LabelPatch], *, seen: LabelPatch | None = None
    ) -> Labelled:
        """Change labels of many devices, each to its own patch, by device; other labels stay, and each device has its own entry.

        With ``seen`` a device that has another value for one of these labels by now is left alone, and counts as ``moved``: a change is
        taken back where it still stands. What one device refuses does not keep the others; raises that refusal where nothing was done.
        """
        actor.require(Permission.DEVICES_WRITE)
        for patch in {tuple(sorted(patch.items(), key=str)) for patch in patches.values()}:
            clean_labels({key: 'any' if value is None else value for key, value in patch})
        result, ids = Labelled(), list(patches)
        for start in range(0, len(ids), AT_A_TIME):
            try:
                some = await self._label(actor, ids[start : start + AT_A_TIME], patches, seen)
            except DomainError as refusal:
                result.refused |= dict.fromkeys(ids[start:], refusal)
                break
            result.before |= some.before
            result.unchanged += some.unchanged
            result.moved += some.moved
            result.refused |= some.refused
        if result.refused and not result.before and not result.unchanged:
            raise next(iter(result.refused.values()))
        return result

    async def _label(
        self, actor: Actor, ids: Sequence[str], patches: Mapping[str, LabelPatch], seen: LabelPatch | None
    ) -> Labelled:
        def decide(tx: Transaction) -> Labelled:
            result = Labelled()
            for id in ids:
                try:
                    self._label_one(tx, actor, id, patches[id], seen, result)
                except DomainError as refusal:
                    result.refused[id] = refusal
            return result

        return await self._transactor.transact(decide, actor=actor)

    def _label_one(
        self, tx: Transaction, actor: Actor, id: str, patch: LabelPatch, seen: LabelPatch | None, result: Labelled
    ) -> None:
        before = need_device(tx, actor, id)
        if seen is not None and any(before.labels.get(key) != value for key, value in seen.items()):
            result.moved += 1
            return
        patched = {key: value for key, value in {**before.labels, **patch}.items() if value is not None}
        labels = self._pool.labels(clean_labels(patched))
        if labels == before.labels:
            result.unchanged += 1
            return
        after = replace(before, labels=labels, version=before.version + 1)
        check_still_inside(tx, actor, after)
        tx.put(after)
        tx.note(DeviceChanged(**tx.about(after, actor.name), changes=differences(before, after, FIELDS)))
        self._reevaluation.device(tx, after)
        result.before[id] = {key: before.labels.get(key) for key in patch}

    async def note(self, actor: Actor, device_id: str, text: str, *, key: str = '') -> Device:
        """Write a note on it, for all who see it. It is no edit: the version stays. The same ``key`` of one actor writes it once."""
        actor.require(Permission.DEVICES_WRITE)

        def find(tx: Transaction) -> Device:
            return need_device(tx, actor, device_id)

        return await write_note(self._transactor, actor, find, DeviceNoted, text, key=key)
