"""Alerts: open ones and history, acknowledged by a person or a program that has seen them."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.archive import AlertQuery, page_before
from domain.alerts.model import AlarmType, Alert
from domain.alerts.service import AlertService
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.common.severity import Severity
from ui.api.alerts import schemas
from ui.api.alerts.schemas import ACKNOWLEDGEMENT, ALERT, Acknowledgement
from ui.api.http.bodies import epoch
from ui.api.http.history import State, checked_cursor, open_or_closed
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf


class AlertRoutes:
    """What the routes do."""

    def __init__(self, alerts: AlertService, transactor: Transactor, store: ApplicationStore) -> None:
        self._alerts = alerts
        self._fleets = transactor.fleets
        self._store = store

    async def list_alerts(
        self,
        actor: Actor,
        state: State = State.OPEN,
        severity: Severity | None = None,
        alarm_type: AlarmType | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        since: Annotated[AwareDatetime | None, Query(description='Open at this moment or later')] = None,
        until: Annotated[AwareDatetime | None, Query(description='Raised before this moment')] = None,
        q: Annotated[str, Query(max_length=200, description='Text in problem, name of the object, or detail')] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; ``closed`` ones are those whose cause is gone. The severity of a cleared alert is that of its worst."""
        fleet, limit = self._fleets.seen_by(actor), checked_limit(limit)
        query = AlertQuery(
            severities=(severity,) if severity is not None else (),
            types=(alarm_type,) if alarm_type is not None else (),
            object_kinds=(object_kind,) if object_kind is not None else (),
            object_id=object_id,
            since=epoch(since, 'since') if since is not None else None,
            until=epoch(until, 'until') if until is not None else None,
            text=q,
        )
        before = checked_cursor(cursor)
        if state is State.OPEN:
            fitting = [row for row in fleet[Alert].values() if query.fits(row)]
            rows = sorted(fitting, key=lambda row: row.id, reverse=True)
            rows = [row for row in rows if before is None or row.id < before]
            following = rows[limit - 1].id if len(rows) > limit else None
            return page([schemas.alert(row) for row in rows[:limit]], following, len(fitting))
        is_open = None if state is State.ALL else False
        rows, following = await page_before(fleet, self._store, query, is_open=is_open, before=before, limit=limit)
        return page([schemas.alert(row) for row in rows], following, None)

    async def read_alert(self, actor: Actor, alert_id: str) -> Response:
        return answer(schemas.alert(await self._need(actor, alert_id)))

    async def acknowledge(self, actor: Actor, alert_id: str, body: Acknowledgement) -> Response:
        """It stays open until its cause is gone. Refused with 409 when it is acknowledged already, or cleared."""
        if not (await self._need(actor, alert_id)).is_open:
            raise Conflict('the alert is cleared already')
        acknowledged = await self._alerts.acknowledge(actor, alert_id, body.comment)
        return answer(schemas.alert(self._fleets.seen_by(actor).shown(acknowledged) or acknowledged))

    async def _need(self, actor: Actor, alert_id: str) -> Alert:
        return await open_or_closed(self._store, Alert, self._fleets.seen_by(actor), alert_id)


ROUTES = (
    Route(
        method='GET',
        path='/alerts',
        handler=AlertRoutes.list_alerts,
        summary='List alerts',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=PageOf(ALERT),
    ),
    Route(
        method='GET',
        path='/alerts/{alert_id}',
        handler=AlertRoutes.read_alert,
        summary='Read an alert',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=ALERT,
    ),
    Route(
        method='POST',
        path='/alerts/{alert_id}/acknowledge',
        handler=AlertRoutes.acknowledge,
        summary='Acknowledge an alert',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=ACKNOWLEDGEMENT,
        answer=ALERT,
    ),
)
