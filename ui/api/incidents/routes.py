"""Incidents: an outage as one matter, and those that were before; and the report of a night, a day or a week."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import Invalid
from domain.desks.input import zones
from domain.incidents.report import ReportSpan, span_began
from domain.incidents.search import IncidentArchive
from domain.incidents.service import IncidentService
from ui.api.http.fields import Moment
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.incidents.report import REPORT, report
from ui.api.incidents.schemas import (
    FOUND_INCIDENT,
    INCIDENT,
    SIMILAR_INCIDENTS,
    SimilarIncidents,
    asked,
    found_incident,
    incident,
    similar_incident,
)

_Text = Annotated[
    str, Query(max_length=200, description='In the problem, the name or the detail of any of its alerts.')
]
_Tower = Annotated[str, Query(max_length=64, description='Any of its towers.')]
_Cause = Annotated[str, Query(max_length=64, description='A probable cause of X.733.')]
_Label = Annotated[str, Query(max_length=200, description='`key=value` that a device carries now that it concerns.')]
_Since = Annotated[Moment | None, Query(description='It was open at some moment from then on.')]
_Until = Annotated[Moment | None, Query(description='It began before that.')]
_Zone = Annotated[str, Query(max_length=64)]


class IncidentRoutes:
    """What the routes do."""

    def __init__(self, incidents: IncidentService, past: IncidentArchive) -> None:
        self._incidents = incidents
        self._past = past

    async def read_incident(self, actor: Actor, alert_id: str) -> Response:
        """That of the alert, open or cleared, or of the alert that explains it: its tree, whom it hurt, what happened, who was told."""
        return answer(incident(await self._incidents.read(actor, alert_id)))

    async def read_report(
        self, actor: Actor, span: ReportSpan = ReportSpan.NIGHT, zone: _Zone = 'UTC', since: Moment | None = None
    ) -> Response:
        """What began since 22:00 by the clocks of the zone, in the last day or week by them, or ``since`` then; and how it stands now."""
        if zone not in zones():
            raise Invalid('must be UTC or a time zone such as Europe/Amsterdam', field='zone')
        began = since.timestamp() if since is not None else span_began(span, self._incidents.now(), zone)
        return answer(report(await self._incidents.report(actor, began)))

    async def list_incidents(
        self,
        actor: Actor,
        q: _Text = '',
        tower: _Tower = '',
        cause: _Cause = '',
        label: _Label = '',
        since: _Since = None,
        until: _Until = None,
        limit: int = 50,
        cursor: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """Open and past ones, by the alert at their root, the newest first. A page may have fewer than ``limit`` and others follow."""
        query = asked(q, tower, cause, label, since, until)
        rows, following = await self._past.find(actor, query, before=cursor, limit=checked_limit(limit))
        return page([found_incident(row) for row in rows], following, None)

    async def list_similar_incidents(self, actor: Actor, alert_id: str) -> Response:
        """At most five of the half year before it: in what they were alike, how long they lasted, and what people wrote of their end."""
        root = (await self._incidents.read(actor, alert_id)).root
        rows = await self._past.similar(actor, root)
        return answer(SimilarIncidents(items=tuple(map(similar_incident, rows))))


ROUTES = (
    Route(
        method='GET',
        path='/report',
        handler=IncidentRoutes.read_report,
        summary='Read what happened in a night, a day or a week',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=REPORT,
    ),
    Route(
        method='GET',
        path='/alerts/{alert_id}/incident',
        handler=IncidentRoutes.read_incident,
        summary='Read an incident',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=INCIDENT,
    ),
    Route(
        method='GET',
        path='/incidents',
        handler=IncidentRoutes.list_incidents,
        summary='Find incidents',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=PageOf(FOUND_INCIDENT),
    ),
    Route(
        method='GET',
        path='/alerts/{alert_id}/similar-incidents',
        handler=IncidentRoutes.list_similar_incidents,
        summary='List similar incidents',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=SIMILAR_INCIDENTS,
    ),
)
