"""Addresses that are answered before the middleware."""

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.bare import WebApplication


class Refusing:
    """A middleware that lets nothing through."""

    def __init__(self, app: ASGIApp) -> None:
        pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse('refused', 403)(scope, receive, send)


async def test_an_address_that_is_answered_directly_passes_no_middleware_and_only_with_its_method() -> None:
    app = WebApplication(openapi_url=None)
    app.add_middleware(Refusing)
    app.direct['POST', '/here'] = PlainTextResponse('taken')

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test') as client:
        taken, other_method, other_path = (
            await client.post('/here'),
            await client.get('/here'),
            await client.post('/here/'),
        )

    assert taken.text == 'taken'
    assert other_method.text == other_path.text == 'refused'
