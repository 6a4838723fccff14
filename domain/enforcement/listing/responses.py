"""What enforcement does about a violation: for one, and for all open ones in a column."""

from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.devices.listing.columns import DeviceColumns
from domain.devices.live import state_of
from domain.enforcement.model import Command, CommandState
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, leave
from domain.fleet.scoped import ScopedFleet
from domain.policies.listing.columns import ViolationColumns
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation


class Response(StrEnum):
    """``parked`` is a command that the interlock holds back, ``under_way`` one that waits for the device; ``held``: it is in quarantine;
    ``in_grace`` waits for its end; ``not_carried_out`` after a command that ended without effect; ``due`` is asked for next."""

    UNDER_WAY = 'under_way'
    PARKED = 'parked'
    HELD = 'held'
    IN_GRACE = 'in_grace'
    DUE = 'due'
    NOT_CARRIED_OUT = 'not_carried_out'
    EXCUSED = 'excused'
    NOT_ENFORCED = 'not_enforced'


RESPONSES = tuple(Response)
_CODES = {response: code for code, response in enumerate(RESPONSES)}
_NO_COMMAND, _PARKED, _UNDER_WAY = 0, 1, 2


def response(fleet: Fleet, violation: Violation, now: float) -> Response:
    """What is done about an open violation."""
    command = fleet[Command].get(violation.command or '')
    if command is not None:
        return Response.PARKED if command.state is CommandState.REQUESTED else Response.UNDER_WAY
    if state_of(fleet, violation.device).quarantined:
        return Response.HELD
    if violation.excused_at is not None:
        return Response.EXCUSED
    policy = fleet[Policy].get(violation.policy)
    if policy is None or policy.mode is not Mode.ENFORCE:
        return Response.NOT_ENFORCED
    if violation.opened_at + policy.grace_s > now:
        return Response.IN_GRACE
    return Response.NOT_CARRIED_OUT if violation.command is not None else Response.DUE


class OpenOrders(Index):
    """How far the open command of each violation has come, by the rows of :class:`ViolationColumns`.

    It follows violations after those columns, and commands; several violations of a device may wait for one command.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._commands = fleet[Command]
        self._columns = fleet.index(ViolationColumns)
        self._stages = np.zeros(256, np.int8)
        self._waiting: dict[str, set[str]] = {}
        """Violations by the id of their command, open or not."""

    def moved(self, before: Any, after: Any) -> None:
        """Follow a violation or a command."""
        if isinstance(after if after is not None else before, Command):
            self._command(after.id if after is not None else before.id, after)
        else:
            self._violation(before, after)

    def stages(self) -> npt.NDArray[np.int8]:
        """As long as the columns."""
        self._reach(len(self._columns.alive))
        return self._stages

    def narrowed(self, part: ScopedFleet) -> 'OpenOrders':
        """The same column, to be read through the mask of the violations."""
        return part.whole.index(OpenOrders)

    def _violation(self, before: Violation | None, after: Violation | None) -> None:
        if before is not None and before.command is not None and (after is None or after.command != before.command):
            leave(self._waiting, before.command, before.id)
        if after is None:
            return
        row = self._columns.row_of[after.id]
        self._reach(row + 1)
        self._stages[row] = _stage(self._commands.get(after.command or ''))
        if after.command is not None:
            self._waiting.setdefault(after.command, set()).add(after.id)

    def _command(self, id: str, after: Command | None) -> None:
        for violation in self._waiting.get(id, ()):
            self._stages[self._columns.row_of[violation]] = _stage(after)

    def _reach(self, size: int) -> None:
        while len(self._stages) < size:
            self._stages = np.concatenate([self._stages, np.zeros(len(self._stages), np.int8)])


def _stage(command: Command | None) -> int:
    if command is None:
        return _NO_COMMAND
    return _PARKED if command.state is CommandState.REQUESTED else _UNDER_WAY


def response_codes(fleet: Fleet, now: float) -> npt.NDArray[np.int8]:
    """The place among :data:`RESPONSES` of what is done about each open violation, as :func:`response` says it, by row."""
    columns = fleet.index(ViolationColumns)
    stages = fleet.index(OpenOrders).stages()[: len(columns.alive)]
    numbers = len(columns.policy_numbers)
    enforced, grace = (
        np.zeros(numbers + 1, np.bool_),
        np.zeros(numbers + 1, np.int64),
    )  # the last one is for no policy, number -1
    for policy in fleet[Policy].values():
        if policy.mode is Mode.ENFORCE and (number := columns.policy_numbers.get(policy.id)) is not None:
            enforced[number], grace[number] = True, policy.grace_s * 1000
    quarantined = fleet.index(DeviceColumns).quarantined[columns.device] & (columns.device >= 0)
    cases = (
        (stages == _PARKED, Response.PARKED),
        (stages == _UNDER_WAY, Response.UNDER_WAY),
        (quarantined, Response.HELD),
        (columns.excused, Response.EXCUSED),
        (~enforced[columns.policy], Response.NOT_ENFORCED),
        (columns.opened + grace[columns.policy] > int(now * 1000), Response.IN_GRACE),
        (columns.has_command, Response.NOT_CARRIED_OUT),
    )
    return np.select(
        [case for case, _ in cases], [np.int8(_CODES[said]) for _, said in cases], np.int8(_CODES[Response.DUE])
    )
