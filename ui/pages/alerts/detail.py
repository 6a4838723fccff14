"""One alert: what, where, how many, how sure, who has seen it."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.alert_rules.alerts import rule_that_raised
from domain.alerts.model import Alert
from domain.changes.store import Store
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.own_rules.alerts import own_rule_of
from domain.own_rules.model import OwnRule
from domain.silence.alerts import BEHIND_TOWER, TOGETHER
from domain.towers.model import TowerState
from ui.components.acting import acting, unsure
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.pages.alerts.calls_card import calls_card
from ui.pages.alerts.cards import beneath_card, broken_card, condition_card, evidence_card
from ui.pages.alerts.meanings import MEANING
from ui.pages.alerts.past_meanings import PAST_MEANING
from ui.pages.alerts.told_card import told_card
from ui.pages.opening import frame_of_one
from ui.pages.page import nowhere, page
from ui.pages.screen import screen
from ui.pages.towers.outage_card import outage_card
from ui.sentences.alerts import problem_of
from ui.sign_in import SignedIn
from ui.topics.alerts.row import cell_of_alert

_FACTS = (
    Column(field='object', label='Where', href='{object_href}'),
    Column(field='parent', label='Part of', href='/alerts/{parent_id}'),
    Column(field='merged_by', label='Put beneath it by'),
    Column(field='assigned_to', label='Has it', detail='assigned_at', detail_mode='since'),
    Column(field='snoozed_by', label='Snoozed by', detail='snoozed_until', detail_mode='until'),
    Column(field='snooze_reason', label='Snoozed because'),
    Column(
        field='silenced_by',
        label='Silenced by',
        href='/silences?of={silence}',
        detail='silenced_until',
        detail_mode='until',
    ),
    Column(field='silence_reason', label='Silenced because'),
    Column(field='false_by', label='False alarm, says', detail='false_reason'),
    Column(field='detail', label='Detail'),
    Column(field='waits', label='People'),
    Column(field='told_at', label='People told', kind='time'),
    Column(field='flapping_since', label='Comes and goes', kind='age', mode='since'),
    Column(field='recovery', label='Recovery'),
    Column(field='first', label='Began as'),
    Column(field='first_detail', label='Detail then'),
    Column(field='peak_severity', label='At its worst', kind='state', family='severity', how='plain'),
    Column(field='devices_now', label='Devices concerned', kind='number'),
    Column(field='peak_devices', label='Devices at its worst', kind='number'),
    Column(field='score', label='How sure it is', kind='number', unit='%'),
    Column(field='false_alarms', label='False alarms'),
    Column(field='type', label='Type'),
    Column(field='cause', label='Probable cause'),
    Column(field='raised_at', label='Raised', kind='time'),
    Column(field='changed_at', label='Changed', kind='age'),
    Column(field='reopened_at', label='Got worse', kind='time'),
    Column(field='cleared_at', label='Cleared at', kind='time'),
    Column(field='lasted', label='Lasted'),
)
_SEEN = (
    Column(field='acknowledged_by', label='By'),
    Column(field='acknowledged_at', label='When', kind='age'),
    Column(field='acknowledged_until', label='Until', kind='age', mode='until', empty='As long as it is open'),
    Column(field='comment', label='Comment', empty='No comment'),
)
_SEEN_BEFORE = (
    Column(field='name', label='By', kind='strong', detail='comment', phone='title'),
    Column(field='severity', label='It then was', kind='state', family='severity', how='plain', phone='state'),
    Column(field='at', label='Acknowledged', kind='time', phone='line'),
    Column(field='reopened_at', label='Got worse', kind='time', align='right', phone='age'),
)
_WITNESSES = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', detail='apart', sort='', phone='title'),
    Column(field='presence', label='Presence', kind='state', family='presence', phone='state'),
    Column(field='cell', label='On cell now', kind='cell', phone='line'),
    Column(
        field='rsrp', label='RSRP', kind='signal', unit='dBm', low=-120, high=-75, warn=-95, bad=-105, align='right'
    ),
    Column(field='last_seen', label='Last seen', kind='age', align='right', phone='age'),
)


def register(*, fleets: Fleets, store: Store) -> None:
    """Register ``/alerts/{alert_id}``."""

    @screen('/alerts/{alert_id}', begins=frame_of_one(fleets, 'alerts', Alert))
    async def alert(request: Request, alert_id: str) -> None:
        with page(request, fleets, 'Alerts', active='alerts') as (who, fleet):
            found = fleet[Alert].get(alert_id) or await store.get(Alert, fleet.enterprise.id, alert_id)
            if found is None or (found := fleet.shown(found)) is None:
                gone = Empty(
                    title='There is no such alert',
                    text='Cleared alerts are kept for a while.',
                    href='/alerts',
                    label='All alerts',
                )
                nowhere(gone)
                return
            _page(who, fleet, found)


def _page(who: SignedIn, fleet: Fleet, alert: Alert) -> None:
    topic = f'alert/{alert.id}'
    with heading(problem_of(alert), parent=('Alerts', '/alerts'), topic=topic):
        live_state('severity', 'severity', topic)
        live_value(Column(field='open_since', kind='age', mode='for', empty=''), topic)
        live_value(Column(field='over', kind='quiet', empty=''), topic)
        live_state('alert', 'state', topic).props('data-testid=state')
        seen = Column(field='acknowledged_by', kind='template', template='seen by {acknowledged_by}', empty='')
        live_value(seen, topic)
        live_value(Column(field='silenced_by', kind='template', template='silenced by {silenced_by}', empty=''), topic)
        live_value(Column(field='snoozed_by', kind='template', template='by {snoozed_by}', empty=''), topic)
        live_value(Column(field='quiet_until', kind='age', mode='until', empty=''), topic)
        has = Column(field='assigned_to', kind='template', template='{assigned_to} has it', empty='')
        live_value(has, topic).props('data-testid=has-it')
        unsure(topic).props('data-testid=unsure')
        if who.may(Permission.ALERTS_WRITE):
            with actions() as acts:
                _acts(topic, alert, silences=who.may(Permission.SILENCES_WRITE))
            acts.props(f'data-cw-alert={alert.id}')
    with ui.element('div').classes('cw-ends').style('margin-bottom: 12px'):
        if (cell := cell_of_alert(fleet, alert)) is not None:
            door('The cell', f'/cells/{cell}').props('data-testid=cell')
        door('Incident report', f'/alerts/{alert.id}/incident').props('data-testid=incident')
        if alert.is_open and who.may(Permission.STATUS_WRITE):
            door('Tell of it on the status page', f'/status-page?alert={alert.id}').props('data-testid=status-page')
    with grid('wide', top=True):
        with stack():
            _case(topic, fleet, alert, who)
        with stack():
            _course(topic, who, alert)


def _case(topic: str, fleet: Fleet, alert: Alert, who: SignedIn) -> None:
    """What it is about, and what else says so or hangs on it."""
    _what(topic, fleet, alert, who)
    beneath_card(topic, alert)
    if alert.object_kind == 'tower' and _is_newest_outage(fleet, alert):
        outage_card(alert.object_id)
    if who.may(Permission.POLICIES_READ):
        broken_card(alert)
    evidence_card(alert)
    if alert.score is not None:
        with card('Witnesses', caption='{witnessed} said so', caption_topic=topic):
            nobody = Empty(title='No device says so any more', text='Who did stays in the timeline.')
            _devices(alert, ('witness', 'witnesses'), nobody)
    elif BEHIND_TOWER.is_of(alert) or TOGETHER.is_of(alert):
        with card('Silent devices'):
            _devices(alert, ('device', 'devices'), Empty(title='All are back'))


def _is_newest_outage(fleet: Fleet, alert: Alert) -> bool:
    """Whether the devices that are known of the tower's newest outage are those that this alert is about."""
    state = fleet.find(TowerState, alert.object_id)
    if alert.cleared_at is None:
        return True
    return state is not None and state.down_at is not None and alert.raised_at <= state.down_at <= alert.cleared_at


