"""Commands: requested of a device, listed, cancelled, and answered by the device."""

from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound
from domain.devices.actions import PERMISSIONS, Action
from domain.devices.model import Device
from domain.enforcement.model import OPEN_STATES, Command, CommandState
from domain.enforcement.service import CommandService
from domain.fleet.fleet import Fleet
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body
from ui.api.http.history import State, newest_first
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page


class Outcome(StrEnum):
    """What a device says of a command."""

    CONFIRMED = 'confirmed'
    REJECTED = 'rejected'


class CommandResult(msgspec.Struct, frozen=True):
    """The device's answer; ``detail`` says why it was rejected."""

    outcome: Outcome
    detail: str = ''


class NewCommand(msgspec.Struct, frozen=True):
    """What a device shall do, and why."""

    action: Action
    reason: str


def add_commands(
    api: APIRouter, *, commands: CommandService, transactor: Transactor, store: Store, auth: BearerAuth
) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.COMMANDS_READ))]
    writer = Annotated[Actor, Depends(auth.any_of(*dict.fromkeys(PERMISSIONS.values())))]

    async def need(actor: Actor, command_id: str) -> Command:
        fleet = transactor.fleets.seen_by(actor)
        row = fleet.find(Command, command_id) or await store.get(Command, actor.enterprise, command_id)
        if row is None or fleet.shown(row) is None:
            raise NotFound.of(Command, command_id)
        return row

    @api.get(
        '/commands',
        tags=['commands'],
        **operation('program', 'List commands', scope=Permission.COMMANDS_READ, answer=list_of(shapes.Command)),
    )
    async def list_commands(
        actor: reader,
        state: State | CommandState = State.OPEN,
        device: str | None = None,
        policy: str | None = None,
        action: Action | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; ``state`` is open, closed, all or one state of the lifecycle."""
        fleet = transactor.fleets.seen_by(actor)
        which = state if isinstance(state, State) else State.OPEN if state in OPEN_STATES else State.CLOSED
        rows, following, total = await newest_first(
            store,
            Command,
            fleet,
            fleet[Command].values(),
            state=which,
            equal={
                'device': device,
                'policy': policy,
                'action': action,
                'state': None if isinstance(state, State) else state,
            },
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([wire.command(fleet, row) for row in rows], following, total)

    @api.get(
        '/commands/{command_id}',
        tags=['commands'],
        **operation('program', 'Read a command', scope=Permission.COMMANDS_READ, answer=shapes.Command),
    )
    async def read_command(actor: reader, command_id: str) -> Response:
        return answer(wire.command(transactor.fleets.seen_by(actor), await need(actor, command_id)))

    @api.post(
        '/devices/{device_id}/commands',
        tags=['commands'],
        **operation(
            'program',
            'Tell a device to do something',
            scope=Permission.COMMANDS_WRITE,
            body=NewCommand,
            answer=shapes.Command,
            status=201,
        ),
    )
    async def request_command(
        actor: writer,
        device_id: str,
        new: Annotated[NewCommand, Depends(body(NewCommand))],
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=100)] = None,
    ) -> Response:
        """Repeating the call with the same ``Idempotency-Key`` gives the same command. Refused with 409 when it would change nothing.

        To lock and unlock takes the scope ``commands:lock``, to wipe ``commands:wipe``."""
        fleet = transactor.fleets.seen_by(actor)
        fleet.need(Device, device_id)
        command = await commands.command(actor, device_id, new.action, new.reason, idempotency_key)
        return answer(wire.command(fleet, command), 201, location=f'/api/v1/commands/{command.id}')

    @api.post(
        '/commands/{command_id}/cancel',
        tags=['commands'],
        **operation('program', 'Cancel a command', scope=Permission.COMMANDS_WRITE, answer=shapes.Command),
    )
    async def cancel_command(actor: writer, command_id: str) -> Response:
        """Refused with 409 once it is over."""
        command = await need(actor, command_id)
        if not command.is_open:
            raise Conflict(f'the command is {command.state} already')
        return answer(wire.command(transactor.fleets.seen_by(actor), await commands.cancel(actor, command_id)))

    @api.post(
        '/commands/{command_id}/result',
        tags=['check-ins'],
        **operation(
            'device',
            'Answer a command',
            body=CommandResult,
            answer=shapes.Command,
        ),
    )
    async def answer_command(
        known: Annotated[tuple[Fleet, Device], Depends(auth.enrolled)],
        command_id: str,
        result: Annotated[CommandResult, Depends(body(CommandResult))],
    ) -> Response:
        """Only the device it was given to; repeating the same answer is harmless."""
        fleet, device = known
        confirmed = result.outcome is Outcome.CONFIRMED
        command = await commands.answer(
            fleet.enterprise.id, device.id, command_id, confirmed=confirmed, detail=result.detail
        )
        return answer(wire.command(fleet, command))
