"""An incident as a file to send on."""

from fastapi import FastAPI, Request, Response

from domain.common.errors import DomainError
from domain.incidents.service import IncidentService
from ui.downloads.refusals import refused
from ui.sentences.incidents import markdown
from ui.sign_in import signed_in


def register_incident_export(app: FastAPI, *, incidents: IncidentService) -> None:
    """Register ``/ui/incidents/{alert_id}.md`` on the parent app."""

    @app.get('/ui/incidents/{alert_id}.md', include_in_schema=False)
    async def incident_md(request: Request, alert_id: str) -> Response:
        try:
            found = await incidents.read(signed_in(request).actor(), alert_id)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        headers = {'Content-Disposition': 'attachment; filename="incident.md"', 'Cache-Control': 'no-store'}
        return Response(markdown(found), media_type='text/markdown; charset=utf-8', headers=headers)