def _course(topic: str, who: SignedIn, alert: Alert) -> None:
    """What people did about it, who was told, and the timeline of its object."""
    with (
        live_when(topic, 'acknowledged', (True,), shown=alert.acknowledged_at is not None),
        card('Acknowledged'),
    ):
        facts(topic, _SEEN)
    with (
        live_when(topic, 'comments', (None,), shown=bool(alert.comments), unless=True),
        card('Comments'),
        ui.element('div').classes('body'),
    ):
        live_value(Column(field='comments', kind='comments', empty=''), topic).props('data-testid=comments')
    with (
        live_when(topic, 'reopened', (True,), shown=bool(alert.acknowledgements)),
        card('Acknowledged before it got worse'),
    ):
        live_table(
            f'acknowledgements/{alert.id}',
            _SEEN_BEFORE,
            noun=('acknowledgement', 'acknowledgements'),
            bare=True,
            file=True,
            framed=False,
            empty=Empty(title='Nobody had acknowledged it'),
        ).props('data-testid=acknowledgements')
    if who.may(Permission.CHANNELS_READ):
        calls_card(alert)
        told_card(alert)
    with card('Timeline', caption=f'of {alert.object_name}'):
        feed(f'feed/{alert.object_kind}/{alert.object_id}', most=14, hide_subject=True)


