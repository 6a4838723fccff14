"""Policies: listed, read, checked as they are typed, previewed, added, changed, retired."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy, Selector
from domain.policies.service import PolicyService
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body, json_object
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, expected_version, page, patched, sorted_page


class RuleText(msgspec.Struct, frozen=True):
    """A rule in CEL over ``device``, ``tower`` and ``now``; true means compliant."""

    rule: str


class RuleChecked(msgspec.Struct, frozen=True):
    """The rule can be used: the fields it reads, and whether time alone can change its answer."""

    ok: bool
    fields: tuple[str, ...]
    timed: bool


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whom a policy would hit."""

    rule: str
    selector: Selector = Selector()
    mode: Mode = Mode.AUDIT
    grace_s: int = 0


def add_policies(api: APIRouter, *, policies: PolicyService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.POLICIES_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.POLICIES_WRITE))]

    @api.get(
        '/policies',
        tags=['policies'],
        **operation('program', 'List policies', scope=Permission.POLICIES_READ, answer=list_of(shapes.Policy)),
    )
    async def list_policies(
        actor: reader,
        mode: Mode | None = None,
        q: Annotated[str, Query(max_length=200, description='Part of the name')] = '',
        sort: Annotated[str, Query(pattern='^-?name$')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        rows = [
            policy
            for policy in fleet[Policy].values()
            if mode in (None, policy.mode) and q.casefold() in policy.name.casefold()
        ]
        items, following, total = sorted_page(
            rows,
            lambda policy: (policy.name.casefold(), policy.id),
            descending=sort.startswith('-'),
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([wire.policy(fleet, policy) for policy in items], following, total)

    @api.post(
        '/policies',
        tags=['policies'],
        **operation(
            'program',
            'Add a policy',
            scope=Permission.POLICIES_WRITE,
            body=NewPolicy,
            answer=shapes.Policy,
            status=201,
        ),
    )
    async def add_policy(actor: writer, new: Annotated[NewPolicy, Depends(body(NewPolicy))]) -> Response:
        """Answered when the whole fleet has been judged by it. Refused with 409 when the name is taken."""
        policy = await policies.add(actor, new)
        shown = wire.policy(transactor.fleets.seen_by(actor), policy)
        return answer(shown, 201, version=policy.version, location=f'/api/v1/policies/{policy.id}')

    @api.post(
        '/policies:check',
        tags=['policies'],
        **operation(
            'program',
            'Check a rule',
            scope=Permission.POLICIES_READ,
            body=RuleText,
            answer=RuleChecked,
        ),
    )
    async def check_rule(actor: reader, said: Annotated[RuleText, Depends(body(RuleText))]) -> Response:
        """A rule that cannot be used is a problem with ``line`` and ``column``, which count from 1."""
        rule = await policies.check(actor, said.rule)
        return answer(RuleChecked(True, tuple(sorted(rule.paths)), rule.timed))

    @api.post(
        '/policies:preview',
        tags=['policies'],
        **operation(
            'program',
            'Preview a policy',
            scope=Permission.POLICIES_READ,
            body=Draft,
            answer=shapes.PolicyPreview,
        ),
    )
    async def preview_policy(actor: reader, draft: Annotated[Draft, Depends(body(Draft))]) -> Response:
        """What it would say of the fleet as it is now; nothing is changed."""
        new = NewPolicy(
            name='preview', rule=draft.rule, selector=draft.selector, mode=draft.mode, grace_s=draft.grace_s
        )
        return answer(wire.preview(await policies.preview(actor, new)))

    @api.get(
        '/policies/{policy_id}',
        tags=['policies'],
        **operation('program', 'Read a policy', scope=Permission.POLICIES_READ, answer=shapes.Policy),
    )
    async def read_policy(actor: reader, policy_id: str) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        policy = fleet.need(Policy, policy_id)
        return answer(wire.policy(fleet, policy), version=policy.version)

    @api.patch(
        '/policies/{policy_id}',
        tags=['policies'],
        **operation(
            'program',
            'Change a policy',
            scope=Permission.POLICIES_WRITE,
            body=NewPolicy,
            patch={'mode': 'enforce', 'grace_s': 3600},
            answer=shapes.Policy,
        ),
    )
    async def change_policy(
        actor: writer, policy_id: str, request: Request, patch: Annotated[dict[str, object], Depends(json_object)]
    ) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        policy = fleet.need(Policy, policy_id)
        version = expected_version(request, policy.version)
        new = patched(patch, wire.policy(fleet, policy), NewPolicy)
        changed = await policies.change(actor, policy_id, version, new)
        return answer(wire.policy(fleet, changed), version=changed.version)

    @api.delete(
        '/policies/{policy_id}',
        tags=['policies'],
        **operation('program', 'Retire a policy', scope=Permission.POLICIES_WRITE, status=204),
    )
    async def retire_policy(actor: writer, policy_id: str, request: Request) -> Response:
        """Its violations end, what it quarantined is released."""
        policy = transactor.fleets.seen_by(actor).need(Policy, policy_id)
        await policies.retire(actor, policy_id, expected_version(request, policy.version))
        return Response(status_code=204)
