"""The hub of TMF642: a system registers its callback, and gets an event for what is announced of alerts (TMF630, 3.5).

A registration is a channel of the kind ``tmf642``: it has the outbox, retries, address checks, health and log of all channels.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.channels.input import NewChannel
from domain.channels.kinds.tmf642 import KEY
from domain.channels.model import Channel
from domain.channels.service import ChannelService
from domain.common.errors import DomainError, Invalid, NotFound
from domain.common.ids import new_id
from domain.common.severity import RANK, Severity
from ui.api.http.responses import answer
from ui.api.http.route import PREFIX, Route
from ui.api.http.schema import Schema

HUB = f'{PREFIX}/tmf642/hub'
_SEVERITIES: list[Severity] = [
    one for one in sorted(Severity, key=lambda one: RANK[one]) if one is not Severity.CLEARED
]


@dataclass(frozen=True, slots=True)
class EventSubscriptionInput:
    """Where events are sent, and of which alarms: ``perceivedSeverity=critical,major``, the worst first; without it of all."""

    callback: str
    query: str = ''


class EventSubscription(Struct, kw_only=True, frozen=True):
    """A registered callback. ``query`` is what it was registered with."""

    id: str
    href: str
    callback: str
    query: str


SUBSCRIPTION_INPUT = Schema(
    EventSubscriptionInput,
    {'callback': 'https://nms.example.com/listener/alarm', 'query': 'perceivedSeverity=critical,major'},
)
SUBSCRIPTION = Schema(
    EventSubscription,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HC',
        'href': f'{HUB}/01KAPXBG6KQ0S4Y8Z3C7E9V6HC',
        'callback': 'https://nms.example.com/listener/alarm',
        'query': 'perceivedSeverity=critical,major',
    },
)


class HubRoutes:
    """What the routes do."""

    def __init__(self, channels: ChannelService) -> None:
        self._channels = channels

    async def register_listener(self, actor: Actor, body: EventSubscriptionInput) -> Response:
        """AlarmCreateEvent when an alarm is told first, AlarmAttributeValueChangeEvent when it gets worse, comes back, flaps, is told
        again, is acknowledged or not any more, commented, or explained by another; AlarmStateChangeEvent when it is cleared. Of a task
        AckAlarmsCreateEvent and AckAlarmsStateChangeEvent, and so on for the other kinds: of all without a query, else of those with an
        alarm that was told here. Each is sent at least once, with the same ``eventId`` when it is sent again."""
        host = urlsplit(body.callback).hostname or 'callback' if body.callback.isascii() else 'callback'
        new = NewChannel(
            name=f'TMF642 {host[:60]} {new_id()[-6:]}',
            kind=KEY,
            settings={'url': body.callback},
            least_severity=_least(body.query),
        )
        try:
            channel, _ = await self._channels.add(actor, new)
        except DomainError as refusal:
            if refusal.field == 'settings.url':
                refusal.field = 'callback'
            raise
        return answer(_shown(channel), 201, location=f'{HUB}/{channel.id}')

    async def read_listener(self, actor: Actor, hub_id: str) -> Response:
        return answer(_shown(self._need(actor, hub_id)))

    async def unregister_listener(self, actor: Actor, hub_id: str) -> Response:
        """What waits for it is not sent."""
        actor.require(Permission.CHANNELS_WRITE)
        channel = self._need(actor, hub_id)
        await self._channels.retire(actor, channel.id, channel.version)
        return Response(status_code=204)

    def _need(self, actor: Actor, id: str) -> Channel:
        channel = self._channels.read(actor, id)
        if channel.kind != KEY:
            raise NotFound.of(Channel, id)
        return channel


def _least(query: str) -> Severity:
    """The least severity that a query asks for. A channel tells of one severity and all that are worse."""
    said = parse_qsl(query.strip().removeprefix('?'), keep_blank_values=True)
    if unknown := [name for name, _ in said if name != 'perceivedSeverity']:
        raise Invalid(f'{unknown[0][:40]} cannot be asked for here; perceivedSeverity can', field='query')
    if query.strip() and len(said) != 1:
        raise Invalid('must be perceivedSeverity= and severities, the worst first', field='query')
    if not said:
        return Severity.INDETERMINATE
    wanted = said[0][1].split(',')
    if wanted != [one.value for one in _SEVERITIES[: len(wanted)]]:
        raise Invalid(f'must be the first of {",".join(_SEVERITIES)}: what is worse is always told', field='query')
    return Severity(wanted[-1])


def _shown(channel: Channel) -> EventSubscription:
    worst = _SEVERITIES[: _SEVERITIES.index(channel.least_severity) + 1]
    query = '' if channel.least_severity is Severity.INDETERMINATE else f'perceivedSeverity={",".join(worst)}'
    return EventSubscription(
        id=channel.id, href=f'{HUB}/{channel.id}', callback=channel.settings.get('url', ''), query=query
    )


ROUTES = (
    Route(
        method='POST',
        path='/tmf642/hub',
        handler=HubRoutes.register_listener,
        summary='Register a callback for alarms (TMF642)',
        tag='alerts',
        permission=Permission.CHANNELS_WRITE,
        body=SUBSCRIPTION_INPUT,
        answer=SUBSCRIPTION,
        status=201,
    ),
    Route(
        method='GET',
        path='/tmf642/hub/{hub_id}',
        handler=HubRoutes.read_listener,
        summary='Read a registered callback (TMF642)',
        tag='alerts',
        permission=Permission.CHANNELS_READ,
        answer=SUBSCRIPTION,
    ),
    Route(
        method='DELETE',
        path='/tmf642/hub/{hub_id}',
        handler=HubRoutes.unregister_listener,
        summary='End a registered callback (TMF642)',
        tag='alerts',
        permission=Permission.CHANNELS_WRITE,
        status=204,
        is_blind=True,
    ),
)
