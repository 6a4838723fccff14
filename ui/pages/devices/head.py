"""The head of the page of a device: its name, how it stands, and what can be done with it."""

from domain.access.permissions import Permission
from domain.devices.model import Device
from ui.components.acting import unsure
from ui.components.card import actions, heading, text
from ui.components.columns import Column
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.pages.devices.actions import DeviceActions
from ui.sign_in import SignedIn


def device_heading(device_actions: DeviceActions, who: SignedIn, device: Device, topic: str) -> None:
    """Facts first, then the actions."""
    with heading(device.name, parent=('Devices', '/devices'), topic=topic):
        unsure(topic).props('data-testid=unsure')
        with live_when(topic, 'gone', [None], shown=True):
            _standing(device_actions, who, device, topic)


def _standing(device_actions: DeviceActions, who: SignedIn, device: Device, topic: str) -> None:
    live_state('presence', 'presence', topic).props('data-testid=presence')
    live_state('compliance', 'compliance', topic, suffix='violations', stale='stale_at').props('data-testid=compliance')
    live_state('criticality', 'criticality', topic, only=['high', 'vital']).props('data-testid=criticality')
    live_state('credential', 'credential', topic, only=['none']).props('data-testid=credential')
    live_state('odd', 'odd', topic, only=['odd']).props('data-testid=odd')

    live_state('sim', 'sim', topic, only=['unexpected']).props('data-testid=sim')
    live_state('quarantine', 'quarantine', topic, only=['quarantined']).props('data-testid=quarantine')
    for family, moment in (('lock', 'locked_at'), ('wipe', 'wiped_at')):
        with live_when(topic, family, [None], shown=False, unless=True):
            live_state(family, family, topic).props(f'data-testid={family}-state')
            live_value(Column(field=moment, kind='age', mode='since', empty=''), topic)
    with live_when(topic, 'approval', [None], shown=False, unless=True):
        may = who.may(Permission.ENROLMENT_READ)
        door = text('', 'a' if may else 'span').classes('cw-plain')
        if may:
            door.props['href'] = '/enrolment'
        with door:
            live_state('approval', 'approval', topic).props('data-testid=approval')
    live_value(Column(field='last_seen', kind='age', mode='seen', empty=''), topic)
    live_value(Column(field='clock', kind='quiet', empty=''), topic).props('data-testid=clock')
    with actions():
        device_actions.build(who, device.id, topic)
