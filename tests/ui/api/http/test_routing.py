"""Rows as routes: what a row says is asked of a caller, and a row that cannot be right is refused when the server starts."""

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from tests.ui.api.served import Served
from ui.api.http.bearer import BearerAuth
from ui.api.http.limits import RequestLimits
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.http.routing import RowRoute, row_routes
from ui.api.http.schema import Schema


class Greeting(msgspec.Struct, frozen=True):
    text: str


GREETING = Schema(Greeting, {'text': 'hello'})


class Handlers:
    def __init__(self) -> None:
        self.heard: list[str] = []

    async def greet(self, actor: Actor, name: str, body: Greeting) -> Response:
        self.heard.append(f'{actor.name}: {body.text} {name}')
        return answer(body)

    async def look(self, actor: Actor) -> Response:
        return answer(actor.name)


def row(**more: object) -> Route:
    said = {'method': 'POST', 'path': '/greetings/{name}', 'handler': Handlers.greet, 'summary': 'Greet', 'tag': 'test',
            'permission': Permission.ALERTS_READ, 'body': GREETING, 'answer': GREETING}  # fmt: skip
    return Route(**{**said, **more})  # type: ignore[arg-type]


def put(served: Served, *rows: Route) -> tuple[FastAPI, Handlers]:
    app, handlers = FastAPI(), Handlers()
    app.add_middleware(RequestLimits)
    auth = BearerAuth(served.application.access, served.application.enrolments)
    app.router.routes.extend(row_routes(rows, handlers, auth))
    return app, handlers


async def said(app: FastAPI, token: str, content: bytes) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test') as client:
        head = {'authorization': f'Bearer {token}'}
        return (await client.post('/api/v1/greetings/Ana', headers=head, content=content)).status_code


async def test_a_caller_is_asked_for_the_permission_of_the_row_before_the_body_is_looked_at(served: Served) -> None:
    app, handlers = put(served, row())
    may, may_not = await served.program(Permission.ALERTS_READ), await served.program(Permission.DEVICES_READ)
    assert await said(app, 'cwt_guess', b'no JSON') == 401
    assert await said(app, may_not.token, b'no JSON') == 403
    assert await said(app, may.token, b'no JSON') == 400
    assert await said(app, may.token, b'{"text": "hello", "twice": 2}') == 422
    assert await said(app, may.token, b'{"text": "hello"}') == 200
    assert handlers.heard == ['program: hello Ana']


async def test_any_of_the_alternatives_lets_a_caller_in(served: Served) -> None:
    app, handlers = put(served, row(alternatives=(Permission.DEVICES_READ,)))
    for permission, status in (
        (Permission.ALERTS_READ, 200), (Permission.DEVICES_READ, 200), (Permission.AUDIT_READ, 403),
    ):  # fmt: skip
        assert await said(app, (await served.program(permission)).token, b'{"text": "hello"}') == status
    assert len(handlers.heard) == 2


async def test_a_row_and_its_handler_agree_on_whether_there_is_a_body(served: Served) -> None:
    for wrong in (row(body=None), row(path='/greetings', handler=Handlers.look)):
        with pytest.raises(TypeError, match='differ on whether there is a body'):
            put(served, wrong)


async def test_a_route_is_made_when_it_is_first_asked_for(served: Served) -> None:
    caller = await served.program(Permission.DEVICES_READ)
    routes = [route for route in served.app.routes if isinstance(route, RowRoute)]
    assert len(routes) > 100
    assert [route.path for route in routes if 'made' in vars(route)] == []
    await caller.get('/devices')
    assert [route.path for route in routes if 'made' in vars(route)] == ['/api/v1/devices']
