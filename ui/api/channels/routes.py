"""Channels: set up, changed, tried, removed; the log of every attempt, and how an alert would be told."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.channels.input import NewChannel
from domain.channels.model import Channel
from domain.channels.service import ChannelService
from domain.channels.telling import TellingService
from domain.common.text import natural
from ui.api.channels import schemas
from ui.api.channels.preview import CHANNEL_PREVIEW, channel_preview
from ui.api.channels.schemas import (
    ATTEMPT,
    CHANNEL,
    CHANNEL_WITH_SECRET,
    DELIVERY,
    NEW_CHANNEL,
    ChannelWithSecret,
)
from ui.api.http.history import checked_cursor, open_or_closed
from ui.api.http.responses import answer, checked_limit, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf


class ChannelRoutes:
    """What the routes do."""

    def __init__(self, channels: ChannelService, telling: TellingService, transactor: Transactor, store: Store) -> None:
        self._channels = channels
        self._telling = telling
        self._fleets = transactor.fleets
        self._store = store

    async def list_channels(
        self,
        actor: Actor,
        sort: Annotated[str, Query(pattern='^-?name$')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Each with its health: what its receiver said last, and since when it fails."""
        rows = self._channels.list(actor)
        items, following, total = sorted_by(
            sort, {'name': lambda row: (natural(row.name), row.id)}, rows, cursor=cursor, limit=limit
        )
        return page([self._shown(row) for row in items], following, total)

    async def add_channel(self, actor: Actor, body: NewChannel) -> Response:
        """``settings`` are those of the kind; what is wrong with one is refused by its name. The secret that a webhook is signed with is
        in the answer, and in no other."""
        row, secret = await self._channels.add(actor, body)
        made = ChannelWithSecret(channel=self._shown(row), secret=secret)
        return answer(made, 201, version=row.version, location=f'{PREFIX}/channels/{row.id}')

    async def read_channel(self, actor: Actor, channel_id: str) -> Response:
        row = self._channels.read(actor, channel_id)
        return answer(self._shown(row), version=row.version)

    async def change_channel(self, actor: Actor, channel_id: str, request: Request, body: MergePatch) -> Response:
        """A secret that is not named stays. What waits on the channel is tried at once; on one that is switched off it is not sent."""
        row = self._channels.read(actor, channel_id)
        version = expected_version(request, row.version)
        changed = await self._channels.change(actor, channel_id, version, patched(body, self._shown(row), NewChannel))
        return answer(self._shown(changed), version=changed.version)

    async def remove_channel(self, actor: Actor, channel_id: str, request: Request) -> Response:
        """What waits there is not sent; the log stays."""
        row = self._channels.read(actor, channel_id)
        await self._channels.retire(actor, channel_id, expected_version(request, row.version))
        return Response(status_code=204)

    async def rotate_channel_secret(self, actor: Actor, channel_id: str) -> Response:
        """Messages have two signatures for a day: of the new secret, which is in this answer alone, and of the former one."""
        row, secret = await self._channels.rotate(actor, channel_id)
        return answer(ChannelWithSecret(channel=self._shown(row), secret=secret), version=row.version)

    async def test_channel(self, actor: Actor, channel_id: str) -> Response:
        """It is tried once, also on a channel that is off. Read the delivery to learn what the other side said."""
        row = await self._channels.test(actor, channel_id)
        shown = schemas.delivery(row, self._telling.name_of(actor.enterprise, row.channel))
        return answer(shown, 201, location=f'{PREFIX}/deliveries/{row.id}')

    async def preview_channel(self, actor: Actor, channel_id: str, alert_id: str) -> Response:
        """Nothing is sent."""
        alert = await open_or_closed(self._store, Alert, self._fleets.seen_by(actor), alert_id)
        message = self._telling.preview(actor, channel_id, alert)
        return answer(channel_preview(self._channels.read(actor, channel_id).kind, message))

    async def read_delivery(self, actor: Actor, delivery_id: str) -> Response:
        row = await self._telling.delivery(actor, delivery_id)
        name, person = self._telling.name_of, self._telling.person_name
        return answer(
            schemas.delivery(row, name(actor.enterprise, row.channel), person(actor.enterprise, row.recipient))
        )

    async def forget_bounces(self, actor: Actor, channel_id: str) -> Response:
        """Mail to its addresses arrives again: the marks on those that bounced end, and with them the alert of the channel."""
        row = await self._channels.forget_bounces(actor, channel_id)
        return answer(self._shown(row), version=row.version)

    async def list_attempts(
        self,
        actor: Actor,
        alert_id: Annotated[str, Query(description='Who was told of this alert')] = '',
        channel_id: Annotated[str, Query(description='What was sent on this channel')] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Every attempt, newest first, with what the other side said."""
        limit = checked_limit(limit)
        rows = await self._telling.attempts(
            actor, alert=alert_id, channel=channel_id, before=checked_cursor(cursor), limit=limit + 1
        )
        following = rows[limit - 1].id if len(rows) > limit else None
        name, person = self._telling.name_of, self._telling.person_name
        shown = [
            schemas.attempt(row, name(actor.enterprise, row.channel), person(actor.enterprise, row.recipient))
            for row in rows[:limit]
        ]
        return page(shown, following, None)

    def _shown(self, row: Channel) -> schemas.Channel:
        secrets = schemas.secret_names(row.kind, self._channels.opened(row))
        named = [
            (one, self._telling.person_name(row.enterprise, one.recipient)) for one in self._channels.bouncing(row)
        ]
        return schemas.channel(row, self._channels.health(row), secrets, named)


ROUTES = (
    Route(
        method='GET',
        path='/channels',
        handler=ChannelRoutes.list_channels,
        summary='List channels',
        tag='channels',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(CHANNEL),
    ),
    Route(
        method='POST',
        path='/channels',
        handler=ChannelRoutes.add_channel,
        summary='Set up a channel',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        body=NEW_CHANNEL,
        answer=CHANNEL_WITH_SECRET,
        status=201,
    ),
    Route(
        method='GET',
        path='/channels/{channel_id}',
        handler=ChannelRoutes.read_channel,
        summary='Read a channel',
        tag='channels',
        permission=Permission.CHANNELS_READ,
        answer=CHANNEL,
    ),
    Route(
        method='PATCH',
        path='/channels/{channel_id}',
        handler=ChannelRoutes.change_channel,
        summary='Change a channel',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        body=NEW_CHANNEL,
        patch={'least_severity': 'major'},
        answer=CHANNEL,
    ),
    Route(
        method='DELETE',
        path='/channels/{channel_id}',
        handler=ChannelRoutes.remove_channel,
        summary='Remove a channel',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        status=204,
    ),
    Route(
        method='POST',
        path='/channels/{channel_id}/rotate-secret',
        handler=ChannelRoutes.rotate_channel_secret,
        summary='Sign with a new secret',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        answer=CHANNEL_WITH_SECRET,
    ),
    Route(
        method='POST',
        path='/channels/{channel_id}/forget-bounces',
        handler=ChannelRoutes.forget_bounces,
        summary='Take the marks from addresses that bounced',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        answer=CHANNEL,
    ),
    Route(
        method='POST',
        path='/channels/{channel_id}/test',
        handler=ChannelRoutes.test_channel,
        summary='Send a test message',
        tag='channels',
        permission=Permission.CHANNELS_WRITE,
        answer=DELIVERY,
        status=201,
    ),
    Route(
        method='GET',
        path='/channels/{channel_id}/preview/{alert_id}',
        handler=ChannelRoutes.preview_channel,
        summary='Read how an alert would be told',
        tag='channels',
        permission=Permission.CHANNELS_READ,
        answer=CHANNEL_PREVIEW,
    ),
    Route(
        method='GET',
        path='/deliveries/{delivery_id}',
        handler=ChannelRoutes.read_delivery,
        summary='Read what came of a message',
        tag='channels',
        permission=Permission.CHANNELS_READ,
        answer=DELIVERY,
    ),
    Route(
        method='GET',
        path='/delivery-attempts',
        handler=ChannelRoutes.list_attempts,
        summary='List what was sent and what came of it',
        tag='channels',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(ATTEMPT),
    ),
)
