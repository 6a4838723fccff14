"""The rules that raise alerts: read, changed, and what a change would have made of the last week."""

from fastapi import Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alert_rules.input import NewAlertRule
from domain.alert_rules.service import AlertRuleService, RuleWeek
from ui.api.alert_rules.schemas import (
    ALERT_RULE,
    ALERT_RULE_COUNTS,
    ALERT_RULE_PREVIEW,
    NEW_ALERT_RULE,
    alert_rule,
    counts,
    preview,
)
from ui.api.http.responses import answer, expected_version, page, patched
from ui.api.http.route import MergePatch, Route
from ui.api.http.schema import PageOf


class AlertRuleRoutes:
    """What the routes do."""

    def __init__(self, rules: AlertRuleService) -> None:
        self._rules = rules

    async def list_alert_rules(self, actor: Actor) -> Response:
        """All of them; they are those of the product, and each enterprise sets them for itself."""
        rows = [alert_rule(*row) for row in self._rules.list(actor)]
        return page(rows, None, len(rows))

    async def count_alert_rules(self, actor: Actor) -> Response:
        """Of every rule, for the last seven days."""
        week = await self._rules.week(actor)
        rows = [counts(tuning, week.get(rule.key, RuleWeek())) for rule, tuning in self._rules.list(actor)]
        return page(rows, None, len(rows))

    async def read_alert_rule(self, actor: Actor, alert_rule_id: str) -> Response:
        """By its id, or by its key."""
        row = self._rules.read(actor, alert_rule_id)
        return answer(alert_rule(*row), version=row[1].version)

    async def change_alert_rule(self, actor: Actor, alert_rule_id: str, request: Request, body: MergePatch) -> Response:
        """A limit that is null is as delivered again. Open alerts that the rule would not raise any more are closed, with a comment that
        says why; severity and waiting time count for what is raised from then on. To switch a rule off takes a reason."""
        rule, before = self._rules.read(actor, alert_rule_id)
        version = expected_version(request, before.version)
        new = patched(body, alert_rule(rule, before), NewAlertRule)
        after = await self._rules.change(actor, alert_rule_id, version, new)
        return answer(alert_rule(rule, after), version=after.version)

    async def preview_alert_rule(self, actor: Actor, alert_rule_id: str, body: NewAlertRule) -> Response:
        """Counted from the alerts that are kept; nothing is changed. A limit that is left out is as delivered."""
        return answer(preview(await self._rules.preview(actor, alert_rule_id, body)))


ROUTES = (
    Route(
        method='GET',
        path='/alert-rules',
        handler=AlertRuleRoutes.list_alert_rules,
        summary='List alert rules',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=PageOf(ALERT_RULE),
    ),
    Route(
        method='GET',
        path='/alert-rules:counts',
        handler=AlertRuleRoutes.count_alert_rules,
        summary='Count what alert rules raised',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=PageOf(ALERT_RULE_COUNTS),
    ),
    Route(
        method='GET',
        path='/alert-rules/{alert_rule_id}',
        handler=AlertRuleRoutes.read_alert_rule,
        summary='Read an alert rule',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=ALERT_RULE,
    ),
    Route(
        method='PATCH',
        path='/alert-rules/{alert_rule_id}',
        handler=AlertRuleRoutes.change_alert_rule,
        summary='Change an alert rule',
        tag='alerts',
        permission=Permission.RULES_WRITE,
        body=NEW_ALERT_RULE,
        patch={'limits': {'devices': 10}},
        answer=ALERT_RULE,
    ),
    Route(
        method='POST',
        path='/alert-rules/{alert_rule_id}/preview',
        handler=AlertRuleRoutes.preview_alert_rule,
        summary='Preview an alert rule',
        tag='alerts',
        permission=Permission.RULES_READ,
        body=NEW_ALERT_RULE,
        answer=ALERT_RULE_PREVIEW,
    ),
)
