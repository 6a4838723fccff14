"""What an alert explains, and what devices said of it: cards of its page."""

from domain.alerts.model import Alert
from domain.policies.alerts import BROKEN
from ui.components.card import card
from ui.components.columns import Column
from ui.components.facts import facts
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
_CONDITION = (
    Column(field='rule', label='Rule', empty='It is gone'),
    Column(field='asked', label='Expression', kind='code'),
    Column(field='asked_for', label='True for'),
    Column(field='asked_values', label='Values when it raised it'),
)
_EVIDENCE = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', phone='title'),
    Column(field='reading', label='What it said', kind='quiet', grow=True, phone='more', empty=''),
    Column(field='at', label='When', kind='time', align='right', phone='age'),
)

_BREAKING = (
    Column(
        field='name',
        label='Device',
        kind='strong',
        href='/devices/{device_id}',
        detail='apart',
        sort='name',
        phone='title',
    ),
    Column(field='tower', label='Tower', href='/towers/{tower_id}', sort='tower', empty='None of yours', phone='line'),
    Column(field='value', label='Value'),
    Column(
        field='answer',
        label='What is done',
        kind='quiet',
        detail='act_at',
        detail_mode='left',
        empty='Nothing: it is only told',
        phone='state',
    ),
    Column(field='opened_at', label='For', kind='age', mode='bare', sort='opened_at', align='right', phone='age'),
)


def beneath_card(topic: str, alert: Alert) -> None:
    """The alerts that this one explains, as a tree; nothing while there are none."""
    with (
        live_when(topic, 'beneath', (None,), shown=bool(alert.children), unless=True),
        card('Beneath it', caption='{explains}', caption_topic=topic),
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


def condition_card(topic: str, alert: Alert, rule: str) -> None:
    """What a rule of one's own had asked and read when it raised an alert; the door to that ``rule`` (an id) for those who may read it,
    as long as it is there."""
    if alert.condition is None and not rule:
        return  # raised before conditions were kept
    more = ('Open the rule', f'/alert-rules?own={rule}') if rule else None
    with card('The rule that raised it', caption='as it was then', more=more):
        facts(topic, _CONDITION).props('data-testid=condition')


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


def broken_card(alert: Alert, *, beside: str = '') -> None:
    """Who breaks the policy that an alert is about, on which towers, and what is being done about each; nothing for another alert.
    It follows; ``beside`` says of what moment the rest of the page is, where that does not."""
    if not BROKEN.is_of(alert):
        return
    id = alert.object_id
    title = 'Who breaks it now' if beside else 'Who breaks it'
    with card(
        title,
        caption=f'live; the rest is {beside}' if beside else 'now, the newest first',
        more=('All of them', f'/violations?policy={id}'),
    ):
        live_table(
            f'violations?policy={id}',
            _BREAKING,
            noun=('device', 'devices'),
            sort='-opened_at',
            size=20,
            framed=False,
            href='/devices/{device_id}',
            empty=Empty(title='No device breaks it', text='The incident report names who did.'),
        ).props('data-testid=breaking')
