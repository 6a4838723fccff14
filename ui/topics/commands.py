"""Commands: under way from memory, finished ones from the store; of the enterprise or of one device."""

from dataclasses import replace
from typing import Any, ClassVar

from domain.commands import Command, CommandState
from domain.fleet import Fleet
from domain.journal import CommandMoved
from ui.channels import News
from ui.topics.base import ListTopic

MOST_FINISHED = 200


def command_row(fleet: Fleet, command: Command) -> dict[str, Any]:
    """What a list shows of a command."""
    device = fleet.devices.get(command.device)
    policy = fleet.policies.get(command.policy or '')
    return {
        'id': command.id,
        'name': device.name if device else 'retired device',
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
    """Commands, the newest first; ``device`` in the query asks for one device, ``open=true`` for those under way only."""

    kinds = (Command,)
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
            found = await self.store.history(
                Command, self.fleet.enterprise.id, equal=equal, is_open=False, before=None, limit=MOST_FINISHED
            )
            self._finished = {command.id: command for command in found}
        self._known = dict(self._live())

    def rows(self) -> list[dict[str, Any]]:
        """One row per command."""
        return [command_row(self.fleet, command) for command in {**self._finished, **self._live()}.values()]

    def patch(self, news: News) -> dict[str, Any] | None:
        """Keep those that ended in view, in the state they ended in."""
        if self.query.get('open') != 'true':
            for recorded in news.entries:
                entry = recorded.entry
                if isinstance(entry, CommandMoved) and entry.command not in self.fleet.commands:
                    self._end(entry)
        if news.of(Command):
            self._known = dict(self._live())
        return super().patch(news)

    def _live(self) -> dict[str, Command]:
        return dict(self.fleet.commands_of(self._device)) if self._device else self.fleet.commands

    def _end(self, entry: CommandMoved) -> None:
        known = self._known.get(entry.command) or self._finished.get(entry.command)
        if known is not None:
            ended = replace(known, state=CommandState(entry.after), because=entry.because, moved_at=entry.at)
            self._finished[entry.command] = ended
