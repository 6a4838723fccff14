"""Pages for people without a session are made one at a time, however many are asked for."""

import asyncio

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from ui.sign_in.strangers import StrangersInTurn


async def test_a_page_is_made_when_the_one_before_is_and_a_failed_one_holds_up_none() -> None:
    app, under_way, most = FastAPI(), 0, 0

    @app.get('/login')
    async def login(request: Request) -> PlainTextResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        if request.query_params.get('fails'):
            raise RuntimeError('not made')
        return PlainTextResponse('made')

    transport = httpx.ASGITransport(StrangersInTurn(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as client:
        asked = [client.get('/login', params={'fails': 'x'} if number == 3 else None) for number in range(10)]
        answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200] * 3 + [500] + [200] * 6
    assert most == 1


async def test_who_reads_slowly_holds_up_none() -> None:
    async def app(scope: object, receive: object, send) -> None:  # type: ignore[no-untyped-def]
        await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        await send({'type': 'http.response.body', 'body': b'made'})

    pages, is_read, begun = StrangersInTurn(app), asyncio.Event(), asyncio.Event()

    async def slow(message: object) -> None:
        begun.set()
        await is_read.wait()

    async def quick(message: object) -> None:
        pass

    scope = {'type': 'http', 'method': 'GET', 'path': '/login'}
    reader = asyncio.create_task(pages(scope, quick, slow))  # type: ignore[arg-type]
    await begun.wait()
    async with asyncio.timeout(30):
        await pages(scope, quick, quick)  # type: ignore[arg-type]
    is_read.set()
    await reader


def test_what_is_made_elsewhere_is_not_made_in_turn() -> None:
    pages = StrangersInTurn(FastAPI())
    asked = [('GET', '/login'), ('GET', '/join'), ('POST', '/login'), ('GET', '/login/azure'), ('GET', '/static/a.css')]
    assert [pages.takes({'type': 'http', 'method': method, 'path': path}) for method, path in asked] == [
        True,
        True,
        False,
        False,
        False,
    ]
