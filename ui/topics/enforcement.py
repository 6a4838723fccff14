"""Commands: under way from memory, finished ones from the store; of the enterprise or of one device. And what holds them back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.changes.history import past
from domain.devices.listing.names import apart
from domain.devices.model import Device, DeviceState
from domain.enforcement.events import CommandMoved
from domain.enforcement.interlock import limit
from domain.enforcement.live import Held, OpenCommands
from domain.enforcement.model import OPEN_STATES, Command, CommandState
from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from ui.live.channel import News
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

MOST_FINISHED = 200


def command_row(fleet: Fleet, command: Command) -> dict[str, Any]:
    """What a list shows of a command."""
    device = fleet[Device].get(command.device)
    policy = fleet[Policy].get(command.policy or '')
    return {
        'id': command.id,
        'name': device.name if device else 'retired device',
        'apart': apart(fleet, command.device),
        'device_id': command.device,
        'action': command.action,
        'state': command.state,
        'because': command.because,
        'reason': command.reason,
        'policy': policy.name if policy else None,
        'policy_id': policy.id if policy else None,
        'requested_by': command.requested_by,
        'requested_at': command.requested_at,
        'moved_at': command.moved_at,
        'is_open': command.is_open,
    }


class CommandsTopic(ListTopic):
    """Commands, the newest first; ``device`` in the query asks for one device, ``open=true`` for those under way only,
    ``open=false`` for those that have ended."""

    kinds = (Command, Device, Policy)  # the latter two are shown by name
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'action', 'state', 'requested_at', 'moved_at')}
    filters = ('state', 'action')
    searched = ('name', 'reason', 'because')
    default = '-requested_at'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._device = self.query.get('device') or ''
        self._finished: dict[str, Command] = {}
        self._known: dict[str, Command] = {}

    async def open(self) -> None:
        """Read the finished ones."""
        if self.query.get('open') != 'true':
            equal = {'device': self._device} if self._device else {}
            found, _ = await past(self.fleet, self.store, Command, equal=equal, is_open=False, limit=MOST_FINISHED)
            self._finished = {command.id: command for command in found}
        self._known = dict(self._live())

    def rows(self) -> list[dict[str, Any]]:
        """One row per command."""
        live = self._live()
        rows = [] if self.query.get('open') == 'false' else [*live.values()]
        rows += [one for id, one in self._finished.items() if id not in live and self.fleet.shown(one) is not None]
        return [command_row(self.fleet, command) for command in rows]

    def patch(self, news: News) -> dict[str, Any] | None:
        """Keep those that ended in view, in the state they ended in."""
        if self.query.get('open') != 'true':
            for recorded in news.entries:
                entry = recorded.entry
                if isinstance(entry, CommandMoved) and entry.command not in self.fleet[Command]:
                    self._end(entry)
        if news.of(Command):
            self._known = dict(self._live())
        return super().patch(news)

    def _live(self) -> Mapping[str, Command]:
        return self.fleet.index(OpenCommands).of(self._device) if self._device else self.fleet[Command]

    def _end(self, entry: CommandMoved) -> None:
        known = self._known.get(entry.command) or self._finished.get(entry.command)
        if known is not None:
            ended = replace(known, state=CommandState(entry.after), because=entry.because, moved_at=entry.at)
            self._finished[entry.command] = ended


class InterlockTopic(ObjectTopic):
    """How many devices are held, how many may be, what is parked and why; open commands by state."""

    kinds = (Command, Device, DeviceState)

    def view(self) -> dict[str, Any]:
        """The numbers now."""
        fleet = self.fleet
        commands = fleet[Command].values()
        counts = {state.value: sum(command.state is state for command in commands) for state in sorted(OPEN_STATES)}
        parked = [command for command in commands if command.state is CommandState.REQUESTED]
        behind_tower = sum('tower' in command.because for command in parked)
        return {
            'held': len(fleet.index(Held).devices),
            **({} if fleet.scope else self._room()),
            'devices': len(fleet[Device]),
            'open': len(fleet[Command]),
            'counts': counts,
            'parked': len(parked) or None,
            'parked_limit': (len(parked) - behind_tower) or None,
            'parked_tower': behind_tower or None,
        }

    def _room(self) -> dict[str, Any]:
        """The limit is of the whole enterprise, so it is shown to those who see all of it."""
        fleet = self.fleet
        most, held = limit(fleet), len(fleet.index(Held).devices)
        return {
            'limit': most,
            'room': max(0, most - held),
            'used': held / most if most else 0.0,
            'full': 'full' if held >= most else 'room',
            'share': fleet.enterprise.quarantine_share,
            'least': fleet.enterprise.quarantine_least,
        }


TOPICS = (
    TopicRow('commands', Permission.COMMANDS_READ, CommandsTopic),
    TopicRow('interlock', Permission.COMMANDS_READ, InterlockTopic),
)
