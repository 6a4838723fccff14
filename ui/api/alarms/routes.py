"""Alarms as TMF642 has them, read by the rules of TMF630: filters by attribute, ``fields``, ``offset`` and ``limit``."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.archive import MOST_READ, NEWEST_FIRST, AlertQuery, in_order
from domain.alerts.live import AlertTree
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.service import AlertService
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.severity import Severity
from domain.common.text import comma_separated
from domain.fleet.fleet import Fleet
from domain.triage.alarm_tasks import signed
from ui.api.alarms.schemas import ALARM, ALARM_UPDATE, Alarm, AlarmUpdate, alarm
from ui.api.alarms.tmf630 import chosen, counted_page, fields_asked
from ui.api.http.bodies import epoch
from ui.api.http.fields import Moment
from ui.api.http.history import open_or_closed
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.http.schema import ArrayOf

MOST = 200
MOST_CORRELATED = 200
"""Children that an alarm names; it says how many there are."""
_STATES = ('raised', 'updated', 'cleared')
_ACK_STATES = ('unacknowledged', 'acknowledged')
_NAMES = frozenset(Alarm.__struct_encode_fields__)


class AlarmRoutes:
    """What the routes do."""

    def __init__(self, alerts: AlertService, transactor: Transactor, store: ApplicationStore) -> None:
        self._alerts = alerts
        self._fleets = transactor.fleets
        self._store = store

    async def list_alarms(
        self,
        actor: Actor,
        perceived_severity: Annotated[str, Query(alias='perceivedSeverity', max_length=120)] = '',
        alarm_type: Annotated[str, Query(alias='alarmType', max_length=240)] = '',
        state: Annotated[str, Query(max_length=60, description='raised, updated, cleared')] = 'raised,updated',
        ack_state: Annotated[
            str, Query(alias='ackState', max_length=60, description='Of open ones: unacknowledged, acknowledged')
        ] = '',
        probable_cause: Annotated[str, Query(alias='probableCause', max_length=240)] = '',
        object_type: Annotated[str, Query(alias='alarmedObjectType', max_length=120)] = '',
        is_root_cause: Annotated[bool | None, Query(alias='isRootCause')] = None,
        parent_alarm: Annotated[str | None, Query(alias='parentAlarm.id', max_length=64)] = None,
        alarmed_object: Annotated[str | None, Query(alias='alarmedObject.id', max_length=64)] = None,
        raised_before: Annotated[Moment | None, Query(alias='alarmRaisedTime.lt')] = None,
        open_since: Annotated[Moment | None, Query(alias='alarmClearedTime.gte')] = None,
        fields: Annotated[str, Query(max_length=1000, description='Attributes to give; all without')] = '',
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Response:
        """Newest first, open ones before those that are over. Values parted by commas are alternatives. ``X-Total-Count`` says how many
        fit, ``X-Result-Count`` how many are given; 206 when there are more (TMF630)."""
        fleet, wanted = self._fleets.seen_by(actor), fields_asked(fields, _NAMES, 'an alarm')
        states = _several(state, 'state', _STATES)
        severities = _several(perceived_severity, 'perceivedSeverity', tuple(Severity))
        query = AlertQuery(
            severities=tuple(one for one in severities if one != Severity.CLEARED),
            types=_several(alarm_type, 'alarmType', tuple(AlarmType)),
            causes=_several(probable_cause, 'probableCause', tuple(ProbableCause)),
            object_kinds=comma_separated(object_type),
            object_id=alarmed_object,
            until=epoch(raised_before, 'alarmRaisedTime.lt') if raised_before is not None else None,
            since=epoch(open_since, 'alarmClearedTime.gte') if open_since is not None else None,
            under=parent_alarm,
            roots=is_root_cause is True,
        )
        has_open = not {'raised', 'updated'}.isdisjoint(states) and (not severities or bool(query.severities))
        acks = _several(ack_state, 'ackState', _ACK_STATES)
        if acks and 'cleared' in states:
            raise Invalid('is asked of open alarms: leave out state=cleared', field='ackState')
        has_over = 'cleared' in states and (not severities or Severity.CLEARED in severities)
        standing = query.among(fleet[Alert].values()) if has_open else []
        if is_root_cause is False:
            standing = [row for row in standing if row.parent is not None]
        if len(set(acks)) == 1:
            standing = [row for row in standing if (row.acknowledged_at is not None) is ('acknowledged' in acks)]
        standing = in_order(standing, NEWEST_FIRST)
        over, more = await self._over(fleet, query, max(0, offset - len(standing)), limit) if has_over else ([], 0)
        rows = [*standing[offset : offset + limit], *over][:limit]
        total = len(standing) + more
        given = [chosen(alarm(fleet, row, _children(fleet, row)), wanted) for row in rows]
        return counted_page(given, total, offset)

    async def read_alarm(
        self, actor: Actor, alert_id: str, fields: Annotated[str, Query(max_length=1000)] = ''
    ) -> Response:
        """An alarm, open or over, with those that it explains."""
        fleet, wanted = self._fleets.seen_by(actor), fields_asked(fields, _NAMES, 'an alarm')
        row = await open_or_closed(self._store, Alert, fleet, alert_id)
        past = await self._store.cleared_alerts(
            fleet.enterprise.id, AlertQuery(under=row.id), NEWEST_FIRST, limit=MOST_CORRELATED
        )
        seen = [one.id for one in past if fleet.shown(one) is not None]
        return answer(chosen(alarm(fleet, row, (*_children(fleet, row), *seen)[:MOST_CORRELATED]), wanted))

    async def change_alarm(self, actor: Actor, alert_id: str, body: AlarmUpdate) -> Response:
        """Acknowledge it or take that back by ``ackState``, and say something to it. What it has already is left as it is; attributes that
        follow from the network are refused."""
        fleet = self._fleets.seen_by(actor)
        row = await open_or_closed(self._store, Alert, fleet, alert_id)
        words = [one.signed for one in body.comment]
        if not row.is_open:
            raise Conflict('the alarm is cleared already')
        if body.ackState == 'acknowledged' and row.acknowledged_at is None:
            said = words.pop(0) if words else ''
            row = await self._alerts.acknowledge(actor, alert_id, signed(said, body.ackUserId, body.ackSystemId))
        elif body.ackState == 'unacknowledged' and row.acknowledged_at is not None:
            row = await self._alerts.unacknowledge(actor, alert_id)
        for text in words:
            row = await self._alerts.comment(actor, alert_id, text)
        return answer(alarm(fleet, fleet.shown(row) or row, _children(fleet, row)))

    async def _over(self, fleet: Fleet, query: AlertQuery, skip: int, limit: int) -> tuple[list[Alert], int]:
        """Of those that are over, a page and how many fit."""
        enterprise = fleet.enterprise.id
        if fleet.scope:
            rows = await self._store.cleared_alerts(enterprise, query, NEWEST_FIRST, limit=MOST_READ)
            seen = [one for one in map(fleet.shown, rows) if one is not None and query.fits(one)]
            return seen[skip : skip + limit], len(seen)
        total = sum((await self._store.cleared_counts(enterprise, query)).values())
        return await self._store.cleared_alerts(enterprise, query, NEWEST_FIRST, skip=skip, limit=limit), total


def _children(fleet: Fleet, row: Alert) -> tuple[str, ...]:
    return tuple(sorted(fleet.index(AlertTree).children(row.id)))[:MOST_CORRELATED]


def _several(text: str, field: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = comma_separated(text)
    if unknown := [one for one in found if one not in known]:
        raise Invalid(f'{unknown[0]} is none of {", ".join(known)}', field=field)
    return found


ROUTES = (
    Route(
        method='GET',
        path='/tmf642/alarm',
        handler=AlarmRoutes.list_alarms,
        summary='List alarms (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=ArrayOf(ALARM),
    ),
    Route(
        method='GET',
        path='/tmf642/alarm/{alert_id}',
        handler=AlarmRoutes.read_alarm,
        summary='Read an alarm (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=ALARM,
    ),
    Route(
        method='PATCH',
        path='/tmf642/alarm/{alert_id}',
        handler=AlarmRoutes.change_alarm,
        summary='Acknowledge an alarm, or comment on it (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=ALARM_UPDATE,
        answer=ALARM,
        is_blind=True,
    ),
)
