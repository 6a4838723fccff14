"""Going on in another enterprise that the account belongs to."""

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from domain.common.errors import NotAllowed, NotSignedIn
from domain.sign_in.authentication import AccessService
from ui.sign_in.forms import HandOver, read_form
from ui.sign_in.guard import session_of


def register_switch(app: FastAPI, *, access: AccessService, hand_over: HandOver) -> None:
    """Put the route on ``app``."""

    @app.post('/auth/switch', include_in_schema=False)
    async def switch(request: Request) -> Response:
        found = session_of(request)
        if found is None:
            return RedirectResponse('/login', 303)
        enterprise = (await read_form(request)).get('enterprise', '')
        response = RedirectResponse('/', 303)
        try:
            opened = await access.switch(found, enterprise)
        except NotAllowed:
            return response  # removed from it since the menu was written; the next page's menu tells
        except NotSignedIn:
            return RedirectResponse('/login', 303)
        hand_over.session(request, response, opened)
        return response
