"""Reads that were read before: an entity tag, 304 for what has not changed, a packed body for what has. See ``docs/caching.md``.

Only what a GET answers with 200 passes here. Refusals repeat what was asked, and what a POST answers may hold a secret beside what was
sent: neither is ever packed, since the length of a packed body tells of one what is guessed in the other (BREACH).
"""

from collections.abc import Callable, Coroutine
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from ui.server.encoding import LEAST, Coding, coding_of, packed
from ui.server.entity_tags import named

PRIVATE = 'private, no-cache'
"""One client may keep it, and asks whether it still holds each time that it is used."""


class ReadRoute(APIRoute):
    """A route whose answers are sent again only when they have changed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, and what is made of its answer."""
        read = super().get_route_handler()

        async def conditional(request: Request) -> Response:
            response = await read(request)
            return response if response.status_code != HTTPStatus.OK else await _as_asked(request, response)

        return conditional


def tag_of(body: bytes, version: str = '') -> str:
    """The opaque part of an entity tag: the version of the row, which edits name, then a digest of all that is shown of it."""
    digest = blake2b(body, digest_size=12).hexdigest()
    return f'{version}-{digest}' if version else digest


def version_in(tag: str) -> str:
    """The version that a tag names, as ``If-Match`` sends it back, with or without what follows the version."""
    return tag.strip().removeprefix('W/').strip('"').partition('-')[0]


def is_known(request: Request, tag: str) -> bool:
    """Whether ``If-None-Match`` names the tag (weak comparison, RFC 9110, 13.1.2), however it was packed then."""
    asked = ','.join(request.headers.getlist('if-none-match'))
    known = named(asked)
    return '*' in known or any(f'{tag}{suffix}' in known for suffix in ('', *(coding.suffix for coding in Coding)))


async def _as_asked(request: Request, response: Response) -> Response:
    body = bytes(response.body)
    tag = tag_of(body, response.headers.get('etag', '').strip('"'))
    keep = 'cache-control' in response.headers and response.headers['cache-control'] != 'no-store'
    headers = {
        'cache-control': response.headers['cache-control'] if keep else PRIVATE,
        'vary': 'Accept-Encoding, Authorization',
        'etag': f'"{tag}"',
    }
    if is_known(request, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    coding = coding_of(request.headers.get('accept-encoding', ''))
    if len(body) >= LEAST and coding is not None:
        headers |= {'content-encoding': coding.value, 'etag': f'"{tag}{coding.suffix}"'}
        body = await packed(body, coding)
    return Response(body, headers=headers, media_type=response.headers.get('content-type'))
