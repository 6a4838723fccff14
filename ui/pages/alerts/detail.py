"""One alert: what, where, how many, how sure, who has seen it."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.alerts.service import AlertService
from domain.changes.store import Store
from domain.devices.alerts import (
    CLOCK,
    CLOCKS,
    CONTRADICTION,
    COPIED,
    DOWNGRADE,
    FOREIGN_NETWORK,
    JUMP,
    SHARED_NUMBER,
    SHARED_SIM,
    SIM_CHANGED,
    UNKNOWN_CELL,
)
from domain.enforcement.alerts import NOT_DONE
from domain.enrolment.alerts import CONTESTED
from domain.fleet.fleets import Fleets
from domain.policies import alerts as policies
from domain.silence.alerts import BEHIND_TOWER, OFFLINE, TOGETHER
from domain.towers.alerts import AREA, FAILING, NOT_ASKED
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.columns import Column
from ui.components.controls import button, door
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty, page_state
from ui.pages.alerts.cards import beneath_card, evidence_card
from ui.pages.alerts.list import ask_comment
from ui.pages.alerts.past_meanings import PAST_MEANING
from ui.pages.page import page
from ui.pages.screen import screen
from ui.pages.towers.outage_card import outage_card
from ui.sentences.alerts import problem_of
from ui.sign_in import SignedIn

_FACTS = (
    Column(field='object', label='Where', href='{object_href}'),
    Column(field='parent', label='Part of', href='/alerts/{parent_id}'),
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
MEANING = {
    UNKNOWN_CELL: (
        'A device is on a cell that no tower of yours lists, in a tracking area where yours radiate. Unknown is not rogue: the score '
        'starts at 40 %, a strong signal and every further device on that cell raise it. If the cell is yours or your operator’s, '
        'list it at its tower and the alert clears.'
    ),
    FAILING: (
        'The tower’s checks fail. Devices it serves are excused from their policies while it is down, and quarantines for them wait, '
        'except for devices that check in through it all the same. The alert clears when the checks answer again or the tower goes '
        'into maintenance. One of a tower that was down waits until its devices are heard from, at most as long as '
        'their silence is excused. An unreachable tower is cut off by what carries its backhaul or feeds it: nothing is known '
        'of it, its alert is a part of that outage, and people are told of that one alone.'
    ),
    OFFLINE: (
        'The device has been offline for longer than its criticality and its kind allow, and nothing else explains it: its tower is not '
        'down, in maintenance or unknown. Look at its power, its antenna and its SIM. A label offline-alert on the device (15m, 2h, '
        'never) sets another time. The alert clears when the device is heard again, or when its tower turns out to be down.'
    ),
    BEHIND_TOWER: (
        'Devices fell silent together that were last heard through this tower, while its checks answer: look at its radio, not at '
        'its backhaul. The alert clears when all but two are back; those then raise an alert each.'
    ),
    TOGETHER: (
        'Devices that have this in common fell silent together: look for one cause, such as a power cut, a network that is down, or an '
        'update. When it is the whole fleet, look at the uplink of this server. The alert clears when all but two are back; those then '
        'raise an alert each.'
    ),
    NOT_ASKED: (
        'The fault is on this side: checks of towers that have nothing in common fail at the same moment, because this server’s '
        'resolver, its route or its uplink fails. Towers keep the state that they had, no device is excused and no command is taken '
        'back. The alert clears when the towers can be asked again.'
    ),
    policies.NOT_ASKED: (
        'A rule cannot be asked, so that nothing is known of the devices that it binds. The alert clears when it can be asked again.'
    ),
    policies.BROKEN: ('A rule of yours is broken. The alert clears when no device breaks it any more.'),
    NOT_DONE: ('What was ordered was not carried out. The alert clears when the device has done it.'),
    FOREIGN_NETWORK: (
        'A device is on a cell that has the identity and the area of one of yours, in a network that none of your towers lists. False base '
        'stations copy the numbers of a real cell. The score starts at 70 % when the device was at that place before, else at 40 %, and '
        'every further device raises it. If your site is shared with that network, list the cell at its tower under that network too; '
        'else the alert clears when no device has been on the cell for five minutes.'
    ),
    JUMP: (
        'A device was served by two towers that lie too far apart for the time between: nothing that carries it is that fast. One of the '
        'two cells is a copy, two machines use one credential, or the place of a tower is wrong. Check first whether both towers stand '
        'where the inventory says. The alert clears an hour after the newest jump, or when a place is corrected.'
    ),
    DOWNGRADE: (
        'Several devices left the LTE or NR of one tower within two minutes for 2G or 3G cells of the same network that no tower lists. '
        'A false base station with a jammer forces devices down, because it can pose as a 2G network without a proof. If the cell '
        'is your operator’s, list it at its tower. The alert clears when more than half of the devices are back, or when the tower '
        'turns out to fail or is in maintenance.'
    ),
    CONTESTED: (
        'A machine asks to enrol with the numbers of a device that is in use. It waits: approve it on the page Enrolment if the device was '
        'exchanged or set up anew, refuse it if not. The alert clears with the decision.'
    ),
    COPIED: (
        'Two machines show the same credential: numbers and moments of their check-ins cross. A folder or an image was copied, or the '
        'credential was stolen. Revoke it and let the machine that is yours enrol again.'
    ),
    SIM_CHANGED: (
        'The device tells of a SIM that nobody expects in it. If it was exchanged on purpose, write its ICCID into the permitted SIMs of '
        'the device, and the alert clears; it also clears when the former SIM is back.'
    ),
    SHARED_NUMBER: (
        'Two devices that are both heard from have the same IMEI or serial number. An image was copied with its serial number, modems left '
        'the factory with one IMEI, or a modem was moved and its former device still counts it as its own: then correct the numbers '
        'of that one under “Edit device”. The alert clears when only one of them has the number, or only one is heard.'
    ),
    CONTRADICTION: (
        'A machine shows numbers that name several devices: a modem or a board was exchanged, or numbers were copied. One that asks to '
        'enrol waits, with what it has observed: say on the page Enrolment which device it is, and the alert clears. One that '
        'has a credential goes on as the device of that credential; correct the numbers of the devices that are named, or revoke it.'
    ),
    SHARED_SIM: (
        'Two devices that are both heard from tell of the same SIM. A SIM was copied, or one of the two machines tells what is not so.'
    ),
    CLOCK: (
        'The device’s clock is steadily wrong. What it says is moved to our time, so it is there and judged as any other; its own '
        'certificates, logs and schedules are wrong until its clock is set, for example by NTP.'
    ),
    CLOCKS: (
        'Many clocks went wrong by the same amount at the same time. That of this server is the likelier one: compare it with a time '
        'server.'
    ),
    AREA: (
        'The cell joins this tower by its identity. The tracking area that devices tell is another one than the inventory has: correct '
        'the inventory, or ask your operator.'
    ),
}
"""What is wrong, what to do, and when the alert clears, by its rule."""


def register(*, fleets: Fleets, alerts: AlertService, store: Store) -> None:
    """Register ``/alerts/{alert_id}``."""

    @screen('/alerts/{alert_id}')
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
                page_state(gone, trouble=True)
                return
            _page(alerts, who, found)


def _page(alerts: AlertService, who: SignedIn, alert: Alert) -> None:
    topic = f'alert/{alert.id}'
    with heading(problem_of(alert), parent=('Alerts', '/alerts'), topic=topic):
        live_state('severity', 'severity', topic)
        live_state('alert', 'state', topic).props('data-testid=state')
        live_value(Column(field='open_since', kind='age', mode='for', empty=''), topic)
        live_value(Column(field='over', kind='quiet', empty=''), topic)
        if who.may(Permission.ALERTS_WRITE):
            with actions(), live_when(topic, 'state', ('open',), shown=alert.acknowledged_at is None and alert.is_open):
                button('Acknowledge alert…', lambda: ask_comment(alerts, who, (alert.id,)), rank='primary').props(
                    'data-testid=ask-acknowledge'
                ).mark('ask-acknowledge')
    if alert.is_open and who.may(Permission.STATUS_WRITE):
        with ui.element('div').classes('cw-ends'):
            door('Tell of it on the status page', f'/status-page?alert={alert.id}').props('data-testid=status-page')
    with grid('wide', top=True):
        with stack():
            _what(topic, alert)
            beneath_card(topic, alert)
            if alert.object_kind == 'tower':
                outage_card(alert.object_id)
            evidence_card(alert)
            if alert.score is not None:
                with card('Witnesses', caption='{witnessed} said so', caption_topic=topic):
                    nobody = Empty(title='No device says so any more', text='Who did stays in the timeline.')
                    _devices(alert, ('witness', 'witnesses'), nobody)
            elif BEHIND_TOWER.is_of(alert) or TOGETHER.is_of(alert):
                with card('Silent devices'):
                    _devices(alert, ('device', 'devices'), Empty(title='All are back'))
        with stack():
            with (
                live_when(topic, 'acknowledged', (True,), shown=alert.acknowledged_at is not None),
                card('Acknowledged'),
            ):
                facts(topic, _SEEN)
            with (
                live_when(topic, 'reopened', (True,), shown=bool(alert.acknowledgements)),
                card('Acknowledged before it got worse'),
            ):
                live_table(
                    f'acknowledgements/{alert.id}',
                    _SEEN_BEFORE,
                    noun=('acknowledgement', 'acknowledgements'),
                    bare=True,
                    framed=False,
                    empty=Empty(title='Nobody had acknowledged it'),
                ).props('data-testid=acknowledgements')
            with card('Timeline', caption=f'of {alert.object_name}'):
                feed(f'feed/{alert.object_kind}/{alert.object_id}', most=14, hide_subject=True)


def _what(topic: str, alert: Alert) -> None:
    """What is wrong, or was: an alert that clears while its page is open changes its tense."""
    for now, title, said in ((True, 'What is wrong', MEANING), (False, 'What was wrong', PAST_MEANING)):
        meaning = next((words for rule, words in said.items() if rule.is_of(alert)), None)
        if meaning is not None:
            with (
                live_when(topic, 'is_open', (now,), shown=alert.is_open is now),
                card(title),
                ui.element('div').classes('body'),
            ):
                text(meaning, 'p').classes('cw-prose')
    with card('Facts'):
        facts(topic, _FACTS)


def _devices(alert: Alert, noun: tuple[str, str], empty: Empty) -> None:
    live_table(
        f'witnesses/{alert.id}', _WITNESSES, noun=noun, size=20, framed=False, href='/devices/{id}', empty=empty
    ).props('data-testid=witnesses')
