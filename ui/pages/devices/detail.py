"""One device: what it is, where it stands, what the policies say of it, and what can be done with it."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.access.scopes import words
from domain.changes.store import Retention, Store
from domain.devices.model import Device
from domain.devices.service import DeviceService
from domain.enforcement.service import CommandService
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleets import Fleets
from domain.tokens.service import TokenService
from ui.components.card import card, grid, stack, text
from ui.components.chart import Series, chart, readings
from ui.components.columns import Column
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import Act, Acted, live_table
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.notes_card import notes_card
from ui.components.page_state import Empty, page_state
from ui.pages.alerts.open_card import open_alert_card
from ui.pages.devices.actions import DeviceActions
from ui.pages.devices.head import device_heading
from ui.pages.devices.revoke import locked_out_note
from ui.pages.notices import device_notes
from ui.pages.opening import frame_of_one
from ui.pages.page import guarded, page
from ui.pages.retired import retired, unknown
from ui.pages.screen import screen
from ui.sign_in import SignedIn
from ui.topics.devices.signal import HISTORY_S, MOST_POINTS

# Axes as 3GPP reports these: RSRP TS 36.133, 9.1.4, and SS-RSRP TS 38.133, 10.1.6 (a false cell next to a device is stronger than any
# site); RSRQ 9.1.7 and 10.1.11; SINR 9.1.17 and 10.1.16.
SIGNAL = (
    Series(label='RSRP', unit='dBm', low=-140, high=-44, least=-156, most=-31, thresholds=((-105, 'poor'),)),
    Series(label='RSRQ', unit='dB', low=-25, high=0, least=-43, most=20, thresholds=((-15, 'poor'),)),
    Series(label='SINR', unit='dB', low=-23, high=40, thresholds=((0, 'poor'),)),
)

IDENTITY = (
    Column(field='kind', label='Kind', kind='word'),
    Column(field='criticality', label='Criticality', kind='word'),
    Column(field='hardware', label='Model', kind='template', template='{hardware.manufacturer} {hardware.model}'),
    Column(field='no_modem', label='Modem'),
    Column(field='imei', label='IMEI', kind='mono', group='imei', detail='imei_doubt'),
    Column(field='imei_svn', label='Modem software', kind='mono'),
    Column(field='iccid', label='ICCID', kind='mono', group='iccid'),
    Column(field='imsi', label='IMSI', kind='mono'),
    Column(field='msisdn', label='MSISDN', kind='mono'),
    Column(field='sim_since', label='This SIM is in', kind='age', mode='since', plain=True),
    Column(field='former_sims', label='SIMs before', kind='mono'),
    Column(field='permitted_sims', label='Permitted SIMs', kind='mono'),
    Column(field='serial', label='Serial', kind='mono', detail='serial_doubt'),
    Column(field='labels', label='Labels', kind='labels'),
    Column(field='interval_s', label='Checks in every', kind='number', unit='s'),
    Column(field='offline_alert', label='Raises an alert'),
    Column(field='enrolled_at', label='Enrolled', kind='age', plain=True),
    Column(field='certificate', label='Client certificate', kind='mono', empty='not asked for'),
    Column(field='certificate_until', label='Its certificate ends', kind='age', mode='ends', plain=True),
    Column(field='id', label='Id', kind='mono'),
)

REPORTED = (
    Column(field='os.name', label='System', kind='template', template='{os.name} {os.version}'),
    Column(field='os.patch_level', label='Patch level', detail='patch_age'),
    Column(field='storage.encrypted', label='Disk encrypted', kind='flag'),
    Column(field='storage.free_bytes', label='Free storage', kind='bytes', detail='storage_doubt'),
    Column(field='battery.level', label='Battery', kind='number', unit='%', detail='battery_health'),
    Column(field='security.screen_lock', label='Screen lock', kind='flag'),
    Column(field='security.rooted', label='Rooted', kind='flag'),
    Column(field='agent.version', label='Agent', kind='template', template='{agent.name} {agent.version}'),
    Column(field='network.hostname', label='Host name', kind='code'),
    Column(field='network.ip', label='IP address', kind='mono'),
    Column(field='clock_is', label='Clock'),
    Column(field='observed_at', label='Newest observation', kind='age', plain=True),
    Column(field='up_since', label='Up', kind='age', mode='since', plain=True),
)

LEFT_OUT = (
    Column(field='odd_at', label='Last noted', kind='age', plain=True),
    Column(field='odd_values', label='Left out'),
    Column(field='odd_refused', label='Check-in refused'),
)

RADIO = (
    Column(field='radio.rat', label='Technology'),
    Column(field='radio.plmn', label='Network', kind='mono'),
    Column(field='radio.registration', label='Registration', kind='word'),
    Column(field='radio.tac', label='Tracking area', kind='mono'),
    Column(field='radio.cell_id', label='Cell id', kind='cell'),
    Column(field='radio.pci', label='Physical cell id', kind='mono'),
    Column(field='radio.arfcn', label='Channel', kind='mono'),
    Column(
        field='radio.rsrp',
        label='RSRP',
        kind='signal',
        unit='dBm',
        low=-120,
        high=-75,
        warn=-95,
        bad=-105,
        stale='stale_at',
        as_of=True,
    ),
    Column(field='radio.rsrq', label='RSRQ', kind='number', unit='dB', stale='stale_at'),
    Column(field='radio.sinr', label='SINR', kind='number', unit='dB', stale='stale_at'),
)  # fmt: skip


def register(
    *,
    fleets: Fleets,
    devices: DeviceService,
    enrolments: EnrolmentService,
    commands: CommandService,
    tokens: TokenService,
    store: Store,
) -> None:
    """Register ``/devices/{id}``."""
    device_actions = DeviceActions(fleets=fleets, devices=devices, enrolments=enrolments, commands=commands)

    @screen('/devices/{id}', begins=frame_of_one(fleets, 'devices', Device))
    async def device(request: Request, id: str) -> None:
        with page(request, fleets, 'Devices', active='devices') as (who, fleet):
            found = fleet[Device].get(id)
            if found is not None:
                _device(request, who, found, device_actions=device_actions, commands=commands, tokens=tokens)
                return
            before = None if fleet.scope else await store.get(Device, fleet.enterprise.id, id)
            if before is None:
                unknown('device')
                return
            told = 'It was taken out and no longer checks in. What it did stays in its timeline.'
            may = Permission.DEVICES_WRITE
            retired(
                who, 'device', id, before.name, may=may, told=told, restore=lambda actor: enrolments.restore(actor, id)
            )


def _device(
    request: Request,
    who: SignedIn,
    device: Device,
    *,
    device_actions: DeviceActions,
    commands: CommandService,
    tokens: TokenService,
) -> None:
    topic = f'device/{device.id}'
    device_heading(device_actions, who, device, topic)
    with live_when(topic, 'gone', [True], shown=False):
        page_state(_left(who, device))
    device_notes(topic)
    locked_out_note(request, tokens, who, topic)
    with live_when(topic, 'gone', [None], shown=True), grid('wide', top=True):
        with stack():
            open_alert_card(who, device.id)
            with card('Signal', caption='a dotted line is a change of cell'):
                silence = max(3 * HISTORY_S / MOST_POINTS, device.interval_s * 3 + 10)
                nothing = Empty(
                    title='No radio readings in this time',
                    text='The chart begins with the next check-in that tells of a cell.',
                )
                chart(
                    f'signal/{device.id}',
                    SIGNAL,
                    span_s=HISTORY_S,
                    gap_s=silence,
                    spans=readings(silence, 2.5 * Retention().thin_to_s),
                    begin=1,
                    empty=nothing,
                )
            with card('Policies', more=('All policies', '/policies')):
                _verdicts(device)
            with card('Commands', more=('Enforcement', '/enforcement')):
                _commands(commands, who, device)
            with card('Timeline'):
                feed(f'feed/device/{device.id}', most=100, hide_subject=True)
        with stack():
            with card('Serving tower', body=True):
                _tower(topic)
            may_write = who.may(Permission.DEVICES_WRITE)
            notes_card(topic, 'noteDevice', device.id, may_write=may_write, there=bool(device.notes))
            with card('Identity'):
                facts(topic, IDENTITY).props('data-testid=identity')
            with card('Radio'):
                facts(topic, RADIO).props('data-testid=radio')
            with card('Reported'):
                facts(topic, REPORTED).props('data-testid=reported')
            with (
                live_when(topic, 'odd_at', [None], shown=False, unless=True),
                card('Odd values', caption='values that could not be taken cost themselves, not the check-in'),
            ):
                facts(topic, LEFT_OUT).classes('cw-one-a-line').props('data-testid=odd-values')


def _left(who: SignedIn, device: Device) -> Empty:
    if part := words(who.person.scope):
        told = f'It was retired, or it is no longer in what you may see: {part}.'
        return Empty(title='This device is not here any more', text=told, href='/devices', label='All devices')
    told = 'It no longer checks in. What it did stays in its timeline.'
    here = f'/devices/{device.id}'
    return Empty(title='This device was retired just now', text=told, href=here, label='See its timeline')


def _tower(topic: str) -> None:
    with live_when(topic, 'tower_id', [None], shown=False):
        with live_when(topic, 'cell', [None], shown=False):
            text('It has not told which cell serves it.', 'p').classes('cw-quiet')
        unlisted = 'No tower of yours lists its cell {cell}.'
        live_value(Column(field='cell', kind='template', template=unlisted, empty=''), topic)
        live_value(Column(field='strange', href='/cells/{strange_id}', empty=''), topic).props('data-testid=strange')
    listed = 'The inventory writes its cell as {listed_as}: another form of the same numbers.'
    live_value(Column(field='listed_as', kind='template', template=listed, empty=''), topic)
    with ui.element('div').classes('cw-row'):
        live_value(Column(field='tower', kind='strong', href='/towers/{tower_id}', empty=''), topic).props(
            'data-testid=tower'
        )
        live_state(
            'tower', 'tower_status', topic, only=['up', 'degraded', 'down', 'unreachable', 'unknown', 'maintenance']
        )
        live_value(Column(field='tower_since', kind='age', mode='for', empty=''), topic)
    live_value(Column(field='tower_because', kind='quiet', empty=''), topic)
    live_value(Column(field='disagree', empty=''), topic).classes('cw-disagree').props('data-testid=disagree')


_STATUS = Column(
    field='status', label='State', kind='state', family='compliance', width='120px', phone='state', stale='stale_at'
)


def _verdicts(device: Device) -> None:
    live_table(
        f'verdicts/{device.id}',
        [
            _STATUS,
            Column(field='name', label='Policy', kind='strong', href='/policies/{id}', phone='title'),
            Column(field='mode', label='Mode', kind='state', family='mode', how='quiet'),
            Column(field='evidence', label='Evidence', kind='code', detail='reason', empty='', grow=True, phone='line'),
            Column(field='since', label='For', kind='age', mode='bare', align='right', phone='age'),
        ],
        noun=('policy', 'policies'),
        bare=True,
        file=True,
        framed=False,
        href='/policies/{id}',
        empty=Empty(
            title='No policy binds this device',
            text='Policies choose devices by kind and labels.',
            href='/policies',
            label='Policies',
        ),
    ).props('data-testid=verdicts')


def _commands(commands: CommandService, who: SignedIn, device: Device) -> None:
    async def cancel(acted: Acted) -> None:
        await guarded(who, lambda actor: commands.cancel(actor, acted.ids[0]), done='The command was taken back.')

    may = who.may(Permission.COMMANDS_WRITE)
    live_table(
        f'commands?device={device.id}&size=10',
        [
            Column(field='state', label='State', kind='state', family='command', width='120px', phone='state'),
            Column(field='action', label='Command', kind='word', phone='title'),
            Column(field='reason', label='Why, and what became of it', detail='because', grow=True, phone='line'),
            Column(field='requested_at', label='Requested', kind='age', align='right', phone='age'),
        ],
        noun=('command', 'commands'),
        bare=True,
        file=True,
        framed=False,
        actions=[Act(name='cancel', label='Cancel command', field='is_open', when=(True,))] if may else [],
        on_act=cancel,
        empty=Empty(
            title='Nothing was ordered',
            text='Quarantines by policies, and commands from people, appear here with their outcome.',
        ),
    ).props('data-testid=commands')
