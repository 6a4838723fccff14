"""The channels on which alerts are told, how they fare, and the log of what was sent."""

import asyncio
from functools import partial

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.channels.kinds import KINDS
from domain.channels.model import Channel, Delivery, DeliveryState
from domain.channels.service import ChannelService
from domain.channels.status import ChannelStatus, channel_status
from domain.channels.telling import TellingService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.components.age import age
from ui.components.card import card, link, text
from ui.components.controls import button
from ui.components.looking import look_every
from ui.design import look
from ui.pages.channels.edit import Editor
from ui.pages.channels.log import chip, log, named
from ui.pages.page import guarded, not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

LOOK_S = 1.0
"""So often an open page looks whether something was sent or changed: in memory, and only while it is open."""
MOST_SHOWN = 50
TEST_S = 30.0
"""An attempt takes 20 s at most."""


def register(*, fleets: Fleets, channels: ChannelService, telling: TellingService) -> None:
    """Register ``/channels``; ``?channel=`` and ``?alert=`` narrow the log."""

    @screen('/channels')
    async def channel_list(request: Request, channel: str = '', alert: str = '') -> None:
        with page(request, fleets, 'Channels', active='channels') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('where alerts are told', who, fleet.enterprise.name)
                return
            with ui.element('div').classes('cw-stack'):
                await _Page(channels, telling, who, fleet, channel, alert).build()


class _Page:
    def __init__(
        self,
        channels: ChannelService,
        telling: TellingService,
        who: SignedIn,
        fleet: Fleet,
        channel: str,
        alert: str,
    ) -> None:
        self._channels, self._telling, self._who, self._fleet = channels, telling, who, fleet
        self._channel, self._alert = channel, alert
        self._may = who.may(Permission.CHANNELS_WRITE)
        self._editor = Editor(channels, telling, who, fleet, self._show)
        self._tests: dict[str, Delivery] = {}

    async def build(self) -> None:
        """The two cards."""
        with card('Channels', caption='on which alerts are told outside of this console'):
            self._list = ui.element('ul').classes('cw-entries cw-doctor').props('data-testid=channels')
            if self._may:
                with ui.element('div').classes('cw-entries-foot'):
                    button('New channel…', self._editor.open, rank='primary').mark('new-channel').props(
                        'data-testid=new-channel'
                    )
        with card('Sent', caption=self._narrowed_to()):
            if self._channel or self._alert:
                with ui.element('div').classes('cw-entries-foot'):
                    link('All that was sent', '/channels')
            self._log = ui.element('div')
        self._show()
        await self._show_log()
        self._dialogs = ui.element('div')
        look_every(LOOK_S, self._look)

    def _narrowed_to(self) -> str:
        if self._alert:
            return 'of one alert, newest first'
        return f'on {self._name_of(self._channel)}, newest first' if self._channel else 'newest first'

    def _name_of(self, channel: str) -> str:
        return self._telling.name_of(self._fleet.enterprise.id, channel)

    def _newest(self) -> object:
        rows = self._channels.list(self._who.actor())
        health = {row.id: self._channels.health(row) for row in rows}
        return [(row.id, row.version, health[row.id]) for row in rows]

    async def _look(self) -> None:
        if self._shown != self._newest():
            self._show()
            await self._show_log()

    def _show(self) -> None:
        self._shown = self._newest()
        self._list.clear()
        rows = self._channels.list(self._who.actor())
        with self._list:
            for row in rows:
                self._row(row)
            if not rows:
                with ui.element('li').classes('none'):
                    text(
                        'Alerts are seen in this console alone. Set up a channel, and they reach people by themselves.'
                        if self._may
                        else 'Alerts are seen in this console alone. An administrator can set up a channel.',
                        'p',
                    )

    def _row(self, row: Channel) -> None:
        health = self._channels.health(row)
        status = channel_status(row, health)
        with ui.element('li').mark('channel').props(f'data-channel={row.id}'):
            chip('channel', status.value)
            with ui.element('div').classes('what'):
                with ui.element('b'):
                    link(row.name, f'/channels?channel={row.id}')
                text(KINDS[row.kind].label).classes('cw-tag')
                text(f'{look("severity", row.least_severity.value).word} and worse').classes('cw-tag')
                with ui.element('p').classes('cw-quiet'):
                    if status in (ChannelStatus.GONE, ChannelStatus.OFF):
                        text(row.disabled_because or 'Nothing is told on it.')
                    elif health is None or health.tried_at is None:
                        text('Nothing was sent yet.')
                    else:
                        text(f'{health.said} · ')
                        age(health.tried_at)
                        if health.failing_since is not None:
                            text(' · fails since ')
                            age(health.failing_since)
                test = self._tests.get(row.id)
                if test is not None:
                    self._test_line(test)
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    button('Send a test', partial(self._test, row)).mark('test').props('data-testid=test')
                    button('Edit…', partial(self._editor.open, row)).mark('edit').props('data-testid=edit')

    def _test_line(self, test: Delivery) -> None:
        words = {
            DeliveryState.WAITING: 'Test: is being sent',
            DeliveryState.DELIVERED: f'Test arrived: {test.said}',
        }.get(test.state, f'Test did not arrive: {test.said}')
        text(words, 'p').props('role=status data-testid=test-result')

    async def _test(self, row: Channel) -> None:
        sent = await guarded(self._who, lambda actor: self._channels.test(actor, row.id))
        if sent is None:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + TEST_S
        while sent.state is DeliveryState.WAITING and loop.time() < until:
            self._tests[row.id] = sent
            self._show()
            await asyncio.sleep(0.2)
            sent = await self._telling.delivery(self._who.actor(), sent.id)
        self._tests[row.id] = sent
        self._show()
        await self._show_log()

    async def _show_log(self) -> None:
        attempts = await self._telling.attempts(
            self._who.actor(), alert=self._alert, channel=self._channel, limit=MOST_SHOWN
        )
        self._log.clear()
        with self._log:
            log(attempts, (), named(self._telling, self._fleet.enterprise.id), none='Nothing was sent yet.')
