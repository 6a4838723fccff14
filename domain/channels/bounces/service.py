"""Bounces as a mail gateway hands them over."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.bounces.bouncing import bounced
from domain.channels.bounces.dsn import read_report
from domain.channels.kinds import mail as mail_kind
from domain.channels.model import Channel, Delivery

WITHIN_S = 5 * 86_400.0
"""A mail server gives up within so long (RFC 5321, 4.5.4.1); what is reported later of a letter is not believed."""


class BounceOutcome(StrEnum):
    """What became of a letter that was handed over."""

    NOTED = 'noted'
    KNOWN = 'known'
    """The same was handed over before."""
    IGNORED = 'ignored'


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedBounce:
    """With ``because`` for what was ignored; ``deliveries`` are the ids of those that it is about."""

    outcome: BounceOutcome
    because: str = ''
    deliveries: tuple[str, ...] = ()


class BounceService:
    """For programs that have the right to nothing else."""

    def __init__(self, *, transactor: Transactor, store: Store) -> None:
        self._transactor = transactor
        self._store = store

    async def take(self, actor: Actor, letter: bytes) -> NotedBounce:
        """A letter that came to the address for bounces. What is no report about one of our letters is ignored: a gateway hands over
        whatever comes there, and is to hand it over once."""
        actor.require(Permission.BOUNCES_WRITE)
        report = read_report(letter)
        if report is None:
            return NotedBounce(outcome=BounceOutcome.IGNORED, because='it is no report of a delivery (RFC 3464)')
        if not report.failed:
            return NotedBounce(outcome=BounceOutcome.IGNORED, because='it reports no failure')
        found = [one for id in report.letters if (one := await self._letter(actor, id)) is not None]
        if not found:
            because = 'it names no letter that was sent from here in the last 5 days'
            return NotedBounce(outcome=BounceOutcome.IGNORED, because=because)

        def decide(tx: Transaction) -> int:
            noted = 0
            for delivery in found:
                channel = tx.find(Channel, actor.enterprise, delivery.channel)
                if channel is not None and channel.retired_at is None:
                    noted += sum(bounced(tx, channel, delivery, failed) for failed in report.failed)
            return noted

        noted = await self._transactor.transact(decide, actor=actor)
        outcome = BounceOutcome.NOTED if noted else BounceOutcome.KNOWN
        return NotedBounce(outcome=outcome, deliveries=tuple(one.id for one in found))

    async def _letter(self, actor: Actor, id: str) -> Delivery | None:
        """A letter of this enterprise that a mail server took in the last days."""
        fleet = self._transactor.fleets.of(actor.enterprise)
        found = fleet.find(Delivery, id) or await self._store.get(Delivery, actor.enterprise, id)
        if found is None or found.tried_at is None or self._transactor.clock() - found.tried_at > WITHIN_S:
            return None
        channel = fleet.find(Channel, found.channel)
        return found if channel is not None and channel.kind == mail_kind.KIND.key else None
