"""Rules of one's own as people and programs write them, and the clock that asks them."""

from dataclasses import replace
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.ids import new_id
from domain.common.text import folded, natural
from domain.common.versions import check_version, differences
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.measurements.model import HOUR_S, MINUTE_S, MeasurementStore
from domain.own_rules.alerts import closes, fires, rests
from domain.own_rules.counters import values_of
from domain.own_rules.events import OwnRuleRemoved, OwnRuleSaved
from domain.own_rules.expressions import expression
from domain.own_rules.facts.preview import FactPreview
from domain.own_rules.facts.review import FactReview
from domain.own_rules.input import NewOwnRule, checked_own_rule
from domain.own_rules.model import Over, OwnRule
from domain.own_rules.preview import WEEK_S, OwnRulePreview, replayed, why_not
from domain.own_rules.state import stands

MOST_RULES = 50
_FIELDS = ('name', 'expression', 'for_s', 'severity', 'text', 'counted', 'enabled', 'over', 'at_least', 'each')
_ASKED = ('expression', 'for_s', 'counted', 'enabled', 'over', 'at_least', 'each')
_LATER_S = 0.001
"""So much later than before a changed rule asks at least, so that what the other one found is known to be of that one."""
_MEASURED = ('presence/', 'compliance/')


class OwnRuleService:
    """Those who answer alerts read them; security officers and administrators write them."""

    def __init__(self, *, transactor: Transactor, store: MeasurementStore, shares: Shares) -> None:
        self._transactor = transactor
        self._store = store
        self._shares = shares
        self._facts = FactReview(transactor=transactor, shares=shares)

    def rows(self, actor: Actor) -> list[OwnRule]:
        """All of them, by name."""
        actor.require(Permission.RULES_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[OwnRule].values()
        return sorted(rows, key=lambda row: (natural(row.name), row.id))

    def read(self, actor: Actor, id: str) -> OwnRule:
        """One of them, or ``NotFound``."""
        actor.require(Permission.RULES_READ)
        return self._transactor.fleets.of(actor.enterprise).need(OwnRule, id)

    async def save(self, actor: Actor, new: NewOwnRule, id: str = '', version: int = 0) -> OwnRule:
        """Write one, or with an ``id`` change it; ``Stale`` unless ``version`` is the newest. One that is changed begins to count anew, and
        its open alert is closed with a comment unless only name, text or severity differ."""
        actor.require(Permission.RULES_WRITE)

        def decide(tx: Transaction) -> OwnRule:
            before = tx.need(OwnRule, actor.enterprise, id) if id else None
            if before is not None:
                check_version(before.version, version)
            checked = checked_own_rule(tx.fleet(actor.enterprise), new)
            others = [one for one in tx.all(OwnRule, actor.enterprise) if one.retired_at is None and one.id != id]
            if any(folded(one.name) == folded(checked.name) for one in others):
                raise Conflict('there is a rule of that name', field='name')
            if before is None and len(others) >= MOST_RULES:
                raise Conflict(f'there are {MOST_RULES} rules; remove one first')
            after = _made(tx, actor, before, checked)
            if after == before:
                return after
            tx.put(after)
            about = tx.about(after, actor.name)
            tx.note(OwnRuleSaved(**about, created=before is None, changes=differences(before, after, _FIELDS)))
            if before is not None and after.asks_since != before.asks_since:
                closes(tx, after, 'The rule was changed and begins to count anew', actor.name)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, id: str, version: int) -> None:
        """It raises nothing any more; its open alert is closed with a comment."""
        actor.require(Permission.RULES_WRITE)

        def decide(tx: Transaction) -> None:
            before = tx.need(OwnRule, actor.enterprise, id)
            check_version(before.version, version)
            after = replace(before, retired_at=tx.now, holds_since=None, version=before.version + 1)
            tx.put(after)
            tx.note(OwnRuleRemoved(**tx.about(after, actor.name)))
            closes(tx, after, 'The rule was removed', actor.name)

        await self._transactor.transact(decide, actor=actor)

    async def preview(self, actor: Actor, new: NewOwnRule) -> OwnRulePreview:
        """What it would have raised in the last week; nothing is stored."""
        actor.require(Permission.RULES_READ)
        fleet, now = self._transactor.fleets.of(actor.enterprise), self._transactor.clock()
        checked = checked_own_rule(fleet, new)
        if checked.over is Over.FACTS:
            return await self._previewed_facts(actor, fleet, checked, now)
        found = expression(checked.expression)
        values = values_of(fleet, checked.counted, found.names)
        since, rows, unanswered = now - WEEK_S, list[Any](), why_not(found, checked.counted)
        if not unanswered:
            for step in (HOUR_S, MINUTE_S):
                kept = await self._store.measurements(actor.enterprise, None, step, since, now)
                rows += [row for row in kept if row.series.startswith(_MEASURED)]
        thought_of = OwnRule(
            id='preview',
            enterprise=actor.enterprise,
            name=checked.name,
            expression=checked.expression,
            created_at=now,
            changed_at=now,
            for_s=checked.for_s,
        )
        raised, lasted_s, steps = replayed(thought_of, found, rows)
        return OwnRulePreview(
            since=since,
            raised=raised,
            lasted_s=lasted_s,
            steps=steps,
            now=found.holds(values) is True,
            values=found.told(values),
            unanswered=tuple(unanswered),
        )

    async def _previewed_facts(self, actor: Actor, fleet: Fleet, new: NewOwnRule, now: float) -> OwnRulePreview:
        """Asked of every device as it is now, a slice at a time; of the past of facts nothing is kept."""
        asking = FactPreview(fleet, new, now)
        async with self._shares.place(actor, 'previews'):
            await self._shares.each(actor.enterprise, list(fleet[Device].values()), asking.ask)
        return asking.preview()

    async def review(self, enterprise: str) -> int:
        """Ask every rule; run by the clock. How many were asked. Nothing is asked while the machine slept or is blind."""
        fleets = self._transactor.fleets
        fleet = fleets.of(enterprise)
        if fleets.watch.is_blind:
            return 0
        asked = await self._facts.review(enterprise)
        rules = [rule for rule in fleet[OwnRule].values() if rule.enabled and rule.over is Over.COUNTERS]
        if not rules:
            return asked
        looked = {rule.id: _asked(fleet, rule) for rule in rules}

        def decide(tx: Transaction) -> None:
            for seen in rules:
                rule = tx.find(OwnRule, enterprise, seen.id)
                if rule is None or rule.retired_at is not None or rule.version != seen.version:
                    continue
                _follow(tx, rule, *looked[rule.id])

        if any(_moves(fleet, rule, looked[rule.id][0]) for rule in rules):
            await self._transactor.transact(decide, enterprise)
        return asked + len(rules)


