"""Mail that came back, handed over by the gateway that it came to."""

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.channels.bounces.service import BounceOutcome, BounceService
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.http.schema import Schema


class BounceAnswer(Struct, kw_only=True, frozen=True):
    """What became of a letter that was handed over: ``noted``, ``known`` (it was handed over before) or ``ignored``, with ``because``."""

    outcome: BounceOutcome
    because: str
    delivery_ids: tuple[str, ...]


BOUNCE_ANSWER = Schema(
    BounceAnswer, {'outcome': 'noted', 'because': '', 'delivery_ids': ['01KAPXM2T5X8Z1B4D7F0H3K6NP']}
)


class BounceRoutes:
    """What the route does."""

    def __init__(self, bounces: BounceService) -> None:
        self._bounces = bounces

    async def take_bounce(self, actor: Actor, request: Request) -> Response:
        """The body is the letter as it came (RFC 5322), of any content type; where that is multipart/report with its boundary, the body
        may be what follows its headers. What is no report about a letter of ours is ignored with 200, so that no gateway sends it again."""
        said = request.headers.get('content-type', '')
        head = f'Content-Type: {said}\r\n\r\n'.encode() if said.lower().startswith('multipart/report') else b''
        found = await self._bounces.take(actor, head + await request.body())
        return answer(BounceAnswer(outcome=found.outcome, because=found.because, delivery_ids=found.deliveries))


ROUTES = (
    Route(
        method='POST',
        path='/bounces',
        handler=BounceRoutes.take_bounce,
        summary='Hand over a mail that came back',
        tag='channels',
        permission=Permission.BOUNCES_WRITE,
        raw='message/rfc822',
        answer=BOUNCE_ANSWER,
    ),
)
