"""One turn of everything that is about this server's own parts."""

from collections.abc import Mapping

from domain.common.errors import DomainError
from domain.common.own_parts import OwnPart
from domain.fleet.fleets import Fleets
from domain.towers.model import Tower
from domain.towers.service import TowerService
from jobs.notifications.sender import Sender
from jobs.own_parts.heartbeats import Heartbeats
from jobs.own_parts.messages import OwnMessages
from jobs.own_parts.watch import OwnPartsWatch


class OwnPartsKeeping:
    """``sender`` makes the attempts of messages and heartbeats, and is closed with this."""

    def __init__(
        self,
        *,
        watch: OwnPartsWatch,
        messages: OwnMessages,
        heartbeats: Heartbeats,
        towers: TowerService,
        fleets: Fleets,
        sender: Sender,
    ) -> None:
        self._watch = watch
        self._messages = messages
        self._heartbeats = heartbeats
        self._towers = towers
        self._fleets = fleets
        self._sender = sender

    def open(self) -> None:
        """Call once, when the live picture is loaded."""
        self._messages.open()
        self._watch.open()

    async def close(self) -> None:
        """Stop, and let go of what is under way."""
        await self._watch.close()
        await self._messages.close()
        await self._heartbeats.close()
        await self._sender.close()

    def figures(self) -> Mapping[str, float]:
        """For people and programs."""
        return {**self._heartbeats.figures(), 'behind': len(self._fleets.own_parts.behind)}

    async def look(self) -> None:
        """Judge, tell people, tell outside checks; then what needs the database."""
        self._watch.look()
        self._heartbeats.look()
        await self._messages.look()
        own = self._fleets.own_parts
        behind = {one.part: one for one in own.behind}
        if OwnPart.DATABASE in behind or not (own.is_known or behind):
            return
        poller = behind.get(OwnPart.POLLER)
        for fleet in self._fleets:
            if fleet[Tower] or poller is None:
                try:
                    await self._towers.poller_stands(
                        fleet.enterprise.id, poller.because if poller is not None else None
                    )
                except DomainError:  # the database has just gone: the next look says so
                    return
