"""Asks whether a port takes connections."""

from typing import ClassVar

from domain.checks.kinds.tcp import TcpTarget
from jobs.polling.probe import Attempt, Network


class TcpProbe:
    """Connects, and hangs up."""

    of: ClassVar[str] = TcpTarget.kind

    def __init__(self, network: Network) -> None:
        self._targets = network.targets

    async def ask(self, target: TcpTarget, attempt: Attempt) -> None:
        """Connect once."""
        (await self._targets.connect(target.host, target.port, attempt.race)).close()

    async def close(self) -> None:
        """Nothing is held here."""
