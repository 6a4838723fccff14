"""Alerts: open ones and history, acknowledged by whoever has seen them."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import AlarmType, Alert
from domain.alerts.service import AlertService
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound
from domain.common.severity import Severity
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body
from ui.api.http.history import State, newest_first
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page


class Acknowledgement(msgspec.Struct, frozen=True):
    """What whoever has seen it wants to say."""

    comment: str = ''


def add_alerts(api: APIRouter, *, alerts: AlertService, transactor: Transactor, store: Store, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.ALERTS_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.ALERTS_WRITE))]

    async def need(actor: Actor, alert_id: str) -> Alert:
        fleet = transactor.fleets.seen_by(actor)
        if (found := fleet.find(Alert, alert_id)) is not None:
            return found
        row = await store.get(Alert, actor.enterprise, alert_id)
        if row is None or (seen := fleet.shown(row)) is None:
            raise NotFound.of(Alert, alert_id)
        return seen

    @api.get(
        '/alerts',
        tags=['alerts'],
        **operation('program', 'List alerts', scope=Permission.ALERTS_READ, answer=list_of(shapes.Alert)),
    )
    async def list_alerts(
        actor: reader,
        state: State = State.OPEN,
        severity: Severity | None = None,
        alarm_type: AlarmType | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; ``closed`` ones are those whose cause is gone."""
        fleet = transactor.fleets.seen_by(actor)
        rows, following, total = await newest_first(
            store,
            Alert,
            fleet,
            fleet[Alert].values(),
            state=state,
            equal={
                'severity': severity,
                'alarm_type': alarm_type,
                'object_kind': object_kind,
                'object_id': object_id,
            },
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([wire.alert(row) for row in rows], following, total)

    @api.get(
        '/alerts/{alert_id}',
        tags=['alerts'],
        **operation('program', 'Read an alert', scope=Permission.ALERTS_READ, answer=shapes.Alert),
    )
    async def read_alert(actor: reader, alert_id: str) -> Response:
        return answer(wire.alert(await need(actor, alert_id)))

    @api.post(
        '/alerts/{alert_id}/acknowledge',
        tags=['alerts'],
        **operation(
            'program',
            'Acknowledge an alert',
            scope=Permission.ALERTS_WRITE,
            body=Acknowledgement,
            answer=shapes.Alert,
        ),
    )
    async def acknowledge(
        actor: writer, alert_id: str, said: Annotated[Acknowledgement, Depends(body(Acknowledgement))]
    ) -> Response:
        """It stays open until its cause is gone. Refused with 409 when somebody has done so, or when it is cleared."""
        if not (await need(actor, alert_id)).is_open:
            raise Conflict('the alert is cleared already')
        acknowledged = await alerts.acknowledge(actor, alert_id, said.comment)
        return answer(wire.alert(transactor.fleets.seen_by(actor).shown(acknowledged) or acknowledged))
