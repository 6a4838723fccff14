"""Files that take long to make: one at a time for each person, and not for ever for one that does not read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from domain.access.actors import Actor
from domain.access.shares import Shares
from domain.common.errors import Throttled
from ui.downloads.refusals import refused

log = structlog.get_logger(__name__)

PATIENCE_S = 30.0
"""A reader who takes nothing for this long gives up the place to the next one."""


class Download(StreamingResponse):
    """A file in pieces, made when its reader has a place among the exports."""

    def __init__(
        self, pieces: AsyncIterator[bytes], *, name: str, media_type: str, shares: Shares, actor: Actor
    ) -> None:
        headers = {'Content-Disposition': f'attachment; filename="{name}"', 'Cache-Control': 'no-store'}
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._shares = shares
        self._actor = actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait in line, and answer."""

        async def sending(message: Message) -> None:
            async with asyncio.timeout(PATIENCE_S):
                await send(message)

        try:
            async with self._shares.place(self._actor, 'exports'):
                await super().__call__(scope, receive, sending)
        except Throttled as refusal:
            await refused(refusal, scope)(scope, receive, send)
        except (TimeoutError, ClientDisconnect):  # the client is gone, or does not read
            log.info('download_left', path=scope['path'])


def moment(at: float | None) -> str:
    """A moment as files write it: ISO 8601 in UTC, to the second; empty for none."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec='seconds').replace('+00:00', 'Z') if at else ''
