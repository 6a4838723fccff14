"""Commands from the server: noted durably, carried out once, one after the other."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from jobs.agent.hooks import carry_out
from jobs.agent.spool import Order, Spool

_log = structlog.get_logger(__name__)


class Orders:
    """``on_result`` is called when a result waits to be reported."""

    def __init__(self, spool: Spool, hooks: Mapping[str, Path], timeout_s: float) -> None:
        self._spool, self._hooks, self._timeout_s = spool, hooks, timeout_s
        self._arrived = asyncio.Event()
        self.on_result: Callable[[], None] = lambda: None
        if interrupted := spool.abandon_started('the agent stopped while the hook ran; its effect is not known'):
            _log.warning('commands_interrupted', commands=interrupted)
        self._arrived.set()

    def receive(self, commands: Any) -> None:
        """Note the commands of a check-in's answer; those that are no commands are left alone."""
        for command in commands if isinstance(commands, list) else []:
            if isinstance(command, dict) and isinstance(command.get('id'), str) and command['id']:
                reason = str(command.get('reason') or '')
                self._spool.receive(Order(command['id'], str(command.get('action') or ''), reason))
                self._arrived.set()

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await self.drain()

    async def drain(self) -> None:
        """Carry out all that waits."""
        while order := self._spool.start_next():
            _log.info('command_started', command=order.id, action=order.action, reason=order.reason)
            try:
                outcome, detail = await carry_out(order, self._hooks, self._timeout_s)
            except asyncio.CancelledError:
                self._spool.finish(order.id, 'rejected', 'the agent was stopped while the hook ran')
                raise
            self._spool.finish(order.id, outcome, detail)
            _log.info('command_finished', command=order.id, action=order.action, outcome=outcome, detail=detail)
            self.on_result()
