"""The public status page as it would be, for those who write it: made from the draft, and shown to nobody else."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response

from domain.common.errors import DomainError
from domain.fleet.fleets import Fleets
from domain.status_page.service import StatusPageService
from domain.status_page.shown import shown_page
from ui.downloads.refusals import refused
from ui.sign_in import signed_in
from ui.status_page.page import page_html
from ui.status_page.style import POLICY


def register_status_preview(
    app: FastAPI, *, fleets: Fleets, pages: StatusPageService, clock: Callable[[], float]
) -> None:
    """Register ``/status-page/preview`` on the parent app."""

    @app.get('/status-page/preview', include_in_schema=False)
    async def preview(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            page = pages.read(actor)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        html = page_html(shown_page(fleets.of(actor.enterprise), page.draft, clock()), preview=True)
        return Response(html, media_type='text/html', headers={'content-security-policy': POLICY})
