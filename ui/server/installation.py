"""What tells a data folder that has served before from a new one, so that nothing is made anew by accident; and how serving ends."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from domain.accounts.model import Account
from domain.changes.store import Store
from domain.common.errors import Unavailable
from ui.crypto.fernet import KEY_FILE, kept_key
from ui.settings.model import Settings

TRACE = 'installed'
"""File of the data folder that tells of a database."""
ENDS_WITHIN_S = 20.0

log = structlog.get_logger(__name__)


def trace_of(folder: Path) -> Path | None:
    """The file in the data folder that tells of a database that was there before, ``None`` in a new folder."""
    return next((folder / name for name in (TRACE, KEY_FILE) if (folder / name).exists()), None)


def leave_trace(folder: Path) -> None:
    """From now on the folder is not new any more."""
    path = folder / TRACE
    if not path.exists():
        path.write_text(
            f'Since {datetime.now(UTC):%Y-%m-%d} a database belongs to this folder: '
            'Cellwarden starts with an empty one in a new folder only.\n'
        )


async def key_of(settings: Settings, store: Store) -> str:
    """The key of this installation; a new one only where nothing was sealed with an old one. Raises ``Unavailable``."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / KEY_FILE
    if not path.exists():
        async for accounts in store.load(Account):
            if any(account.totp for account in accounts):
                raise Unavailable(
                    f'{path} is missing, and authenticator apps are sealed with it; restore it from a backup, '
                    f'or make a new one and have them set up anew: openssl rand -hex 32 > {path}'
                )
    return kept_key(settings.data)


class Ending:
    """Why a server may not go on. It is told to stop as soon as it is up, and must have ended in order soon after."""

    def __init__(self) -> None:
        self.reason = ''
        self._stop: Callable[[], None] | None = None

    def __call__(self, reason: str) -> None:
        """The server has to end; the first reason is the one that is told."""
        if not self.reason:
            self.reason = reason
            log.critical('ending', reason=reason)
            hard = threading.Timer(ENDS_WITHIN_S, os._exit, (1,))  # the disk or a driver may hang in the end, too
            hard.daemon = True
            hard.start()
        if self._stop is not None:
            self._stop()

    def stops(self, stop: Callable[[], None]) -> None:
        """The server is up, and ``stop`` makes it end."""
        self._stop = stop
        if self.reason:
            stop()


@contextlib.contextmanager
def ending() -> Iterator[Ending]:
    """A block in which a server can be told that it may not go on; the block's end is then the reason, as ``Unavailable``."""
    end = Ending()
    try:
        yield end
    except asyncio.CancelledError:
        if not end.reason:
            raise
        raise Unavailable(f'{end.reason}; this server has ended, start it again') from None
