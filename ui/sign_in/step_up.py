"""Proving anew who one is, from an open page: a form in, a new cookie out."""

from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import Response

from domain.common.errors import DomainError, NotSignedIn, Throttled, Unavailable
from domain.sign_in.own_account import MyAccountService
from ui.sign_in.forms import HandOver, browser_of, read_form
from ui.sign_in.guard import session_of


def register_step_up(app: FastAPI, *, my_account: MyAccountService, hand_over: HandOver) -> None:
    """Put ``/auth/step-up`` on ``app``: ``password`` or ``code`` as a form; 204 with the new cookie, or a problem (RFC 9457)."""

    @app.post('/auth/step-up', include_in_schema=False)
    async def step_up(request: Request) -> Response:
        session = session_of(request)
        try:
            if session is None:
                raise NotSignedIn('your session has ended; sign in again')
            form = await read_form(request)
            raised = await my_account.prove(
                session,
                password=form.get('password', ''),
                code=form.get('code', ''),
                address=browser_of(request).address,
            )
        except DomainError as refusal:
            return _problem(refusal)
        response = Response(status_code=HTTPStatus.NO_CONTENT, headers={'cache-control': 'no-store'})
        hand_over.session(request, response, raised)
        return response


def _problem(refusal: DomainError) -> Response:
    status, headers = HTTPStatus.UNPROCESSABLE_ENTITY, {'cache-control': 'no-store'}
    if isinstance(refusal, NotSignedIn):
        status = HTTPStatus.UNAUTHORIZED
    elif isinstance(refusal, Throttled | Unavailable):
        status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, Throttled) else HTTPStatus.SERVICE_UNAVAILABLE
        headers['retry-after'] = str(refusal.retry_after)
    body = {'title': refusal.title, 'status': status, 'detail': refusal.detail, 'field': refusal.field}
    return Response(msgspec.json.encode(body), status, headers, 'application/problem+json')
