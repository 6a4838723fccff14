"""``POST /checkins``, the hot path, and ``POST /checkins:batch`` for collectors. Plain ASGI: nothing stands between socket and service."""

import asyncio
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from starlette.requests import ClientDisconnect
from starlette.routing import Route as AsgiRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access.permissions import Permission
from domain.cellular.names import Renamed
from domain.checkins.model import Receipt
from domain.checkins.reporting import MOST_ODD
from domain.checkins.service import CheckIns
from domain.common.errors import DomainError, Invalid
from domain.common.reading import OddValue
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from ui.api.checkins.reading import read_check_in, read_item
from ui.api.checkins.schemas import (
    BATCH_ANSWER,
    CHECK_IN,
    CHECK_IN_ANSWER,
    DEVICE_CHECK_IN,
    BatchAnswer,
    CheckInAnswer,
    CommandOrder,
    DeviceCheckIn,
    IgnoredValue,
    RejectedLine,
    RenamedValue,
    order,
)
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import decode
from ui.api.http.fields import time_text
from ui.api.http.limits import RequestLimits, look_at_whole
from ui.api.http.problems import HttpRefusal
from ui.api.http.responses import answer
from ui.api.http.route import PREFIX, Route
from ui.api.http.schema import ArrayOf
from ui.api.metrics import Metrics
from ui.server.bare import WebApplication
from ui.server.http_connection import said_at_once
from ui.server.whole import Asked

COLLECTS = Permission.CHECKINS_WRITE
MOST_ITEMS = 1000
_MOST_COMMAS = 250
"""In one check-in: more do not go into the 2 KB that a batch has for each of a thousand."""


_array = msgspec.json.Decoder(list[msgspec.Raw])
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
        handed_in = scope[_HANDED_IN] = self._hand_in(*self._auth.device(scope), body)
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
        data = await _read(receive)
        if self._auth.revision != asked:  # and after it: its sender may hold it back past a revocation
            fleet, device = self._auth.device(scope)
        try:
            return self._hand_in(fleet, device, data)
        except (Invalid, HttpRefusal) as refusal:
            await self._keep(fleet.enterprise.id, device.id, refusal)
            raise

    def _hand_in(self, fleet: Fleet, device: Device, data: bytes) -> '_HandedIn':
        checkin, odd, renamed = read_check_in(data)
        enterprise = fleet.enterprise.id
        return _HandedIn(enterprise, device.id, self._checkins.check_in(enterprise, device.id, checkin, odd), renamed)

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


class BatchEndpoint:
    """Many check-ins of many devices, from a program that collects them."""

    def __init__(self, checkins: CheckIns, auth: BearerAuth, metrics: Metrics) -> None:
        self._checkins = checkins
        self._auth = auth
        self._metrics = metrics

    async def check_in_many(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An array or, as ``application/x-ndjson``, one check-in a line; at most 1,000. One that is refused does not spoil the others."""
        self._auth.program(scope, COLLECTS)
        data = await _read(receive)
        actor = self._auth.program(scope, COLLECTS)
        lines = _lines(data)
        good: list[tuple[int, DeviceCheckIn, tuple[OddValue, ...], tuple[Renamed, ...]]] = []
        refused: list[tuple[int, DomainError]] = []
        for number, line in lines:
            try:
                good.append((number, *read_item(line)))
            except DomainError as error:
                refused.append((number, error))
            except HttpRefusal as error:
                refused.append((number, Invalid(error.detail)))
        commands: dict[str, tuple[CommandOrder, ...]] = {}
        ignored: list[IgnoredValue] = []
        renamed: list[RenamedValue] = []
        taken = 0
        items = [(item.device, item, odd) for _, item, odd, _ in good]
        answers = await self._checkins.check_in_many(actor.enterprise, items)
        for (number, item, _, names), receipt in zip(good, answers, strict=True):
            if isinstance(receipt, DomainError):
                refused.append((number, receipt))
                continue
            taken += 1
            self._metrics.taken(receipt.accepted)
            if receipt.ignored:
                ignored += [IgnoredValue(number, odd.field, odd.detail) for odd in receipt.ignored[:MOST_ODD]]
            renamed += [RenamedValue(number, one.field, one.read_as) for one in names]
            if receipt.commands:
                commands[item.device] = tuple(map(order, receipt.commands))
        self._metrics.refused(len(refused))
        rejected = (
            RejectedLine(number, error.title, error.detail, error.field)
            for number, error in sorted(refused, key=lambda each: each[0])
        )
        body = BatchAnswer(taken, tuple(rejected), commands, tuple(ignored), tuple(renamed))
        await answer(body)(scope, receive, send)

    __call__ = check_in_many


ROUTES = (
    Route(
        method='POST',
        path='/checkins',
        handler=SingleEndpoint.check_in,
        summary='Check in',
        tag='check-ins',
        door='device',
        body=CHECK_IN,
        answer=CHECK_IN_ANSWER,
    ),
    Route(
        method='POST',
        path='/checkins:batch',
        handler=BatchEndpoint.check_in_many,
        summary='Check in for many devices',
        tag='check-ins',
        permission=COLLECTS,
        body=ArrayOf(DEVICE_CHECK_IN),
        answer=BATCH_ANSWER,
    ),
)


def add_checkins(app: WebApplication, *, checkins: CheckIns, auth: BearerAuth, metrics: Metrics) -> None:
    """Put both on ``app`` itself, before all middleware: of what that does they need :class:`RequestLimits` alone. The routes say which
    methods there are."""
    single = SingleEndpoint(checkins, auth, metrics)
    endpoints: tuple[ASGIApp, ...] = (single, BatchEndpoint(checkins, auth, metrics))
    app.whole['POST', PREFIX + ROUTES[0].path] = single.take
    for row, endpoint in zip(ROUTES, endpoints, strict=True):
        app.direct[row.method, PREFIX + row.path] = RequestLimits(endpoint)
    app.router.routes[:0] = [
        AsgiRoute(PREFIX + row.path, endpoint, methods=[row.method])
        for row, endpoint in zip(ROUTES, endpoints, strict=True)
    ]


async def _read(receive: Receive) -> bytes:
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


def _lines(data: bytes) -> list[tuple[int, bytes | msgspec.Raw]]:
    """The items of an array or the lines of NDJSON that are not blank, counted from 1; a 413 for more than :data:`MOST_ITEMS`.

    What cannot be that few is refused before it is taken apart: an array of two megabytes can have a million items.
    """
    found: list[tuple[int, bytes | msgspec.Raw]] = []
    if data.lstrip()[:1] == b'[':
        if data.count(b',') <= MOST_ITEMS * _MOST_COMMAS:
            items: list[msgspec.Raw] = decode(_array, data)
            found = list(enumerate(items[: MOST_ITEMS + 1], start=1))
            if len(found) <= MOST_ITEMS:
                return found
    elif data.count(b'\n') <= 2 * MOST_ITEMS:  # every other line may be blank
        found = [(number, line) for number, line in enumerate(data.split(b'\n'), start=1) if line.strip()]
        if len(found) <= MOST_ITEMS:
            return found
    raise HttpRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f'a batch has at most {MOST_ITEMS} check-ins')
