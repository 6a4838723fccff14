"""Messages of the long tail of services, each handed over by a process of its own (:mod:`jobs.notifications.long_tail_process`)."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.channels.kinds.kind import LongTailMessage
from domain.channels.model import Answered, Outcome
from jobs.polling.addresses import Network

WITHIN_S = 18.0
MOST_AT_ONCE = 4
KEPT = ('PATH', 'PYTHONPATH', 'VIRTUAL_ENV', 'LANG', 'LC_ALL', 'TZ')
"""What the process may know of our environment, in which the settings and their secrets stand too."""


class LongTailTransport:
    """``allow`` are the networks that may be connected to although they are refused by themselves."""

    def __init__(self, *, allow: Sequence[Network] = (), authorities: Path | None = None) -> None:
        self._allow = [str(one) for one in allow]
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        if authorities is not None:
            self._environment |= {'REQUESTS_CA_BUNDLE': str(authorities), 'SSL_CERT_FILE': str(authorities)}

    async def send(self, message: LongTailMessage) -> Answered:
        """Hand it over once."""
        asked = {
            'url': message.url,
            'title': message.title,
            'text': message.text,
            'level': message.level,
            'allow': self._allow,
        }
        async with self._places:
            said, code = await self._asked(json.dumps(asked).encode())
        if said is None:
            return Answered(outcome=Outcome.LATER, said=f'Apprise has not ended within {WITHIN_S:g} s')
        with contextlib.suppress(ValueError, KeyError, TypeError):
            answer = json.loads(said)
            outcome = Outcome.DELIVERED if answer['delivered'] else Outcome.LATER
            return Answered(outcome=outcome, said=str(answer['said'])[:300])
        return Answered(outcome=Outcome.LATER, said=f'the process of Apprise ended with code {code}')

    async def close(self) -> None:
        """Nothing is held here."""

    async def _asked(self, body: bytes) -> tuple[bytes | None, int | None]:
        """What the process says, nothing when it took too long, and its exit code."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            '-m',
            'jobs.notifications.long_tail_process',
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                said, _ = await process.communicate(body)
                return said, process.returncode
        except TimeoutError:
            return None, None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
