"""Commands: requested of a device, listed, cancelled, and answered by the device."""

from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.devices.actions import PERMISSIONS, Action
from domain.devices.model import Device
from domain.enforcement.model import OPEN_STATES, Command, CommandState
from domain.enforcement.service import CommandService
from ui.api.enforcement import schemas
from ui.api.enforcement.schemas import COMMAND, COMMAND_RESULT, NEW_COMMAND, CommandResult, NewCommand, Outcome
from ui.api.http.bearer import EnrolledDevice
from ui.api.http.history import State, newest_first, open_or_closed
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import PREFIX, Route
from ui.api.http.schema import PageOf


class CommandRoutes:
    """What the routes do."""

    def __init__(self, commands: CommandService, transactor: Transactor, store: Store) -> None:
        self._commands = commands
        self._fleets = transactor.fleets
        self._store = store

    async def list_commands(
        self,
        actor: Actor,
        state: State | CommandState = State.OPEN,
        device: str | None = None,
        policy: str | None = None,
        action: Action | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; ``state`` is open, closed, all or one state of the lifecycle."""
        fleet = self._fleets.seen_by(actor)
        which = state if isinstance(state, State) else State.OPEN if state in OPEN_STATES else State.CLOSED
        rows, following, total = await newest_first(
            self._store,
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
        return page([schemas.command(fleet, row) for row in rows], following, total)

    async def read_command(self, actor: Actor, command_id: str) -> Response:
        fleet = self._fleets.seen_by(actor)
        return answer(schemas.command(fleet, await open_or_closed(self._store, Command, fleet, command_id)))

    async def request_command(
        self,
        actor: Actor,
        device_id: str,
        body: NewCommand,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=100)] = None,
    ) -> Response:
        """Repeating the call with the same ``Idempotency-Key`` gives the same command. Refused with 409 when it would change nothing.

        To lock and unlock takes the scope ``commands:lock``, to wipe ``commands:wipe``."""
        fleet = self._fleets.seen_by(actor)
        fleet.need(Device, device_id)
        command = await self._commands.command(actor, device_id, body.action, body.reason, idempotency_key)
        return answer(schemas.command(fleet, command), 201, location=f'{PREFIX}/commands/{command.id}')

    async def cancel_command(self, actor: Actor, command_id: str) -> Response:
        """Refused with 409 once it is over."""
        fleet = self._fleets.seen_by(actor)
        command = await open_or_closed(self._store, Command, fleet, command_id)
        if not command.is_open:
            raise Conflict(f'the command is {command.state} already')
        return answer(schemas.command(fleet, await self._commands.cancel(actor, command_id)))

    async def answer_command(self, known: EnrolledDevice, command_id: str, body: CommandResult) -> Response:
        """Only the device it was given to; repeating the same answer is harmless."""
        fleet, confirmed = known.fleet, body.outcome is Outcome.CONFIRMED
        command = await self._commands.answer(
            fleet.enterprise.id, known.device.id, command_id, confirmed=confirmed, detail=body.detail
        )
        return answer(schemas.command(fleet, command))


OF_ACTIONS = tuple(PERMISSIONS.values())
"""Which permission it takes depends on the action."""
ROUTES = (
    Route(
        method='GET',
        path='/commands',
        handler=CommandRoutes.list_commands,
        summary='List commands',
        tag='commands',
        permission=Permission.COMMANDS_READ,
        answer=PageOf(COMMAND),
    ),
    Route(
        method='GET',
        path='/commands/{command_id}',
        handler=CommandRoutes.read_command,
        summary='Read a command',
        tag='commands',
        permission=Permission.COMMANDS_READ,
        answer=COMMAND,
    ),
    Route(
        method='POST',
        path='/devices/{device_id}/commands',
        handler=CommandRoutes.request_command,
        summary='Tell a device to do something',
        tag='commands',
        permission=Permission.COMMANDS_WRITE,
        alternatives=OF_ACTIONS,
        body=NEW_COMMAND,
        answer=COMMAND,
        status=201,
    ),
    Route(
        method='POST',
        path='/commands/{command_id}/cancel',
        handler=CommandRoutes.cancel_command,
        summary='Cancel a command',
        tag='commands',
        permission=Permission.COMMANDS_WRITE,
        alternatives=OF_ACTIONS,
        answer=COMMAND,
    ),
    Route(
        method='POST',
        path='/commands/{command_id}/result',
        handler=CommandRoutes.answer_command,
        summary='Answer a command',
        tag='check-ins',
        door='device',
        body=COMMAND_RESULT,
        answer=COMMAND,
    ),
)
