"""The clock that asks rules over facts: of the devices that have moved since it last looked, and of all others in turn.

A rule is compiled once and asked of all devices when it is new to this process; after that a check-in costs it something only when the
check-in changed what it reads. What is found is stored for each device of which a rule holds, so that a restart loses no waiting.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import nsmallest
from itertools import chain
from math import inf

from domain.access.shares import Shares
from domain.alerts.catalogue import OWN_RULES
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.compliance.readers import Readers
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.fleet.fleet import Fleet
from domain.own_rules.alerts import OWN
from domain.own_rules.facts.asking import Asked, asked_of
from domain.own_rules.facts.holding import MOST_WITNESSES, ended, found, lasts, tell
from domain.own_rules.live import FactHolds, Touched
from domain.own_rules.model import FactHold, Over, OwnRule
from domain.rules.language import Rule, RuleError
from domain.towers.live import OnTower

IN_TURN = 500
"""Devices that every look asks beside those that moved: what only the clock or planned works change is found so."""
STEP = 500
"""Changes in one transaction."""
TOO_LONG = 'The rule is not asked: its expression took too long. Save it anew, with less in it.'
UNREADABLE = 'The rule is not asked: its expression cannot be read any more. Write it anew.'

Asking = tuple[str, Sequence[OwnRule]]
"""A device and the rules that are to be asked of it."""


@dataclass(slots=True)
class _Book:
    """The compiled rules of one enterprise; ``turn`` are the devices that are still to be asked in turn."""

    rules: dict[str, OwnRule] = field(default_factory=dict)
    compiled: dict[str, Rule | None] = field(default_factory=dict)
    readers: Readers[OwnRule] = field(default_factory=Readers)
    of_quarantine: list[OwnRule] = field(default_factory=list)
    turn: list[str] = field(default_factory=list)
    told: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """Of each rule, how everything stood when its alerts were looked at last."""


class FactReview:
    """Asks the rules over facts of every enterprise."""

    def __init__(self, *, transactor: Transactor, shares: Shares) -> None:
        self._transactor = transactor
        self._shares = shares
        self._books: dict[str, _Book] = {}

    async def review(self, enterprise: str) -> int:
        """One look; how many rules there are to ask. What a store that was away did not take is found by the next one."""
        fleet = self._transactor.fleets.of(enterprise)
        rules = [rule for rule in fleet[OwnRule].values() if rule.over is Over.FACTS and rule.enabled]
        if not rules and not fleet.index(FactHolds).rules():
            self._books.pop(enterprise, None)
            return 0
        try:
            book = self._books.setdefault(enterprise, _Book())
            new = self._follow(book, rules)
            await self._end_old(fleet, book, new)
            await self._ask(fleet, book, _askings(fleet, book, new))
            await self._wait(fleet, rules)
            for rule in rules:
                await self._tell(fleet, book, rule)
        except BaseException:
            self._books.pop(enterprise, None)  # what had moved was taken already: ask all anew
            raise
        return len(rules)

    def _follow(self, book: _Book, rules: Sequence[OwnRule]) -> list[OwnRule]:
        """Compile what is new; those rules that have to be asked of all devices."""
        known = book.rules
        new = [rule for rule in rules if (old := known.get(rule.id)) is None or old.asks_since != rule.asks_since]
        if rules == list(known.values()):
            return []
        kept = {rule.id for rule in rules} - {rule.id for rule in new}
        book.compiled = {id: rule for id, rule in book.compiled.items() if id in kept} | {
            rule.id: _compiled(rule.expression) for rule in new
        }
        book.rules = {rule.id: rule for rule in rules}
        asked = [(rule, compiled) for rule in rules if (compiled := book.compiled[rule.id]) is not None]
        book.readers = Readers(asked)
        book.of_quarantine = [rule for rule, compiled in asked if 'device.quarantined' in compiled.paths]
        return new

    async def _ask(self, fleet: Fleet, book: _Book, askings: Iterable[Asking]) -> None:
        now, moved = self._transactor.clock(), list[tuple[OwnRule, str, Asked]]()
        held = fleet.index(FactHolds)

        def ask(asking: Asking) -> None:
            device = fleet[Device].get(asking[0])
            for rule in asking[1]:
                compiled = book.compiled[rule.id]
                if compiled is None or compiled.suspended:
                    continue
                asked = asked_of(fleet, rule.counted, compiled, device, now) if device is not None else Asked(False)
                is_held = asking[0] in held.waiting(rule.id) or asking[0] in held.due(rule.id)
                if asked.holds is not None and asked.holds is not is_held:
                    moved.append((rule, asking[0], asked))

        await self._shares.each(fleet.enterprise.id, askings, ask)

        def decide(one: tuple[OwnRule, str, Asked], tx: Transaction) -> None:
            rule = _still(tx, one[0])
            if rule is not None:
                found(tx, rule, one[1], one[2])

        await self._decide(fleet, [partial(decide, one) for one in moved])

    async def _end_old(self, fleet: Fleet, book: _Book, new: Sequence[OwnRule]) -> None:
        """What was found by rules that are gone, off or other ones by now, and, once after a start, of devices that are gone."""
        held, asks = fleet.index(FactHolds), {rule.id: rule.asks_since for rule in new}
        old = [
            hold
            for id in held.rules()
            if id in asks or id not in book.rules
            for hold in chain(held.waiting(id).values(), held.due(id).values())
            if hold.since < asks.get(id, inf) or hold.device not in fleet[Device]
        ]
        await self._decide(fleet, [partial(_ended, hold) for hold in old])

    async def _wait(self, fleet: Fleet, rules: Sequence[OwnRule]) -> None:
        """Those of which it has held for long enough by now; the others wait, the longest first."""
        held, watch, lasted = fleet.index(FactHolds), self._transactor.fleets.watch, list[tuple[OwnRule, FactHold]]()
        for rule in rules:
            for hold in sorted(held.waiting(rule.id).values(), key=lambda hold: hold.since):
                if watch.elapsed(hold.since) < rule.for_s:
                    break
                lasted.append((rule, hold))

        def decide(rule: OwnRule, hold: FactHold, tx: Transaction) -> None:
            if (now := _still(tx, rule)) is not None:
                lasts(tx, now, hold)

        await self._decide(fleet, [partial(decide, rule, hold) for rule, hold in lasted])

    async def _tell(self, fleet: Fleet, book: _Book, rule: OwnRule) -> None:
        """Bring its alerts up to date, when anything has moved since that was done last."""
        held, trouble = fleet.index(FactHolds), _trouble(book.compiled[rule.id])
        stands = (
            held.revision(rule.id),
            rule.version,
            OWN_RULES.within(fleet).version,
            OWN.open_in(fleet, rule.id),
            trouble,
        )
        if book.told.get(rule.id) == stands:
            return
        due = held.due(rule.id)
        first = nsmallest(MOST_WITNESSES, due.values(), key=lambda hold: (hold.since, hold.id))

        def decide(tx: Transaction) -> None:
            if (now := _still(tx, rule)) is not None:
                tell(tx, now, due, first, trouble)

        await self._transactor.transact(decide, fleet.enterprise.id)
        book.told[rule.id] = stands

    async def _decide(self, fleet: Fleet, changes: Sequence[Callable[[Transaction], None]]) -> None:
        for at in range(0, len(changes), STEP):
            step = changes[at : at + STEP]

            def decide(tx: Transaction, step: Sequence[Callable[[Transaction], None]] = step) -> None:
                for change in step:
                    change(tx)

            async with self._shares.slice(fleet.enterprise.id):
                await self._transactor.transact(decide, fleet.enterprise.id)


def _askings(fleet: Fleet, book: _Book, new: Sequence[OwnRule]) -> list[Asking]:
    """What has to be asked: new rules of every device, the others of what has moved, and all of those whose turn it is."""
    states, devices, towers = fleet.index(Touched).take()
    every = list(book.rules.values())
    askings: list[Asking] = [(id, new) for id in fleet[Device]] if new else []
    askings += [(id, every) for id in devices]
    for id, before in states.items():
        if id not in devices and (rules := _concerned(book, before, state_of(fleet, id))):
            askings.append((id, rules))
    of_towers = list({rule.id: rule for rule in (*book.readers.of_tower, *book.readers.of_network)}.values())
    of_regions = [rule for rule in every if rule.counted.regions and rule not in of_towers]
    for tower in towers if of_towers or of_regions else ():
        askings += [(id, [*of_towers, *of_regions]) for id in fleet.index(OnTower).devices(tower)]
    if not book.turn:
        book.turn = list(fleet[Device])
    askings += [(id, every) for id in book.turn[:IN_TURN]]
    del book.turn[:IN_TURN]
    return askings


def _concerned(book: _Book, before: DeviceState, after: DeviceState) -> Sequence[OwnRule]:
    if before.last_seen is None or before.settled is not after.settled:
        return list(book.rules.values())
    found = book.readers.concerned(before, after)
    if before.quarantined is not after.quarantined:
        found.update((rule.id, rule) for rule in book.of_quarantine)
    if before.tower != after.tower:
        found.update((rule.id, rule) for rule in book.rules.values() if rule.counted.regions)
    return list(found.values())


def _still(tx: Transaction, rule: OwnRule) -> OwnRule | None:
    """The rule as it is now, unless it is gone or asks something else."""
    now = tx.find(OwnRule, rule.enterprise, rule.id)
    asks_that = now is not None and now.retired_at is None and now.enabled and now.asks_since == rule.asks_since
    return now if asks_that else None


def _ended(hold: FactHold, tx: Transaction) -> None:
    ended(tx, hold)


def _compiled(expression: str) -> Rule | None:
    try:
        return Rule(expression, stored=True)
    except RuleError:  # one that no release can read any more
        return None


def _trouble(compiled: Rule | None) -> str:
    if compiled is None:
        return UNREADABLE
    return TOO_LONG if compiled.suspended else ''
