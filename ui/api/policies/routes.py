"""Policies: listed, read, checked as they are typed, previewed, added, changed, retired."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.text import folded
from domain.policies.input import NewPolicy
from domain.policies.live import rule_doubt
from domain.policies.model import Mode, Policy
from domain.policies.service import PolicyService
from ui.api.http.responses import answer, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.policies import schemas
from ui.api.policies.schemas import (
    DRAFT,
    NEW_POLICY,
    POLICY,
    POLICY_PREVIEW,
    RULE_CHECKED,
    RULE_TEXT,
    Draft,
    RuleChecked,
    RuleText,
)


class PolicyRoutes:
    """What the routes of policies do."""

    def __init__(self, policies: PolicyService, transactor: Transactor) -> None:
        self._policies = policies
        self._fleets = transactor.fleets

    async def list_policies(
        self,
        actor: Actor,
        mode: Mode | None = None,
        doubtful: Annotated[bool | None, Query(description='Rules that compare what cannot be compared')] = None,
        q: Annotated[str, Query(max_length=200, description='Part of the name')] = '',
        sort: Annotated[str, Query(pattern='^-?name$')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        fleet = self._fleets.seen_by(actor)
        rows = [
            policy
            for policy in fleet[Policy].values()
            if mode in (None, policy.mode)
            and folded(q) in folded(policy.name)
            and (doubtful is None or doubtful is bool(rule_doubt(policy.rule)))
        ]
        items, following, total = sorted_by(
            sort, {'name': lambda policy: (folded(policy.name), policy.id)}, rows, cursor=cursor, limit=limit
        )
        return page([schemas.policy(fleet, policy) for policy in items], following, total)

    async def add_policy(self, actor: Actor, body: NewPolicy) -> Response:
        """Answered when the whole fleet has been judged by it. Refused with 409 when the name is taken."""
        policy = await self._policies.add(actor, body)
        shown = schemas.policy(self._fleets.seen_by(actor), policy)
        return answer(shown, 201, version=policy.version, location=f'{PREFIX}/policies/{policy.id}')

    async def check_rule(self, actor: Actor, body: RuleText) -> Response:
        """A rule that cannot be used is a problem with ``line`` and ``column``, which count from 1."""
        rule = await self._policies.check(actor, body.rule)
        return answer(RuleChecked(True, tuple(sorted(rule.paths)), rule.timed))

    async def preview_policy(self, actor: Actor, body: Draft) -> Response:
        """What it would say of the fleet as it is now; nothing is changed."""
        new = NewPolicy(name='preview', rule=body.rule, selector=body.selector, mode=body.mode, grace_s=body.grace_s)
        return answer(schemas.preview(await self._policies.preview(actor, new)))

    async def read_policy(self, actor: Actor, policy_id: str) -> Response:
        fleet = self._fleets.seen_by(actor)
        policy = fleet.need(Policy, policy_id)
        return answer(schemas.policy(fleet, policy), version=policy.version)

    async def change_policy(self, actor: Actor, policy_id: str, request: Request, body: MergePatch) -> Response:
        fleet = self._fleets.seen_by(actor)
        policy = fleet.need(Policy, policy_id)
        version = expected_version(request, policy.version)
        new = patched(body, schemas.policy(fleet, policy), NewPolicy)
        changed = await self._policies.change(actor, policy_id, version, new)
        return answer(schemas.policy(fleet, changed), version=changed.version)

    async def retire_policy(self, actor: Actor, policy_id: str, request: Request) -> Response:
        """Its violations end, what it quarantined is released."""
        policy = self._fleets.seen_by(actor).need(Policy, policy_id)
        await self._policies.retire(actor, policy_id, expected_version(request, policy.version))
        return Response(status_code=204)


ROUTES = (
    Route(
        method='GET',
        path='/policies',
        handler=PolicyRoutes.list_policies,
        summary='List policies',
        tag='policies',
        permission=Permission.POLICIES_READ,
        answer=PageOf(POLICY),
    ),
    Route(
        method='POST',
        path='/policies',
        handler=PolicyRoutes.add_policy,
        summary='Add a policy',
        tag='policies',
        permission=Permission.POLICIES_WRITE,
        body=NEW_POLICY,
        answer=POLICY,
        status=201,
    ),
    Route(
        method='POST',
        path='/policies:check',
        handler=PolicyRoutes.check_rule,
        summary='Check a rule',
        tag='policies',
        permission=Permission.POLICIES_READ,
        body=RULE_TEXT,
        answer=RULE_CHECKED,
    ),
    Route(
        method='POST',
        path='/policies:preview',
        handler=PolicyRoutes.preview_policy,
        summary='Preview a policy',
        tag='policies',
        permission=Permission.POLICIES_READ,
        body=DRAFT,
        answer=POLICY_PREVIEW,
    ),
    Route(
        method='GET',
        path='/policies/{policy_id}',
        handler=PolicyRoutes.read_policy,
        summary='Read a policy',
        tag='policies',
        permission=Permission.POLICIES_READ,
        answer=POLICY,
    ),
    Route(
        method='PATCH',
        path='/policies/{policy_id}',
        handler=PolicyRoutes.change_policy,
        summary='Change a policy',
        tag='policies',
        permission=Permission.POLICIES_WRITE,
        body=NEW_POLICY,
        patch={'mode': 'enforce', 'grace_s': 3600},
        answer=POLICY,
    ),
    Route(
        method='DELETE',
        path='/policies/{policy_id}',
        handler=PolicyRoutes.retire_policy,
        summary='Retire a policy',
        tag='policies',
        permission=Permission.POLICIES_WRITE,
        status=204,
    ),
)
