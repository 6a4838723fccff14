"""Commands to devices: asked for by people and programs, taken back, answered by the device."""

from collections.abc import Mapping

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.reevaluation import Reevaluation
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound
from domain.common.ids import new_id
from domain.common.text import clean_line
from domain.devices.actions import PERMISSIONS, Action, accomplished, rivals
from domain.devices.lookup import need_device
from domain.devices.model import Device, DeviceState
from domain.enforcement.answers import answered
from domain.enforcement.lifecycle import move, request
from domain.enforcement.lookup import commands_of, need_command
from domain.enforcement.model import Command, CommandState, Lock, is_locked

_AS_IT_IS: Mapping[Action, str] = {
    Action.QUARANTINE: 'in quarantine',
    Action.RELEASE: 'not in quarantine',
    Action.LOCK: 'locked',
    Action.UNLOCK: 'not locked',
}


class CommandService:
    """Commands by people, programs and the devices themselves; what policies ask for is :mod:`domain.enforcement.ladder`."""

    def __init__(self, *, transactor: Transactor, reevaluation: Reevaluation, store: Store) -> None:
        self._transactor = transactor
        self._reevaluation = reevaluation
        self._store = store

    async def command(
        self, actor: Actor, device_id: str, action: Action, reason: str, key: str | None = None
    ) -> Command:
        """Request a command to a device; ``key`` makes repeating the call harmless, also when the command is long over.

        Each action needs its own permission, see :data:`domain.devices.actions.PERMISSIONS`. Refused when it would change nothing, or when
        ``key`` stands for another action.
        """
        actor.require(PERMISSIONS[action])
        reason = clean_line(reason, 'reason', most=300)
        idempotency = f'{actor.id}/{key}' if key else f'{actor.id}/{action}/{new_id()}'
        same = {'device': device_id, 'key': idempotency}
        closed = (
            await self._store.history(Command, actor.enterprise, equal=same, is_open=False, before=None, limit=1)
            if key
            else []
        )

        def decide(tx: Transaction) -> Command:
            device = need_device(tx, actor, device_id)
            known = [*commands_of(tx, actor.enterprise, device_id), *closed]
            if (repeated := next((row for row in known if row.key == idempotency), None)) is not None:
                if repeated.action is not action:
                    raise Conflict(f'this key stands for {repeated.action} already', field='key')
                return repeated
            state = tx.find(DeviceState, actor.enterprise, device_id) or DeviceState(device_id, actor.enterprise)
            lock = tx.find(Lock, actor.enterprise, device_id)
            under_way = any(
                command.action is not action and rivals(command.action, action)
                for command in commands_of(tx, actor.enterprise, device_id)
            )
            if accomplished(action, quarantined=state.quarantined, locked=is_locked(lock)) and not under_way:
                raise Conflict(f'{device.name} is {_AS_IT_IS[action]}')
            return request(
                tx, tx.fleet(actor.enterprise), device, action, key=idempotency, reason=reason, by=actor.name
            )

        return await self._transactor.transact(decide, actor=actor)

    async def cancel(self, actor: Actor, command_id: str) -> Command:
        """Take back a command that the device has not confirmed yet; it takes the permission to ask for it."""
        if not any(actor.may(permission) for permission in PERMISSIONS.values()):
            actor.require(Permission.COMMANDS_WRITE)
        seen = self._transactor.fleets.seen_by(actor).find(Command, command_id)

        def decide(tx: Transaction) -> Command:
            if seen is not None and tx.find(Command, actor.enterprise, command_id) is None:
                raise Conflict('the command is over already')  # since it was asked for
            command = need_command(tx, actor, command_id)
            actor.require(PERMISSIONS[command.action])
            device = tx.need(Device, actor.enterprise, command.device)
            return move(tx, device, command, CommandState.CANCELLED, f'cancelled by {actor.name}', actor.name)

        return await self._transactor.transact(decide, actor=actor)

    async def answer(
        self, enterprise: str, device_id: str, command_id: str, *, confirmed: bool, detail: str
    ) -> Command:
        """What the device says of a command. It may answer late or twice."""
        detail = clean_line(detail, 'detail', most=500, least=0)
        known = self._transactor.fleets.of(enterprise)[Command].get(command_id)
        if known is None:
            known = await self._store.get(Command, enterprise, command_id)

        def decide(tx: Transaction) -> Command:
            command = tx.find(Command, enterprise, command_id) or known
            if command is None or command.device != device_id:
                raise NotFound(f'there is no command {command_id[:40]!r} for this device')
            device = tx.need(Device, enterprise, device_id)
            moved = answered(tx, tx.fleet(enterprise), device, command, confirmed=confirmed, detail=detail)
            self._reevaluation.device(tx, device)  # a rule may read device.quarantined
            return moved

        return await self._transactor.transact(decide, enterprise)
