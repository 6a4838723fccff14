"""Alerts: open ones and history, acknowledged by a person or a program that has seen them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request
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
from ui.api.alerts.schemas import ACKNOWLEDGEMENT, ALERT, NEW_COMMENT, Acknowledgement, NewComment
from ui.api.http.bodies import epoch
from ui.api.http.fields import Key, Moment
from ui.api.http.history import State, checked_cursor, open_or_closed
from ui.api.http.responses import answer, checked_limit, expected_version, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf

Seen = Annotated[
    str | None,
    Header(
        alias='If-Match',
        max_length=200,
        description='The ETag that was read; without it the alert as it is now is meant',
    ),
]


def moment(at: datetime | None) -> float | None:
    """Epoch seconds of an ``until``."""
    return epoch(at, 'until') if at is not None else None


class AlertActs:
    """What the routes that act on one alert have in common: it is found, its version and its key are looked at, and it is answered."""

    def __init__(self, transactor: Transactor, store: ApplicationStore) -> None:
        self._fleets = transactor.fleets
        self._store = store

    async def _act(
        self, actor: Actor, alert_id: str, request: Request, key: str | None, act: Callable[..., Awaitable[Alert]]
    ) -> Response:
        known = await self._need(actor, alert_id)
        if not known.is_open:
            if key is not None and f'{actor.id}/{key}' in known.keys:  # it was done before it was cleared
                return answer(schemas.alert(known), version=known.version)
            raise Conflict('the alert is cleared already')
        version = None
        if 'if-match' in request.headers and not (key is not None and f'{actor.id}/{key}' in known.keys):
            version = expected_version(request, known.version)
        done = await act(actor, alert_id, version=version, key=key or '')
        return answer(schemas.alert(self._fleets.seen_by(actor).shown(done) or done), version=done.version)

    async def _need(self, actor: Actor, alert_id: str) -> Alert:
        return await open_or_closed(self._store, Alert, self._fleets.seen_by(actor), alert_id)


class AlertRoutes(AlertActs):
    """What the routes do."""

    def __init__(self, alerts: AlertService, transactor: Transactor, store: ApplicationStore) -> None:
        super().__init__(transactor, store)
        self._alerts = alerts

    async def list_alerts(
        self,
        actor: Actor,
        state: State = State.OPEN,
        severity: Severity | None = None,
        alarm_type: AlarmType | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        since: Annotated[Moment | None, Query(description='Open at this moment or later')] = None,
        until: Annotated[Moment | None, Query(description='Raised before this moment')] = None,
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
            fitting = query.among(fleet[Alert].values())
            rows = sorted(fitting, key=lambda row: row.id, reverse=True)
            rows = [row for row in rows if before is None or row.id < before]
            following = rows[limit - 1].id if len(rows) > limit else None
            return page([schemas.alert(row) for row in rows[:limit]], following, len(fitting))
        is_open = None if state is State.ALL else False
        rows, following = await page_before(fleet, self._store, query, is_open=is_open, before=before, limit=limit)
        return page([schemas.alert(row) for row in rows], following, None)

    async def read_alert(self, actor: Actor, alert_id: str) -> Response:
        row = await self._need(actor, alert_id)
        return answer(schemas.alert(row), version=row.version)

    async def acknowledge(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: Acknowledgement,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """It stays open until its cause is gone, and waits for a person again ``until`` a moment, or when it gets worse. Refused with 409
        when it is acknowledged already, or cleared.

        With ``If-Match`` refused with 412 when it is not any more as it was read. The same ``Idempotency-Key`` acknowledges once."""
        return await self._act(
            actor,
            alert_id,
            request,
            idempotency_key,
            partial(self._alerts.acknowledge, comment=body.comment, until=moment(body.until)),
        )

    async def unacknowledge(
        self, actor: Actor, alert_id: str, request: Request, idempotency_key: Key = None, if_match: Seen = None
    ) -> Response:
        """It waits for a person again. Refused with 409 when it is not acknowledged, or cleared."""
        return await self._act(actor, alert_id, request, idempotency_key, self._alerts.unacknowledge)

    async def comment(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: NewComment,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """All who see the alert see it, in its timeline as well. Refused with 409 when the alert is cleared."""
        return await self._act(actor, alert_id, request, idempotency_key, partial(self._alerts.comment, text=body.text))


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
        path='/alerts/{alert_id}/unacknowledge',
        handler=AlertRoutes.unacknowledge,
        summary='Take an acknowledgement back',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        answer=ALERT,
    ),
    Route(
        method='POST',
        path='/alerts/{alert_id}/comments',
        handler=AlertRoutes.comment,
        summary='Comment on an alert',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=NEW_COMMENT,
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
