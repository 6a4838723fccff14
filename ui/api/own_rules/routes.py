"""Alert rules that an enterprise writes itself: written, changed, removed, previewed."""

from fastapi import Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.own_rules.input import NewOwnRule
from domain.own_rules.model import OwnRule
from domain.own_rules.service import OwnRuleService
from ui.api.http.responses import answer, expected_version, page, patched
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.own_rules.schemas import (
    ALERT_COUNTER,
    NEW_OWN_RULE,
    OWN_ALERT_RULE,
    OWN_RULE_PREVIEW,
    OwnAlertRule,
    counters,
    own_rule,
    previewed,
)


class OwnRuleRoutes:
    """What the routes do."""

    def __init__(self, rules: OwnRuleService, transactor: Transactor) -> None:
        self._rules = rules
        self._fleets = transactor.fleets

    def _shown(self, actor: Actor, row: OwnRule) -> OwnAlertRule:
        return own_rule(self._fleets.of(actor.enterprise), row)

    async def list_own_rules(self, actor: Actor) -> Response:
        """All of them, by name; there are fifty at most."""
        rows = [self._shown(actor, row) for row in self._rules.rows(actor)]
        return page(rows, None, len(rows))

    async def list_counters(self, actor: Actor) -> Response:
        """What expressions may name; beside these violations["a policy"], the devices that break it."""
        actor.require(Permission.RULES_READ)
        rows = counters()
        return page(rows, None, len(rows))

    async def add_own_rule(self, actor: Actor, body: NewOwnRule) -> Response:
        """A comparison that can never be meant (offline < 0), an unknown counter, policy or fact is refused."""
        row = await self._rules.save(actor, body)
        location = f'{PREFIX}/own-alert-rules/{row.id}'
        return answer(self._shown(actor, row), 201, version=row.version, location=location)

    async def preview_own_rule(self, actor: Actor, body: NewOwnRule) -> Response:
        """From the measurements of the last week, or over facts of every device as it is now; nothing is stored."""
        return answer(previewed(await self._rules.preview(actor, body)))

    async def read_own_rule(self, actor: Actor, own_rule_id: str) -> Response:
        row = self._rules.read(actor, own_rule_id)
        return answer(self._shown(actor, row), version=row.version)

    async def change_own_rule(self, actor: Actor, own_rule_id: str, request: Request, body: MergePatch) -> Response:
        """One that asks something else begins to count anew, and its open alert is closed."""
        row = self._rules.read(actor, own_rule_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, row), NewOwnRule)
        row = await self._rules.save(actor, new, row.id, version)
        return answer(self._shown(actor, row), version=row.version)

    async def remove_own_rule(self, actor: Actor, own_rule_id: str, request: Request) -> Response:
        """Its open alert is closed."""
        row = self._rules.read(actor, own_rule_id)
        await self._rules.remove(actor, row.id, expected_version(request, row.version))
        return Response(status_code=204)


ROUTES = (
    Route(
        method='GET',
        path='/own-alert-rules',
        handler=OwnRuleRoutes.list_own_rules,
        summary='List own alert rules',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=PageOf(OWN_ALERT_RULE),
    ),
    Route(
        method='POST',
        path='/own-alert-rules',
        handler=OwnRuleRoutes.add_own_rule,
        summary='Write an own alert rule',
        tag='alerts',
        permission=Permission.RULES_WRITE,
        body=NEW_OWN_RULE,
        answer=OWN_ALERT_RULE,
        status=201,
    ),
    Route(
        method='GET',
        path='/own-alert-rules:counters',
        handler=OwnRuleRoutes.list_counters,
        summary='List what own alert rules can count',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=PageOf(ALERT_COUNTER),
    ),
    Route(
        method='POST',
        path='/own-alert-rules:preview',
        handler=OwnRuleRoutes.preview_own_rule,
        summary='Preview an own alert rule',
        tag='alerts',
        permission=Permission.RULES_READ,
        body=NEW_OWN_RULE,
        answer=OWN_RULE_PREVIEW,
    ),
    Route(
        method='GET',
        path='/own-alert-rules/{own_rule_id}',
        handler=OwnRuleRoutes.read_own_rule,
        summary='Read an own alert rule',
        tag='alerts',
        permission=Permission.RULES_READ,
        answer=OWN_ALERT_RULE,
    ),
    Route(
        method='PATCH',
        path='/own-alert-rules/{own_rule_id}',
        handler=OwnRuleRoutes.change_own_rule,
        summary='Change an own alert rule',
        tag='alerts',
        permission=Permission.RULES_WRITE,
        body=NEW_OWN_RULE,
        patch={'for_s': 600},
        answer=OWN_ALERT_RULE,
    ),
    Route(
        method='DELETE',
        path='/own-alert-rules/{own_rule_id}',
        handler=OwnRuleRoutes.remove_own_rule,
        summary='Remove an own alert rule',
        tag='alerts',
        permission=Permission.RULES_WRITE,
        status=204,
    ),
)
