"""What people change of a device. It comes and goes by :mod:`domain.enrolment.service`, commands are :mod:`domain.enforcement.service`."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.naming import named
from domain.changes.noting import write_note
from domain.changes.reevaluation import Reevaluation
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.common.versions import check_version, differences
from domain.devices.events import DeviceChanged, DeviceNoted
from domain.devices.input import FIELDS, NewDevice, checked, said
from domain.devices.interning import Interner
from domain.devices.lookup import check_still_inside, need_device, with_identifiers
from domain.devices.model import Device
from domain.devices.sim_changes import sims_reviewed


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

    async def note(self, actor: Actor, device_id: str, text: str, *, key: str = '') -> Device:
        """Write a note on it, for all who see it. It is no edit: the version stays. The same ``key`` of one actor writes it once."""
        actor.require(Permission.DEVICES_WRITE)

        def find(tx: Transaction) -> Device:
            return need_device(tx, actor, device_id)

        return await write_note(self._transactor, actor, find, DeviceNoted, text, key=key)
