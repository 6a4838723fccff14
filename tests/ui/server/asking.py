"""Asks a page of :class:`ui.server.opening.Opening`, and tells all that is sent."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.failing import Failures
from ui.server.opening import BEGUN, Opening

GOES = {'sec-fetch-mode': 'navigate'}
FRAME = '<html>the frame, ü'


async def told(
    answer: ASGIApp,
    path: str = '/page',
    query: bytes = b'',
    method: str = 'GET',
    **headers: str,
) -> list[Message | str]:
    """What is sent, with "asked" where the page itself is asked."""
    return await told_of(Failures(), answer, path, query, method, **headers)


async def told_of(
    failures: Failures,
    answer: ASGIApp,
    path: str = '/page',
    query: bytes = b'',
    method: str = 'GET',
    **headers: str,
) -> list[Message | str]:
    """The same, with failures counted there."""
    found: list[Message | str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(f'asked, {"begun" if BEGUN in scope else "not begun"}')
        await answer(scope, receive, send)

    async def send(message: Message) -> None:
        found.append(message)

    async def receive() -> Message:
        return {'type': 'http.request'}

    said = [(name.replace('_', '-').encode(), value.encode()) for name, value in headers.items()]
    scope = {'type': 'http', 'method': method, 'path': path, 'query_string': query, 'headers': said}
    try:
        await Opening(app, failures)(scope, receive, send)
    except RuntimeError:
        found.append('raised')
    return found


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    """A page that raises an error."""
    raise RuntimeError('the reason')


def body(found: list[Message | str]) -> bytes:
    return b''.join(one.get('body', b'') for one in found if isinstance(one, dict))


def is_whole(found: list[Message | str]) -> bool:
    """One beginning with 200, and one end."""
    starts = [one['status'] for one in found if isinstance(one, dict) and one['type'] == 'http.response.start']
    ends = [one for one in found if isinstance(one, dict) and 'body' in one and not one.get('more_body')]
    return starts == [200] and len(ends) == 1
