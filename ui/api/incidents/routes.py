"""Incidents: an outage as one matter."""

from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.incidents.service import IncidentService
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.incidents.schemas import INCIDENT, incident


class IncidentRoutes:
    """What the routes do."""

    def __init__(self, incidents: IncidentService) -> None:
        self._incidents = incidents

    async def read_incident(self, actor: Actor, alert_id: str) -> Response:
        """That of the alert, open or cleared, or of the alert that explains it: its tree, whom it hurt, what happened, who was told."""
        return answer(incident(await self._incidents.read(actor, alert_id)))


ROUTES = (
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
