"""One check-in of one device: it is decided on with those that come with it, and answered when they are committed."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain.cellular.names import Renamed
from domain.checkins.model import Receipt
from domain.checkins.service import CheckIns
from domain.common.errors import DomainError, Invalid
from domain.devices.model import Device, Reporting
from domain.devices.odd_values import MOST_ODD
from domain.fleet.fleet import Fleet
from ui.api.checkins.reading import read_check_in
from ui.api.checkins.schemas import CheckInAnswer, order
from ui.api.http.bearer import BearerAuth
from ui.api.http.fields import time_text
from ui.api.http.limits import look_at_whole
from ui.api.http.problems import HttpRefusal
from ui.api.metrics import Metrics
from ui.server.client_certificates import CERTIFICATE_UNTIL
from ui.server.http_connection import said_at_once
from ui.server.whole import Asked

_HEADERS = ((b'content-type', b'application/json'), (b'cache-control', b'no-store'))
_HANDED_IN = 'cellwarden.handed_in'
"""Where in its scope stands what a check-in was submitted as, when that was done before it came to the application."""
_NO_KEY: tuple[object, ...] = ()


class _Whole:
    """An answer, in parts and as one piece."""

    __slots__ = ('body', 'headers', 'rest')

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.headers = [*_HEADERS, (b'content-length', b'%d' % len(body))]
        self.rest = b'%b\r\n%b' % (b''.join(b'%b: %b\r\n' % field for field in self.headers), body)


class _HandedIn(NamedTuple):
    """A check-in that was read and submitted."""

    enterprise: str
    device: str
    receipt: 'asyncio.Future[Receipt]'
    renamed: tuple[Renamed, ...]


class SingleEndpoint:
    """One check-in of one device."""

    def __init__(self, checkins: CheckIns, auth: BearerAuth, metrics: Metrics) -> None:
        self._checkins = checkins
        self._auth = auth
        self._metrics = metrics
        self._newest = (_NO_KEY, _Whole(b''))

    async def check_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer comes after the commit. A group of facts that is left out or null means: as before; so does a radio that is left
        out, while ``radio: null`` says that there is no radio link, and so no serving tower. A value that cannot be kept is left out and
        named in the answer; the device's page shows it."""
        self._metrics.under_way += 1
        try:
            handed_in = scope.get(_HANDED_IN) or await self._read(scope, receive)
            try:
                receipt = await handed_in.receipt
            except Invalid as refusal:
                await self._keep(handed_in.enterprise, handed_in.device, refusal)
                raise
        except Exception:  # of any kind: it is counted here and answered by the gate
            self._metrics.refused(1)
            raise
        finally:
            self._metrics.under_way -= 1
        self._metrics.taken(receipt.accepted)
        answer = self._answer(receipt, handed_in.renamed)
        if not said_at_once(scope, answer.rest):
            await send({'type': 'http.response.start', 'status': 200, 'headers': answer.headers})
            await send({'type': 'http.response.body', 'body': answer.body})

    __call__ = check_in

    def take(self, asked: Asked, body: bytes) -> None:
        """The same for a request that has come in one piece."""
        scope = asked.scope
        look_at_whole(scope, body)
        handed_in = scope[_HANDED_IN] = self._hand_in(scope, *self._auth.device(scope), body)
        self._metrics.under_way += 1
        handed_in.receipt.add_done_callback(partial(self._taken, asked, handed_in))

    def _taken(self, asked: Asked, handed_in: '_HandedIn', arrived: 'asyncio.Future[Receipt]') -> None:
        self._metrics.under_way -= 1
        if arrived.exception() is None:
            receipt = arrived.result()
            if asked.say_at_once(self._answer(receipt, handed_in.renamed).rest):
                self._metrics.taken(receipt.accepted)
                return
        asked.pass_on()

    async def _read(self, scope: Scope, receive: Receive) -> '_HandedIn':
        asked = self._auth.revision
        fleet, device = self._auth.device(scope)  # before the body: nothing is read for a stranger
        data = await read_body(receive)
        if self._auth.revision != asked:  # and after it: its sender may hold it back past a revocation
            fleet, device = self._auth.device(scope)
        try:
            return self._hand_in(scope, fleet, device, data)
        except (Invalid, HttpRefusal) as refusal:
            await self._keep(fleet.enterprise.id, device.id, refusal)
            raise

    def _hand_in(self, scope: Scope, fleet: Fleet, device: Device, data: bytes) -> '_HandedIn':
        self._look_at_certificate(scope, fleet, device.id)
        checkin, odd, renamed = read_check_in(data)
        enterprise = fleet.enterprise.id
        return _HandedIn(enterprise, device.id, self._checkins.check_in(enterprise, device.id, checkin, odd), renamed)

    def _look_at_certificate(self, scope: Scope, fleet: Fleet, device: str) -> None:
        """What ends when is kept when it differs from what is known; of most devices both say nothing."""
        until = scope.get(CERTIFICATE_UNTIL)
        known = fleet[Reporting].get(device)
        if until != (known.certificate_until if known is not None else None):
            self._checkins.show_certificate(fleet.enterprise.id, device, until)

    async def _keep(self, enterprise: str, device: str, refusal: Invalid | HttpRefusal) -> None:
        """It showed a good credential, so that the device was in contact; its page says what was wrong."""
        told = refusal if isinstance(refusal, Invalid) else Invalid(refusal.detail)
        with suppress(DomainError):  # the refusal itself is what the device is to hear
            await self._checkins.refuse(enterprise, device, told)

    def _answer(self, receipt: Receipt, renamed: tuple[Renamed, ...]) -> '_Whole':
        if receipt.commands or receipt.ignored or renamed:
            orders = tuple(map(order, receipt.commands))
            received_at = time_text(receipt.received_at)
            ignored = tuple(receipt.ignored[:MOST_ODD])
            said = CheckInAnswer(receipt.accepted, received_at, receipt.interval_s, orders, ignored, renamed)
            return _Whole(msgspec.json.encode(said))
        key = (receipt.accepted, receipt.received_at, receipt.interval_s)
        if self._newest[0] != key:  # a group shares its moment, so most of its answers are the same bytes
            text = (
                f'{{"accepted":"{receipt.accepted.value}","received_at":"{time_text(receipt.received_at)}",'
                f'"interval_s":{receipt.interval_s},"commands":[],"ignored":[],"renamed":[]}}'
            )
            self._newest = (key, _Whole(text.encode()))
        return self._newest[1]


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises ``ClientDisconnect``."""
    message = await receive()
    body: bytes = message.get('body', b'')
    if not message.get('more_body', False) and message['type'] == 'http.request':
        return body
    parts = [body]
    while message['type'] == 'http.request' and message.get('more_body', False):
        message = await receive()
        parts.append(message.get('body', b''))
    if message['type'] == 'http.disconnect':
        raise ClientDisconnect
    return b''.join(parts)
