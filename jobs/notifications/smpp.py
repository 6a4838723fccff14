"""Short messages by SMPP 3.4. A connection to a centre is kept for a while, since most allow an account a few of them alone."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from domain.channels.kinds.kind import SmsMessage
from domain.channels.model import Answered, Outcome
from jobs.notifications.smpp_units import (
    ANSWER,
    BIND_TRANSMITTER,
    BUSY,
    DELIVER,
    ENQUIRE_LINK,
    HEAD,
    MOST_UNIT,
    NACK,
    REFUSED,
    SUBMIT,
    UNBIND,
    Unit,
    bind,
    first_text,
    status_words,
    submission,
)
from jobs.notifications.unreached import unreached
from jobs.polling.addresses import Targets
from jobs.polling.tls import ends_at, strict

KEEP_S = 60.0
"""A connection on which nothing was sent for so long is ended."""
ASK_S = 15.0
"""One that was still for so long is asked whether it stands."""
STEP_S = 8.0
BUSY_S = 30.0
"""A centre that says that it has too much to do is left alone for this long."""
MOST_REMEMBERED = 1000
SHOWN = 300
Place = tuple[str, str, str, str, str, str]


class Refusal(Exception):
    """The centre has answered with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status_words(status))
        self.status = status


class SmppTransport:
    """A session for each centre and account. Parts that were taken are not sent again while the process lives."""

    def __init__(self, *, targets: Targets, authorities: Path | None = None) -> None:
        self._targets = targets
        self._authorities = authorities
        self._sessions: dict[Place, Session] = {}
        self._locks: dict[Place, asyncio.Lock] = {}
        self._taken: OrderedDict[str, int] = OrderedDict()

    async def send(self, message: SmsMessage) -> Answered:
        """Hand its parts over, one after the other."""
        key, id = f'{message.key} {message.number}', ''
        try:
            session = await self._session(message.settings)
            for number, part in enumerate(message.parts):
                if number < self._taken.get(key, 0):
                    continue
                body = submission(message.settings['sender'], message.number, part)
                answer = await session.ask(SUBMIT, body)
                if answer.status:
                    raise Refusal(answer.status)
                id = first_text(answer.body)
                self._remember(key, number + 1)
        except Refusal as refusal:
            outcome = Outcome.REFUSED if refusal.status in REFUSED else Outcome.LATER
            wait = BUSY_S if refusal.status in BUSY else None
            return Answered(outcome=outcome, said=str(refusal), code=refusal.status, retry_after_s=wait)
        except (OSError, TimeoutError, EOFError, ValueError) as error:
            words = unreached(error, message.settings['host'], message.settings['port'])
            return Answered(outcome=Outcome.LATER, said=words[:SHOWN])
        self._taken.pop(key, None)
        count = len(message.parts)
        said = f'taken as {id}' + (f', in {count} parts' if count > 1 else '')
        return Answered(outcome=Outcome.DELIVERED, said=said, code=0, certificate_until=session.certificate_until)

    async def close(self) -> None:
        """End all sessions."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))
        self._sessions.clear()

    async def _session(self, settings: Mapping[str, str]) -> 'Session':
        names = ('host', 'port', 'security', 'system_id', 'password', 'system_type')
        place: Place = tuple(settings.get(name, '') for name in names)  # type: ignore[assignment]
        async with self._locks.setdefault(place, asyncio.Lock()):
            known = self._sessions.get(place)
            if known is not None and await known.stands():
                return known
            if known is not None:
                await known.close()
            self._sessions.pop(place, None)
            made = await self._opened(settings)
            self._sessions[place] = made
            return made

    async def _opened(self, settings: Mapping[str, str]) -> 'Session':
        host = settings['host']
        is_safe = settings.get('security') == 'tls'
        opened = await self._targets.connect(host, int(settings['port']))
        streams = await asyncio.open_connection(
            sock=opened,
            ssl=strict(self._authorities) if is_safe else None,
            server_hostname=host if is_safe else None,
        )
        session = Session(*streams)
        try:
            body = bind(settings['system_id'], settings.get('password', ''), settings.get('system_type', ''))
            answer = await session.ask(BIND_TRANSMITTER, body)
            if answer.status:
                raise Refusal(answer.status)
        except BaseException:
            await session.close()
            raise
        return session

    def _remember(self, key: str, count: int) -> None:
        self._taken[key] = count
        while len(self._taken) > MOST_REMEMBERED:
            self._taken.popitem(last=False)


class Session:
    """A connection that asks, and answers what the centre asks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sequence = 0
        self._asked: dict[int, asyncio.Future[Unit]] = {}
        self._is_over = False
        self._patience: asyncio.Timeout | None = None
        self._used = asyncio.get_running_loop().time()
        tls = writer.get_extra_info('ssl_object')
        self.certificate_until = ends_at(tls.getpeercert(binary_form=True) or b'') if tls is not None else None
        """When the certificate of the centre ends."""
        self._reading = asyncio.create_task(self._read())

    async def ask(self, command: int, body: bytes = b'') -> Unit:
        """Send a command and wait for its answer; raises ``OSError`` or ``TimeoutError``."""
        if self._is_over:
            raise ConnectionError('the message centre has ended the connection')
        self._used = asyncio.get_running_loop().time()
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(self._used + KEEP_S)
        self._sequence = self._sequence % 0x7FFF_FFFF + 1
        sequence = self._sequence
        answer: asyncio.Future[Unit] = asyncio.get_running_loop().create_future()
        self._asked[sequence] = answer
        try:
            self._writer.write(Unit(command, 0, sequence, body).written())
            async with asyncio.timeout(STEP_S):
                return await answer
        finally:
            self._asked.pop(sequence, None)

    async def stands(self) -> bool:
        """True for a connection that can be used; one that was still is asked."""
        if self._is_over:
            return False
        if asyncio.get_running_loop().time() - self._used < ASK_S:
            return True
        with suppress(OSError, TimeoutError):
            return (await self.ask(ENQUIRE_LINK)).status == 0
        return False

    async def close(self) -> None:
        """Say so, and end it."""
        if not self._is_over:
            with suppress(OSError, RuntimeError):
                self._sequence += 1
                self._writer.write(Unit(UNBIND, 0, self._sequence).written())
        self._reading.cancel()
        self._over('the connection was ended')
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _read(self) -> None:
        try:
            while True:
                head = await self._head()
                length, command, status, sequence = HEAD.unpack(head)
                if not HEAD.size <= length <= MOST_UNIT:
                    raise ValueError('no unit of SMPP')
                body = await self._reader.readexactly(length - HEAD.size)
                if not self._take(Unit(command, status, sequence, body)):
                    return
        except (OSError, EOFError, ValueError):  # a TimeoutError is an OSError
            pass
        finally:
            self._over('the message centre has ended the connection')
            self._writer.close()

    async def _head(self) -> bytes:
        """The beginning of the next unit; raises ``TimeoutError`` where nothing was asked for :data:`KEEP_S`."""
        async with asyncio.timeout_at(self._used + KEEP_S) as patience:
            self._patience = patience
            try:
                return await self._reader.readexactly(HEAD.size)
            finally:
                self._patience = None

    def _take(self, unit: Unit) -> bool:
        """False when the centre unbinds."""
        if unit.command & ANSWER:
            asked = self._asked.get(unit.sequence)
            if asked is not None and not asked.done():
                asked.set_result(unit)
            return True
        if unit.command in (ENQUIRE_LINK, UNBIND, DELIVER):
            body = b'\0' if unit.command == DELIVER else b''
            self._writer.write(Unit(unit.command | ANSWER, 0, unit.sequence, body).written())
        else:
            self._writer.write(Unit(NACK, 0x03, unit.sequence).written())
        return unit.command != UNBIND

    def _over(self, because: str) -> None:
        self._is_over = True
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(ConnectionError(because))
