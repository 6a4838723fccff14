"""Who is called for an alert, by which way and when, what came of it, and who is next."""

from domain.alerts.model import Alert
from ui.components.card import card
from ui.components.columns import Column
from ui.components.live_table import live_table
from ui.components.page_state import Empty

_CALLS = (
    Column(field='name', label='Who', kind='strong', detail='step', phone='title'),
    Column(field='state', label='What came of it', kind='state', family='call', how='chip', phone='state'),
    Column(field='said', label='The other side said', kind='quiet', grow=True, empty='', phone='more'),
    Column(field='then', label='Will be called', kind='time', empty='', phone='line'),
    Column(field='at', label='When', kind='age', align='right', empty='', phone='age'),
)


def calls_card(alert: Alert) -> None:
    """The card, which follows while its page is open."""
    with card('Who is called', more=('On call', '/on-call')):
        live_table(
            f'calls?alert={alert.id}',
            _CALLS,
            noun=('call', 'calls'),
            bare=True,
            framed=False,
            heads=False,
            empty=Empty(
                title='Nobody was called for it so far',
                text='A route leads to an escalation policy, once people are told: not of what another alert explains.',
            ),
        ).props('data-testid=calls').mark('calls')
