"""``POST /checkins``, the hot path, and ``POST /checkins:batch`` for collectors. Plain ASGI: nothing stands between socket and service."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.routing import Route as AsgiRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access.permissions import Permission
from domain.cellular.names import Renamed
from domain.checkins.service import CheckIns
from domain.common.errors import DomainError, Invalid
from domain.common.reading import OddValue
from domain.devices.odd_values import MOST_ODD
from ui.api.checkins.mending import BOM, items_of
from ui.api.checkins.reading import read_item
from ui.api.checkins.schemas import (
    BATCH_ANSWER,
    CHECK_IN,
    CHECK_IN_ANSWER,
    DEVICE_CHECK_IN,
    BatchAnswer,
    CommandOrder,
    DeviceCheckIn,
    IgnoredValue,
    RejectedLine,
    RenamedValue,
    order,
)
from ui.api.checkins.single import SingleEndpoint, read_body
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import decode
from ui.api.http.limits import RequestLimits
from ui.api.http.problems import HttpRefusal
from ui.api.http.responses import answer
from ui.api.http.route import PREFIX, Route
from ui.api.http.schema import ArrayOf
from ui.api.metrics import Metrics
from ui.server.bare import WebApplication

COLLECTS = Permission.CHECKINS_WRITE
MOST_ITEMS = 1000
_MOST_COMMAS = 250
"""In one check-in: more do not go into the 2 KB that a batch has for each of a thousand."""


_array = msgspec.json.Decoder(list[msgspec.Raw])


class BatchEndpoint:
    """Many check-ins of many devices, from a program that collects them."""

    def __init__(self, checkins: CheckIns, auth: BearerAuth, metrics: Metrics) -> None:
        self._checkins = checkins
        self._auth = auth
        self._metrics = metrics

    async def check_in_many(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An array or, as ``application/x-ndjson``, one check-in a line; at most 1,000. One that is refused does not spoil the others."""
        self._auth.program(scope, COLLECTS)
        data = await read_body(receive)
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


def _items(data: bytes) -> Sequence[bytes | msgspec.Raw]:
    try:
        items: list[msgspec.Raw] = decode(_array, data)
    except HttpRefusal:
        if (found := items_of(data)) is None:
            raise
        return found
    return items


def _lines(data: bytes) -> list[tuple[int, bytes | msgspec.Raw]]:
    """The items of an array or the lines of NDJSON that are not blank, counted from 1; a 413 for more than :data:`MOST_ITEMS`.

    What cannot be that few is refused before it is taken apart: an array of two megabytes can have a million items.
    """
    found: list[tuple[int, bytes | msgspec.Raw]] = []
    data = data.removeprefix(BOM)
    if data.lstrip()[:1] == b'[':
        if data.count(b',') <= MOST_ITEMS * _MOST_COMMAS:
            found = list(enumerate(_items(data)[: MOST_ITEMS + 1], start=1))
            if len(found) <= MOST_ITEMS:
                return found
    elif data.count(b'\n') <= 2 * MOST_ITEMS:  # every other line may be blank
        found = [(number, line) for number, line in enumerate(data.split(b'\n'), start=1) if line.strip()]
        if len(found) <= MOST_ITEMS:
            return found
    raise HttpRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f'a batch has at most {MOST_ITEMS} check-ins')