def _asked(fleet: Fleet, rule: OwnRule) -> tuple[bool | None, str]:
    """Whether its expression holds, and what it read. One that no release can read any more has no answer."""
    try:
        found = expression(rule.expression)
    except Invalid:
        return None, ''
    values = values_of(fleet, rule.counted, found.names)
    return found.holds(values), found.told(values)


def _moves(fleet: Fleet, rule: OwnRule, holds: bool | None) -> bool:
    return holds is True or (holds is False and (rule.holds_since is not None))


def _follow(tx: Transaction, rule: OwnRule, holds: bool | None, values: str) -> None:
    stood = stands(rule, holds, tx.now, tx.watched)
    if stood.since != rule.holds_since:
        tx.put(replace(rule, holds_since=stood.since))
    if stood.raised:
        fires(tx, rule, values)
    elif stood.raised is False:
        rests(tx, rule)


def _made(tx: Transaction, actor: Actor, before: OwnRule | None, new: NewOwnRule) -> OwnRule:
    said: dict[str, Any] = {name: getattr(new, name) for name in _FIELDS}
    if before is None:
        return OwnRule(
            id=new_id(),
            enterprise=actor.enterprise,
            created_at=tx.now,
            changed_at=tx.now,
            asks_since=tx.now,
            by=actor.name,
            **said,
        )
    after = replace(before, **said)
    if after == before:
        return before
    asked: dict[str, Any] = {}
    if any(getattr(before, name) != getattr(after, name) for name in _ASKED):
        asked = {'holds_since': None, 'asks_since': max(tx.now, before.asks_since + _LATER_S)}
    return replace(after, **asked, changed_at=tx.now, by=actor.name, version=before.version + 1)
