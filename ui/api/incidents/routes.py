"""Incidents: an outage as one matter; and the report of a night, a day or a week."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import Invalid
from domain.desks.input import zones
from domain.incidents.report import ReportSpan, span_began
from domain.incidents.service import IncidentService
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.incidents.schemas import INCIDENT, REPORT, incident, report

_Zone = Annotated[str, Query(max_length=64)]


class IncidentRoutes:
    """What the routes do."""

    def __init__(self, incidents: IncidentService) -> None:
        self._incidents = incidents

    async def read_incident(self, actor: Actor, alert_id: str) -> Response:
        """That of the alert, open or cleared, or of the alert that explains it: its tree, whom it hurt, what happened, who was told."""
        return answer(incident(await self._incidents.read(actor, alert_id)))

    async def read_report(
        self, actor: Actor, span: ReportSpan = ReportSpan.NIGHT, zone: _Zone = 'UTC', since: AwareDatetime | None = None
    ) -> Response:
        """What began since 22:00 by the clocks of the zone, in the last day or week by them, or ``since`` then; and how it stands now."""
        if zone not in zones():
            raise Invalid('must be UTC or a time zone such as Europe/Amsterdam', field='zone')
        began = since.timestamp() if since is not None else span_began(span, self._incidents.now(), zone)
        return answer(report(await self._incidents.report(actor, began)))


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
)
