"""An address that leads nowhere, in our words and frame instead of NiceGUI's."""

from http import HTTPStatus

from fastapi import Request
from fastapi.exception_handlers import http_exception_handler
from nicegui import Client, app, ui
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ui.auth import is_signed_in
from ui.components.page_state import Empty, page_state
from ui.frame import bare
from ui.pages.services import Services
from ui.pages.shell import page

_NOWHERE = Empty(
    title='There is no page at this address',
    text='The link may be old, or a letter is missing. Ctrl K finds devices, towers and policies by name.',
    href='/',
    label='Overview',
)


def register(services: Services) -> None:
    """Take the place of NiceGUI's own answer."""

    @app.exception_handler(HTTPStatus.NOT_FOUND)
    async def unknown(request: Request, exception: HTTPException) -> Response:
        endpoint = request.scope.get('endpoint')
        if endpoint not in (None, app):  # a file or a route that says so itself
            return await http_exception_handler(request, exception)
        with Client(ui.page(''), request=request) as client:
            if is_signed_in(request):
                with page(request, services, 'Not found', active=''):
                    page_state(_NOWHERE, trouble=True)
            else:
                with bare('Not found'):
                    page_state(_NOWHERE, trouble=True)
        return client.build_response(request, HTTPStatus.NOT_FOUND)
