"""Files of a release: packed once, answered by hand after that, and only those that never change at their address."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.types import Message

from ui.server.files_at_hand import MOST_BYTES, FilesAtHand, _File

FOR_GOOD = {
    'Cache-Control': 'public, max-age=31536000, immutable',
    'ETag': '"1"',
    'Last-Modified': 'Mon, 02 Nov 2026 08:00:00 GMT',
    'Accept-Ranges': 'bytes',
}
SCRIPT = b'hello(world);' * 1000


class Between(BaseHTTPMiddleware):
    """What NiceGUI has around its files: it ends in order what was cut off behind it."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)


class Files:
    """Three files, and how often each was read."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        app = FastAPI()
        app.get('/files/{name}')(self.answer)
        app.add_middleware(FilesAtHand, folders=('/files/',))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test')

    async def answer(self, name: str) -> Response:
        self.read[name] += 1
        match name:
            case 'script.js':
                return Response(SCRIPT, media_type='text/javascript', headers=FOR_GOOD)
            case 'font.woff2':
                return Response(SCRIPT, media_type='font/woff2', headers=FOR_GOOD)
            case 'large.js':
                return Response(b' ' * (MOST_BYTES + 1), media_type='font/woff2', headers=FOR_GOOD)
            case 'page.html':
                return Response(SCRIPT, media_type='text/html')
        return Response('not here', 404, headers=FOR_GOOD)

    async def get(self, name: str, **headers: str) -> httpx.Response:
        return await self.http.get(f'/files/{name}', headers={'accept-encoding': 'gzip', **headers})


@pytest.mark.parametrize('coding', ['gzip', 'zstd'])
async def test_a_file_is_read_and_packed_once_for_each_form(coding: str) -> None:
    files = Files()
    answers = [await files.get('script.js', **{'accept-encoding': coding}) for _ in range(3)]
    assert files.read['script.js'] == 1
    for answer in answers:
        assert not {'last-modified', 'accept-ranges'} & set(answer.headers), 'it can be asked for as a whole only'
        said = {name: answer.headers.get(name) for name in ('content-encoding', 'vary', 'cache-control', 'etag')}
        assert said == {
            'content-encoding': coding, 'vary': 'Accept-Encoding', 'cache-control': FOR_GOOD['Cache-Control'], 'etag': None,
        }  # fmt: skip
        assert answer.content == SCRIPT
    assert answers[0].headers['content-length'] == str(answers[0].num_bytes_downloaded)


async def test_what_is_packed_already_is_kept_as_it_is() -> None:
    files = Files()
    for _ in range(2):
        answer = await files.get('font.woff2')
        assert ('content-encoding' in answer.headers, answer.content) == (False, SCRIPT)
    assert files.read['font.woff2'] == 1


@pytest.mark.parametrize(
    ('name', 'headers'),
    [
        ('page.html', {}),
        ('missing.js', {}),
        ('script.js', {'if-none-match': '"1"'}),
        ('script.js', {'range': 'bytes=0-9'}),
        ('script.js', {'accept-encoding': 'identity'}),
        ('script.js?of=another', {}),
        ('large.js', {}),
    ],
)
async def test_all_else_is_the_business_of_the_application(name: str, headers: dict[str, str]) -> None:
    files = Files()
    answers = [await files.get(name, **headers) for _ in range(2)]
    assert files.read.total() == 2
    assert answers[0].content == answers[1].content


async def test_a_browser_that_leaves_while_a_file_is_read_spoils_it_for_nobody(tmp_path: Path) -> None:
    (tmp_path / 'chart.js').write_bytes(SCRIPT)
    app = FastAPI()
    app.get('/files/chart.js')(lambda: FileResponse(tmp_path / 'chart.js', headers=FOR_GOOD))
    app.add_middleware(Between)
    app.add_middleware(FilesAtHand, folders=('/files/',))
    scope = {
        'type': 'http', 'method': 'GET', 'path': '/files/chart.js', 'query_string': b'', 'root_path': '',
        'headers': [(b'accept-encoding', b'gzip')], 'asgi': {'version': '3.0', 'spec_version': '2.3'},
    }  # fmt: skip

    async def left() -> Message:
        return {'type': 'http.disconnect'}

    async def nowhere(_: Message) -> None:
        """Nobody is there."""

    await app(scope, left, nowhere)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test') as http:
        answer = await http.get('/files/chart.js', headers={'accept-encoding': 'gzip'})
    assert (answer.headers['content-encoding'], answer.content) == ('gzip', SCRIPT)


async def test_half_a_file_is_not_kept() -> None:
    lengths = {'content-length': str(len(SCRIPT))}
    file = _File(
        200, tuple((name.lower().encode(), value.encode()) for name, value in (FOR_GOOD | lengths).items()), SCRIPT
    )
    assert file.is_for_good
    assert not replace(file, body=SCRIPT[:-1]).is_for_good
