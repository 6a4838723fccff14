"""Alert rules as people and programs set them, and what became of each in the last week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alert_rules.alerts import TUNABLE, close_ruled_out, is_of, need_rule, rule_that_raised
from domain.alert_rules.input import NewAlertRule, checked_alert_rule
from domain.alert_rules.measuring import Look
from domain.alert_rules.preview import MOST_LOOKED_AT, WEEK_S, RulePreview, preview_of
from domain.alerts.archive import NEWEST_FIRST, STEP, AlertQuery, AlertStore
from domain.alerts.events import AlertRuleSaved
from domain.alerts.model import Alert, AlertTuning
from domain.alerts.tuning import Tunable
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.versions import check_version, differences
from domain.fleet.fleet import Fleet
from domain.journal.model import Subject

_FIELDS = ('enabled', 'reason', 'severity', 'after_s', 'limits', 'scope')


@dataclass(frozen=True, slots=True)
class RuleWeek:
    """Alerts of a rule that were ``raised`` in the last week, those of them that people were ``told`` of or marked as ``false`` alarms,
    and those that are ``open``."""

    raised: int = 0
    told: int = 0
    false: int = 0
    open: int = 0


class AlertRuleService:
    """Those who answer alerts read the rules; security officers and administrators set them."""

    def __init__(self, *, transactor: Transactor, store: AlertStore) -> None:
        self._transactor = transactor
        self._store = store

    def list(self, actor: Actor) -> list[tuple[Tunable, AlertTuning]]:
        """All rules, with what is set of each."""
        actor.require(Permission.RULES_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        return [(rule, rule.within(fleet)) for rule in TUNABLE.values()]

    def read(self, actor: Actor, key: str) -> tuple[Tunable, AlertTuning]:
        """One of them, by its key or id, or ``NotFound``."""
        actor.require(Permission.RULES_READ)
        rule = need_rule(key, actor.enterprise)
        return rule, rule.within(self._transactor.fleets.of(actor.enterprise))

    async def change(self, actor: Actor, key: str, version: int, new: NewAlertRule) -> AlertTuning:
        """Set a rule; ``Stale`` unless ``version`` is the newest. Open alerts that it would not raise any more are closed by it."""
        actor.require(Permission.RULES_WRITE)
        rule = need_rule(key, actor.enterprise)

        def decide(tx: Transaction) -> AlertTuning:
            before = rule.of(tx, actor.enterprise)
            check_version(before.version, version)
            after = _changed(tx.fleet(actor.enterprise), rule, before, new)
            if after == before:
                return before
            after = replace(after, changed_at=tx.now, by=actor.name, version=before.version + 1)
            tx.put(after)
            look = Look(tx.fleet(actor.enterprise), rule, before, tx.now)
            closed = close_ruled_out(tx, look, after, actor.name)
            tx.note(
                AlertRuleSaved(
                    at=tx.now,
                    enterprise=actor.enterprise,
                    subject=Subject('alert_rule', rule.key, rule.name),
                    by=actor.name,
                    enabled=after.enabled,
                    reason=after.reason,
                    closed=closed,
                    changes=differences(before, after, _FIELDS),
                )
            )
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def preview(self, actor: Actor, key: str, new: NewAlertRule) -> RulePreview:
        """What would have come of the last week with these values; nothing is changed."""
        rule, before = self.read(actor, key)
        fleet, now = self._transactor.fleets.of(actor.enterprise), self._transactor.clock()
        after = _changed(fleet, rule, before, new)
        alerts = [alert for alert in await alerts_of_week(fleet, self._store, now) if is_of(rule, alert)]
        return preview_of(Look(fleet, rule, before, now), after, alerts)

    async def week(self, actor: Actor) -> Mapping[str, RuleWeek]:
        """Of each rule, by its key."""
        actor.require(Permission.RULES_READ)
        fleet, now = self._transactor.fleets.of(actor.enterprise), self._transactor.clock()
        return week_of(await alerts_of_week(fleet, self._store, now), now)


async def alerts_of_week(fleet: Fleet, store: AlertStore, now: float) -> list[Alert]:
    """The open alerts, and the newest of those that were open at some moment of the last week."""
    found = dict(fleet[Alert])
    for skip in range(0, MOST_LOOKED_AT, STEP):
        query = AlertQuery(since=now - WEEK_S)
        rows = await store.cleared_alerts(fleet.enterprise.id, query, NEWEST_FIRST, skip=skip, limit=STEP)
        found.update((row.id, row) for row in rows)
        if len(rows) < STEP:
            break
    return list(found.values())


def week_of(alerts: Iterable[Alert], now: float) -> Mapping[str, RuleWeek]:
    """What became of each rule that raised one of these alerts, by its key."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for alert in alerts:
        if (rule := rule_that_raised(alert)) is None:
            continue
        is_late = alert.raised_at >= now - WEEK_S
        counts[rule.tuned.key].update(
            raised=int(is_late),
            told=int(is_late and alert.told_at is not None),
            false=int(is_late and alert.false_at is not None),
            open=int(alert.is_open),
        )
    return {key: RuleWeek(**counted) for key, counted in counts.items()}


def _changed(fleet: Fleet, rule: Tunable, before: AlertTuning, new: NewAlertRule) -> AlertTuning:
    checked = checked_alert_rule(fleet, rule, new, before.scope)
    return replace(before, **{name: getattr(checked, name) for name in _FIELDS})
