"""Judging devices again, as a Protocol: what moves a tower, a policy or a device asks for it, and does not know how it is done."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from domain.cellular.cells import Key
from domain.changes.transaction import Transaction


class Reevaluation(Protocol):
    """Judges devices again that have not checked in themselves."""

    async def devices(self, enterprise: str, device_ids: Sequence[str], *, rejoin: bool = False) -> None:
        """These devices, by every policy; with ``rejoin`` their serving tower is looked up again first."""

    async def labelled(self, enterprise: str, labels: Mapping[str, str]) -> None:
        """The devices that carry all of these labels, by every policy."""

    async def cells(self, enterprise: str, cells: Collection[Key]) -> None:
        """The devices on these cells, whose towers have changed."""

    async def tower(self, before: Any, after: Any) -> None:
        """The devices on a tower whose ``TowerState`` was ``before`` and is ``after``."""

    async def policy(self, policy: Any) -> None:
        """All devices that a saved or retired ``Policy`` binds or bound."""

    def device(self, tx: Transaction, device: Any) -> None:
        """A ``Device``, by every policy, within a transaction that has changed what rules may read of it."""
