"""The open alerts about one thing, on its own page, with all that can be done about them."""

from domain.access.permissions import Permission
from ui.components.card import card
from ui.components.columns import Column
from ui.components.live_table import Act, live_table
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.sign_in import SignedIn
from ui.topics.alerts.list import OPEN_STATES

_COLUMNS = (
    Column(field='severity', label='Severity', kind='state', family='severity', how='chip', phone='state'),
    Column(field='name', label='What', kind='strong', href='/alerts/{id}', phone='title'),
    Column(field='assigned_to', label='Has it', empty=' ', phone='line'),
    Column(field='seen', label='Seen', kind='state', family='alert', how='plain', detail='seen_by', empty=' '),
    Column(field='raised_at', label='Raised', kind='age', align='right', phone='age'),
)
_ACTS = (
    Act(name='take', label='I have it', field='state', when=('open', 'snoozed'), own='take'),
    Act(name='more', label='More…', own='more'),
)


def open_alert_card(who: SignedIn, object_id: str) -> None:
    """Nothing while no alert is open, and for those who may not read alerts."""
    if not who.may(Permission.ALERTS_READ):
        return
    topic = f'alerts?object_id={object_id}&state={OPEN_STATES}'
    may = who.may(Permission.ALERTS_WRITE)
    with live_when(topic, 'matched', (None, 0), shown=False, unless=True), card('Open alerts'):
        table = live_table(
            topic,
            _COLUMNS,
            noun=('alert', 'alerts'),
            bare=True,
            framed=False,
            href='/alerts/{id}',
            actions=_ACTS if may else (),
            empty=Empty(title='No alert is open'),
        )
        table.classes('cw-alerts').props('data-testid=open-alerts').mark('open-alerts')
        if may:
            table.props('data-cw-acts data-cw-about')
