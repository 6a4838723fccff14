"""Links by which people outside read of an incident: listed, made, revoked."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.incidents.links.service import IncidentLinkService
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.incident_links.schemas import (
    INCIDENT_LINK,
    MADE_INCIDENT_LINK,
    NEW_INCIDENT_LINK,
    IncidentLinkBody,
    MadeIncidentLink,
    incident_link,
    new_link,
)


class IncidentLinkRoutes:
    """What the routes do. ``base`` is the address of this console, empty where it is not known."""

    def __init__(self, links: IncidentLinkService, *, base: str = '') -> None:
        self._links = links
        self._base = base

    async def list_incident_links(
        self,
        actor: Actor,
        alert_id: Annotated[str, Query(max_length=64)] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Those that open, and those that ended within the last 30 days; the newest first."""
        rows = [row for row in self._links.list(actor, alert_id) if cursor is None or row.id < cursor]
        shown = rows[: checked_limit(limit)]
        return page([incident_link(row) for row in shown], shown[-1].id if len(rows) > len(shown) else None, None)

    async def make_incident_link(self, actor: Actor, alert_id: str, body: IncidentLinkBody) -> Response:
        """Its address is answered once and cannot be read again. What is not in ``parts`` is not shown to its reader."""
        row, secret = await self._links.make(actor, alert_id, new_link(body))
        made = MadeIncidentLink(address=f'{self._base}/incident/{secret}', link=incident_link(row))
        return answer(made, 201)

    async def revoke_incident_link(self, actor: Actor, incident_link_id: str) -> Response:
        """It opens nothing from here on. One that opens nothing any more is a conflict."""
        return answer(incident_link(await self._links.revoke(actor, incident_link_id)))


ROUTES = (
    Route(
        method='GET',
        path='/incident-links',
        handler=IncidentLinkRoutes.list_incident_links,
        summary='List links to incidents',
        tag='alerts',
        permission=Permission.STATUS_READ,
        answer=PageOf(INCIDENT_LINK),
    ),
    Route(
        method='POST',
        path='/alerts/{alert_id}/incident-links',
        handler=IncidentLinkRoutes.make_incident_link,
        summary='Make a link to an incident',
        tag='alerts',
        permission=Permission.STATUS_WRITE,
        body=NEW_INCIDENT_LINK,
        answer=MADE_INCIDENT_LINK,
        status=201,
    ),
    Route(
        method='POST',
        path='/incident-links/{incident_link_id}/revoke',
        handler=IncidentLinkRoutes.revoke_incident_link,
        summary='Revoke a link to an incident',
        tag='alerts',
        permission=Permission.STATUS_WRITE,
        answer=INCIDENT_LINK,
    ),
)