def _acts(topic: str, alert: Alert, *, silences: bool) -> None:
    waits = alert.is_open and alert.acknowledged_at is None
    with live_when(topic, 'state', ('open', 'snoozed'), shown=waits):
        acting('I have it', 'take', alert.id, rank='primary').props('data-testid=take').mark('take')
        acknowledges = acting('Acknowledge alert…', 'acknowledge', alert.id)
        acknowledges.props('data-testid=ask-acknowledge').mark('ask-acknowledge')
    with live_when(topic, 'state', ('acknowledged',), shown=alert.acknowledged_at is not None and alert.is_open):
        takes_back = acting('Take acknowledgement back', 'unacknowledge', alert.id)
        takes_back.props('data-testid=unacknowledge').mark('unacknowledge')
    with live_when(topic, 'is_open', (True,), shown=alert.is_open):
        if silences:
            door('Silence like this…', f'/silences?alert={alert.id}').props('data-testid=silence-like')
        acting('Comment…', 'comment', alert.id).props('data-testid=ask-comment').mark('ask-comment')
        acting('More…', 'more', alert.id).props('data-testid=more').mark('more')


def _what(topic: str, fleet: Fleet, alert: Alert, who: SignedIn) -> None:
    """What is wrong, or was: an alert that clears while its page is open changes its tense."""
    raised = rule_that_raised(alert)
    for now, title, said in ((True, 'What is wrong', MEANING), (False, 'What was wrong', PAST_MEANING)):
        meaning = said.get(raised) if raised is not None else None
        if meaning is not None:
            with (
                live_when(topic, 'is_open', (now,), shown=alert.is_open is now),
                card(title),
                ui.element('div').classes('body'),
            ):
                text(meaning, 'p').classes('cw-prose')
    own = own_rule_of(alert)
    if own is not None:
        condition_card(topic, alert, own if own in fleet[OwnRule] and who.may(Permission.RULES_READ) else '')
    rule = raised if own is None and who.may(Permission.RULES_READ) else None
    more = (f'Rule: {rule.tuned.name}', f'/alert-rules?rule={rule.tuned.key}') if rule is not None else None
    with card('Facts', more=more):
        facts(topic, _FACTS)


def _devices(alert: Alert, noun: tuple[str, str], empty: Empty) -> None:
    live_table(
        f'witnesses/{alert.id}',
        _WITNESSES,
        noun=noun,
        size=20,
        file=True,
        framed=False,
        href='/devices/{id}',
        empty=empty,
    ).props('data-testid=witnesses')
