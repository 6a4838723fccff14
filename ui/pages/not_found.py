"""An address that leads nowhere, in our words and frame instead of NiceGUI's.

A page is built for people who are signed in, at the addresses of pages. Other clients get a few lines: strangers come here only under what
is open to all (the guard sends them to the sign-in from everywhere else), and would have a page of 75 KB built with each guess.
"""

from http import HTTPStatus

from fastapi import Request
from fastapi.exception_handlers import http_exception_handler
from nicegui import Client, app, ui
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from domain.fleet.fleets import Fleets
from ui.components.page_state import Empty, page_state
from ui.pages.page import page
from ui.pages.screen import paint
from ui.sign_in import is_signed_in

_NOWHERE = Empty(
    title='There is no page at this address',
    text='The link may be old, or a letter is missing. Ctrl K finds devices, towers and policies by name.',
    href='/',
    label='Overview',
)
_PLAIN = f"""<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><title>Not found</title>
<h1>{_NOWHERE.title}</h1>
<p><a href="/">Cellwarden</a></p>
</html>
"""
_NO_PAGES = ('/auth/', '/_nicegui/', '/_nicegui_ws/')
"""Where forms and scripts ask, and no person looks."""


def register(*, fleets: Fleets) -> None:
    """Take the place of NiceGUI's own answer."""

    @app.exception_handler(HTTPStatus.NOT_FOUND)
    async def unknown(request: Request, exception: HTTPException) -> Response:
        endpoint = request.scope.get('endpoint')
        if endpoint not in (None, app):  # a file or a route that says so itself
            return await http_exception_handler(request, exception)
        if not is_signed_in(request) or request.url.path.startswith(_NO_PAGES):
            return HTMLResponse(_PLAIN, HTTPStatus.NOT_FOUND)
        with Client(ui.page(''), request=request) as client:
            with page(request, fleets, 'Not found', active=''):
                page_state(_NOWHERE, trouble=True)
            await paint(client)
        return client.build_response(request, HTTPStatus.NOT_FOUND)
