"""Violations: open ones and history."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import NotFound
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.policies.violations import Violation
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.history import State, newest_first
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page


def add_violations(api: APIRouter, *, transactor: Transactor, store: Store, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.DEVICES_READ))]
    described = list_of(shapes.Violation)

    @api.get(
        '/violations',
        tags=['violations'],
        **operation('program', 'List violations', scope=Permission.DEVICES_READ, answer=described),
    )
    async def list_violations(
        actor: reader,
        state: State = State.OPEN,
        device: str | None = None,
        policy: str | None = None,
        severity: Severity | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; ``device`` and ``policy`` are ids."""
        fleet = transactor.fleets.seen_by(actor)
        rows, following, total = await newest_first(
            store,
            Violation,
            fleet,
            fleet[Violation].values(),
            state=state,
            equal={'device': device, 'policy': policy, 'severity': severity},
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([wire.violation(fleet, row) for row in rows], following, total)

    @api.get(
        '/devices/{device_id}/violations',
        tags=['violations'],
        **operation('program', 'Violations of a device', scope=Permission.DEVICES_READ, answer=described),
    )
    async def list_violations_of(
        actor: reader, device_id: str, state: State = State.ALL, limit: int = 50, cursor: str | None = None
    ) -> Response:
        """Newest first, cleared ones too."""
        transactor.fleets.seen_by(actor).need(Device, device_id)
        return await list_violations(actor, state, device_id, None, None, limit, cursor)

    @api.get(
        '/violations/{violation_id}',
        tags=['violations'],
        **operation('program', 'Read a violation', scope=Permission.DEVICES_READ, answer=shapes.Violation),
    )
    async def read_violation(actor: reader, violation_id: str) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        row = fleet.find(Violation, violation_id) or await store.get(Violation, actor.enterprise, violation_id)
        if row is None or fleet.shown(row) is None:
            raise NotFound.of(Violation, violation_id)
        return answer(wire.violation(fleet, row))
