"""Whom an outage hurt: the devices that a tower served when it went down, and where they are now."""

from ui.components.card import card
from ui.components.columns import Column
from ui.components.live_table import live_table
from ui.components.live_when import live_when
from ui.components.page_state import Empty

_LOST = (
    Column(
        field='name', label='Device', kind='strong', href='/devices/{id}', detail='apart', sort='name', phone='title'
    ),
    Column(field='presence', label='Presence', kind='state', family='presence', sort='presence', phone='state'),
    Column(field='tower', label='Serving tower now', href='/towers/{tower_id}', sort='tower', phone='line'),
    Column(field='last_seen', label='Last seen', kind='age', sort='last_seen', align='right', phone='age'),
)


def outage_card(tower_id: str) -> None:
    """A card that is there while the tower is down, and for a day after."""
    topic = f'tower/{tower_id}'
    with (
        live_when(topic, 'outage', (True,), shown=False),
        card(
            'Devices it served when it went down',
            caption='{lost} in all: {unheard} not heard from since, {elsewhere} elsewhere, {back} heard on it since, '
            '{silent_before} silent before it',
            caption_topic=topic,
        ),
    ):
        live_table(
            f'devices?outage={tower_id}',
            _LOST,
            noun=('device', 'devices'),
            sort='last_seen',
            size=10,
            file=True,
            framed=False,
            empty=Empty(title='It served no device when it went down'),
            href='/devices/{id}',
        ).props('data-testid=lost')
