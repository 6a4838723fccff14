"""Public pages from the first moment of a start, from their files: while the store is away or opened, while the fleet is loaded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from domain.common.errors import Unavailable
from ui.server.early import answering_early
from ui.server.process import Listener, bound
from ui.settings.model import Settings
from ui.status_page.files import StatusFiles
from ui.status_page.serving import StatusPages, starting

log = structlog.get_logger(__name__)
T = TypeVar('T')

STATUS_FILES = 'status'
"""Folder of the data folder in which the files of public pages are kept."""
AGAIN_S = 2.0
"""A store that is away while pages are answered is asked again after so long."""


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Early:
    """The sockets that are answered already, none where no page is public; ``end`` leaves them to the server."""

    sockets: list[Listener] = field(default_factory=list)
    end: Callable[[], Awaitable[None]] = _nothing


@asynccontextmanager
async def status_pages_early(settings: Settings) -> AsyncIterator[Early]:
    """Answer public pages from their files, and every other request with 503, until the server itself is up.

    Where there is no page nothing is answered early: the start is as it was.
    """
    files = StatusFiles(settings.data / STATUS_FILES)
    files.load()
    if not files.slugs:
        yield Early()
        return
    sockets = bound(settings.host, settings.port)
    async with answering_early(StatusPages(starting, files=files), sockets) as end:
        log.info('status_pages_answered', pages=len(files.slugs), until='the server is up')
        yield Early(sockets, end)


@asynccontextmanager
async def opened(open_store: Callable[[], AbstractAsyncContextManager[T]], *, waits: bool) -> AsyncIterator[T]:
    """The store. Where it ``waits``, one that is away is asked again and again: to end would take the pages away with it.

    Raises ``Unavailable`` at once otherwise, and ``DatabaseInUse`` in any case.
    """
    told = ''
    while True:
        store = open_store()
        try:
            found = await store.__aenter__()
        except Unavailable as error:
            if not waits:
                raise
            if error.detail != told:
                told = error.detail
                log.error('store_is_away', reason=told, meanwhile='public status pages are answered from their files')
            await asyncio.sleep(AGAIN_S)
            continue
        break
    try:
        yield found
    except BaseException as error:
        if not await store.__aexit__(type(error), error, error.__traceback__):
            raise
    else:
        await store.__aexit__(None, None, None)
