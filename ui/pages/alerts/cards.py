"""What an alert explains, and what devices said of it: cards of its page."""

from domain.alerts.model import Alert
from ui.components.card import card
from ui.components.columns import Column
from ui.components.live_table import live_table
from ui.components.live_when import live_when
from ui.components.page_state import Empty

_BENEATH = (
    Column(field='severity', label='Severity', kind='state', family='severity', how='plain', phone='state'),
    Column(field='name', label='What', kind='strong', href='/alerts/{id}', phone='title'),
    Column(field='why', label='Why', kind='quiet', grow=True, empty=''),
    Column(field='object', label='Where', href='{object_href}', detail='apart', phone='line'),
    Column(field='devices', label='Devices', kind='number', align='right'),
    Column(field='state', label='State', kind='state', family='alert', how='plain'),
    Column(field='raised_at', label='Raised', kind='age', align='right', phone='age'),
)
_EVIDENCE = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', phone='title'),
    Column(field='reading', label='What it said', kind='quiet', grow=True, phone='more', empty=''),
    Column(field='at', label='When', kind='time', align='right', phone='age'),
)


def beneath_card(topic: str, alert: Alert) -> None:
    """The alerts that this one explains, as a tree; nothing while there are none."""
    with (
        live_when(topic, 'beneath', (None,), shown=bool(alert.children), unless=True),
        card('Beneath it', caption='{beneath} that this one explains', caption_topic=topic),
    ):
        live_table(
            f'beneath/{alert.id}',
            _BENEATH,
            noun=('alert', 'alerts'),
            size=50,
            file=True,
            framed=False,
            href='/alerts/{id}',
            empty=Empty(title='Nothing hangs on it', text='What this outage cuts off stands here.'),
        ).props('data-testid=beneath')


def evidence_card(alert: Alert) -> None:
    """What each witness said first; nothing for an alert without any."""
    if alert.evidence:
        with card('Evidence', caption='what each device said when it became a witness'):
            live_table(
                f'evidence/{alert.id}',
                _EVIDENCE,
                noun=('statement', 'statements'),
                size=20,
                file=True,
                framed=False,
                empty=Empty(title='No device has said so'),
            ).props('data-testid=evidence')
