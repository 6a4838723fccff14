"""Teams, rotations, escalation policies and routes: set up, changed, removed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.text import natural
from domain.oncall import model
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy, NewRotation, NewTeam
from domain.oncall.service import OnCallService
from ui.api.http.responses import answer, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf, Schema
from ui.api.oncall import schemas
from ui.api.oncall.schemas import (
    ALERT_ROUTE,
    ESCALATION_POLICY,
    NEW_ALERT_ROUTE,
    NEW_ESCALATION_POLICY,
    NEW_ROTATION,
    NEW_TEAM,
    ROTATION,
    TEAM,
    S,
    shown,
)

Handler = Callable[..., Awaitable[Any]]
Patch = Mapping[str, Any]
_ByName = Annotated[str, Query(pattern='^-?name$')]
_ByPlace = Annotated[str, Query(pattern='^-?(name|position)$')]
_NAME = {'name': lambda row: (natural(row.name), row.id)}


class OnCallRoutes:
    """What the routes do."""

    def __init__(self, on_call: OnCallService) -> None:
        self._on_call = on_call

    def _shown(self, actor: Actor, kind: type[S], row: Any) -> S:
        return self._all_shown(actor, kind, [row])[0]

    def _all_shown(self, actor: Actor, kind: type[S], rows: Sequence[Any]) -> list[S]:
        return [shown(kind, row, said) for row, said in zip(rows, self._on_call.warnings(actor, rows), strict=True)]

    async def list_teams(
        self, actor: Actor, sort: _ByName = 'name', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """By name."""
        rows = self._on_call.rows(actor, model.Team)
        items, following, total = sorted_by(sort, _NAME, rows, cursor=cursor, limit=limit)
        return page(self._all_shown(actor, schemas.Team, items), following, total)

    async def add_team(self, actor: Actor, body: NewTeam) -> Response:
        """``members`` are ids of people."""
        row = await self._on_call.save_team(actor, body)
        return answer(
            self._shown(actor, schemas.Team, row), 201, version=row.version, location=f'{PREFIX}/teams/{row.id}'
        )

    async def read_team(self, actor: Actor, team_id: str) -> Response:
        row = self._on_call.read(actor, model.Team, team_id)
        return answer(self._shown(actor, schemas.Team, row), version=row.version)

    async def change_team(self, actor: Actor, team_id: str, request: Request, body: MergePatch) -> Response:
        row = self._on_call.read(actor, model.Team, team_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, schemas.Team, row), NewTeam)
        row = await self._on_call.save_team(actor, new, row.id, version)
        return answer(self._shown(actor, schemas.Team, row), version=row.version)

    async def remove_team(self, actor: Actor, team_id: str, request: Request) -> Response:
        """Refused while an escalation policy or a route leads to it."""
        row = self._on_call.read(actor, model.Team, team_id)
        await self._on_call.retire(actor, model.Team, row.id, expected_version(request, row.version))
        return Response(status_code=204)

    async def list_rotations(
        self, actor: Actor, sort: _ByName = 'name', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """With overrides that are over for less than 30 days."""
        rows = self._on_call.rows(actor, model.Rotation)
        items, following, total = sorted_by(sort, _NAME, rows, cursor=cursor, limit=limit)
        return page([shown(schemas.Rotation, row) for row in items], following, total)

    async def add_rotation(self, actor: Actor, body: NewRotation) -> Response:
        """Times are local times of named zones; one that a change of the clock
        skips is read with the offset from before it."""
        row = await self._on_call.save_rotation(actor, body)
        return answer(shown(schemas.Rotation, row), 201, version=row.version, location=f'{PREFIX}/rotations/{row.id}')

    async def read_rotation(self, actor: Actor, rotation_id: str) -> Response:
        row = self._on_call.read(actor, model.Rotation, rotation_id)
        return answer(shown(schemas.Rotation, row), version=row.version)

    async def change_rotation(self, actor: Actor, rotation_id: str, request: Request, body: MergePatch) -> Response:
        row = self._on_call.read(actor, model.Rotation, rotation_id)
        version = expected_version(request, row.version)
        new = patched(body, shown(schemas.Rotation, row), NewRotation)
        row = await self._on_call.save_rotation(actor, new, row.id, version)
        return answer(shown(schemas.Rotation, row), version=row.version)

    async def remove_rotation(self, actor: Actor, rotation_id: str, request: Request) -> Response:
        """Refused while an escalation policy or a route leads to it."""
        row = self._on_call.read(actor, model.Rotation, rotation_id)
        await self._on_call.retire(actor, model.Rotation, row.id, expected_version(request, row.version))
        return Response(status_code=204)

    async def list_escalation_policies(
        self, actor: Actor, sort: _ByName = 'name', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """By name."""
        rows = self._on_call.rows(actor, model.EscalationPolicy)
        items, following, total = sorted_by(sort, _NAME, rows, cursor=cursor, limit=limit)
        return page(self._all_shown(actor, schemas.EscalationPolicy, items), following, total)

    async def add_escalation_policy(self, actor: Actor, body: NewEscalationPolicy) -> Response:
        """A step that tells nobody (a rotation with a gap, a channel that is off) is not waited for."""
        row = await self._on_call.save_policy(actor, body)
        return answer(
            self._shown(actor, schemas.EscalationPolicy, row),
            201,
            version=row.version,
            location=f'{PREFIX}/escalation-policies/{row.id}',
        )

    async def read_escalation_policy(self, actor: Actor, escalation_policy_id: str) -> Response:
        row = self._on_call.read(actor, model.EscalationPolicy, escalation_policy_id)
        return answer(self._shown(actor, schemas.EscalationPolicy, row), version=row.version)

    async def change_escalation_policy(
        self, actor: Actor, escalation_policy_id: str, request: Request, body: MergePatch
    ) -> Response:
        row = self._on_call.read(actor, model.EscalationPolicy, escalation_policy_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, schemas.EscalationPolicy, row), NewEscalationPolicy)
        row = await self._on_call.save_policy(actor, new, row.id, version)
        return answer(self._shown(actor, schemas.EscalationPolicy, row), version=row.version)

    async def remove_escalation_policy(self, actor: Actor, escalation_policy_id: str, request: Request) -> Response:
        """Refused while an escalation policy or a route leads to it."""
        row = self._on_call.read(actor, model.EscalationPolicy, escalation_policy_id)
        await self._on_call.retire(actor, model.EscalationPolicy, row.id, expected_version(request, row.version))
        return Response(status_code=204)

    async def list_alert_routes(
        self, actor: Actor, sort: _ByPlace = 'position', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """In the order in which they are asked."""
        rows = self._on_call.rows(actor, model.AlertRoute)
        items, following, total = sorted_by(
            sort, {**_NAME, 'position': lambda row: (row.position, row.id)}, rows, cursor=cursor, limit=limit
        )
        return page(self._all_shown(actor, schemas.AlertRoute, items), following, total)

    async def add_alert_route(self, actor: Actor, body: NewAlertRoute) -> Response:
        """Alerts that are open stay where they are; what is announced from now on is asked."""
        row = await self._on_call.save_route(actor, body)
        return answer(
            self._shown(actor, schemas.AlertRoute, row),
            201,
            version=row.version,
            location=f'{PREFIX}/alert-routes/{row.id}',
        )

    async def read_alert_route(self, actor: Actor, alert_route_id: str) -> Response:
        row = self._on_call.read(actor, model.AlertRoute, alert_route_id)
        return answer(self._shown(actor, schemas.AlertRoute, row), version=row.version)

    async def change_alert_route(
        self, actor: Actor, alert_route_id: str, request: Request, body: MergePatch
    ) -> Response:
        row = self._on_call.read(actor, model.AlertRoute, alert_route_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, schemas.AlertRoute, row), NewAlertRoute)
        row = await self._on_call.save_route(actor, new, row.id, version)
        return answer(self._shown(actor, schemas.AlertRoute, row), version=row.version)

    async def remove_alert_route(self, actor: Actor, alert_route_id: str, request: Request) -> Response:
        """Calls that are under way go on."""
        row = self._on_call.read(actor, model.AlertRoute, alert_route_id)
        await self._on_call.retire(actor, model.AlertRoute, row.id, expected_version(request, row.version))
        return Response(status_code=204)


def _rows(
    path: str, handlers: tuple[Handler, ...], noun: tuple[str, str], new: Schema, one: Schema, patch: Patch
) -> tuple[Route, ...]:
    """Listed, set up, read, changed, removed."""
    listed, added, read, changed, removed = handlers
    many, single = noun
    of_one = f'{path}/{{{path[1:].removesuffix("s").replace("-", "_").replace("policie", "policy")}_id}}'
    reads: dict[str, Any] = {'tag': 'on call', 'permission': Permission.CHANNELS_READ}
    writes: dict[str, Any] = {'tag': 'on call', 'permission': Permission.CHANNELS_WRITE}
    return (
        Route(method='GET', path=path, handler=listed, summary=f'List {many}', answer=PageOf(one), **reads),
        Route(
            method='POST',
            path=path,
            handler=added,
            summary=f'Set up {single}',
            body=new,
            answer=one,
            status=201,
            **writes,
        ),
        Route(method='GET', path=of_one, handler=read, summary=f'Read {single}', answer=one, **reads),
        Route(
            method='PATCH',
            path=of_one,
            handler=changed,
            summary=f'Change {single}',
            body=new,
            patch=patch,
            answer=one,
            **writes,
        ),
        Route(method='DELETE', path=of_one, handler=removed, summary=f'Remove {single}', status=204, **writes),
    )


ROUTES = (
    *_rows(
        '/teams',
        (
            OnCallRoutes.list_teams,
            OnCallRoutes.add_team,
            OnCallRoutes.read_team,
            OnCallRoutes.change_team,
            OnCallRoutes.remove_team,
        ),
        ('teams', 'a team'),
        NEW_TEAM,
        TEAM,
        {'name': 'Radio west'},
    ),
    *_rows(
        '/rotations',
        (
            OnCallRoutes.list_rotations,
            OnCallRoutes.add_rotation,
            OnCallRoutes.read_rotation,
            OnCallRoutes.change_rotation,
            OnCallRoutes.remove_rotation,
        ),
        ('rotations', 'a rotation'),
        NEW_ROTATION,
        ROTATION,
        {'always': False},
    ),
    *_rows(
        '/escalation-policies',
        (
            OnCallRoutes.list_escalation_policies,
            OnCallRoutes.add_escalation_policy,
            OnCallRoutes.read_escalation_policy,
            OnCallRoutes.change_escalation_policy,
            OnCallRoutes.remove_escalation_policy,
        ),
        ('escalation policies', 'an escalation policy'),
        NEW_ESCALATION_POLICY,
        ESCALATION_POLICY,
        {'repeat': 2},
    ),
    *_rows(
        '/alert-routes',
        (
            OnCallRoutes.list_alert_routes,
            OnCallRoutes.add_alert_route,
            OnCallRoutes.read_alert_route,
            OnCallRoutes.change_alert_route,
            OnCallRoutes.remove_alert_route,
        ),
        ('routes of alerts', 'a route of alerts'),
        NEW_ALERT_ROUTE,
        ALERT_ROUTE,
        {'enabled': False},
    ),
)
