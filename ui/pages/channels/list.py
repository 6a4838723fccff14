"""The channels on which alerts are told, how they fare, and the log of what was sent."""

from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.channels.model import Channel
from domain.channels.service import ChannelService
from domain.channels.telling import TellingService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.installation.enterprises import EnterpriseService
from ui.components.card import card, link
from ui.components.columns import Column
from ui.components.controls import button, toast
from ui.components.live_table import Act, Acted, live_table
from ui.components.page_state import Empty
from ui.pages.channels.answers import links_card
from ui.pages.channels.edit import ChannelEditor
from ui.pages.channels.sent import SENT_OF_ALL
from ui.pages.channels.tried import say_what_came
from ui.pages.page import guarded, not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

_CHANNELS = (
    Column(field='name', label='Channel', kind='strong', href='/channels?channel={id}', sort='name', phone='title'),
    Column(
        field='state',
        label='State',
        kind='state',
        family='channel',
        detail='failing_since',
        detail_mode='since',
        phone='state',
    ),
    Column(field='kind', label='Kind', phone='line'),
    Column(field='least', label='Tells of', room='wide'),
    Column(field='said', label='The other side said', kind='quiet', grow=True, phone='more'),
    Column(field='tried_at', label='Last tried', kind='age', align='right', phone='age', empty='Never'),
)


def register(
    *, fleets: Fleets, channels: ChannelService, telling: TellingService, enterprises: EnterpriseService
) -> None:
    """Register ``/channels``; ``?channel=`` and ``?alert=`` narrow the log."""

    @screen('/channels')
    def channel_list(request: Request, channel: str = '', alert: str = '') -> None:
        with page(request, fleets, 'Channels', active='channels') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('where alerts are told', who, fleet.enterprise.name)
                return
            with ui.element('div').classes('cw-stack'):
                _channels(channels, telling, who, fleet)
                links_card(enterprises, who, fleet)
                _sent(telling, fleet, channel, alert)


def _channels(channels: ChannelService, telling: TellingService, who: SignedIn, fleet: Fleet) -> None:
    may = who.may(Permission.CHANNELS_WRITE)
    editor = ChannelEditor(channels, telling, who, fleet)

    async def act(acted: Acted) -> None:
        channel = fleet.find(Channel, acted.ids[0])
        if channel is None:
            toast('This channel was removed.', 'bad')
        elif acted.action == 'edit':
            editor.open(channel)
        else:
            await _test(channels, telling, who, channel)

    with card('Channels', caption='on which alerts are told outside of this console'):
        live_table(
            'channels',
            _CHANNELS,
            noun=('channel', 'channels'),
            file=True,
            bare=True,
            framed=False,
            actions=[Act(name='test', label='Send a test'), Act(name='edit', label='Edit…')] if may else [],
            on_act=act,
            empty=Empty(
                title='Alerts are seen in this console alone',
                text='Set up a channel, and they reach people by themselves.'
                if may
                else 'An administrator can set up a channel.',
            ),
        ).props('data-testid=channels').mark('channels')
        if may:
            with ui.element('div').classes('cw-entries-foot'):
                button('New channel…', editor.open, rank='primary').mark('new-channel').props('data-testid=new-channel')


async def _test(channels: ChannelService, telling: TellingService, who: SignedIn, channel: Channel) -> None:
    """Send a test, and say what came of it; the log below keeps it."""
    sent = await guarded(who, lambda actor: channels.test(actor, channel.id))
    if sent is None:
        return
    await say_what_came(lambda: telling.delivery(who.actor(), sent.id), sent, channel.name)


def _sent(telling: TellingService, fleet: Fleet, channel: str, alert: str) -> None:
    name = telling.name_of(fleet.enterprise.id, channel)
    of = 'of one alert' if alert else f'on {name or "a channel that was removed"}' if channel else ''
    asked = urlencode({key: value for key, value in (('alert', alert), ('channel', channel)) if value})
    with card('Sent', caption=f'{of}, newest first' if of else 'newest first'):
        if asked:
            with ui.element('div').classes('cw-entries-foot'):
                link('All that was sent', '/channels')
        live_table(
            f'tellings?{asked}' if asked else 'tellings',
            SENT_OF_ALL,
            noun=('message', 'messages'),
            file=True,
            bare=True,
            framed=False,
            empty=Empty(title='Nothing was sent yet', text='What is sent stands here, with what the other side said.'),
        ).classes('cw-sent').props('data-testid=told').mark('told')
