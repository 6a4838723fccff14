"""What can be done with one device: the buttons in the head of its page, each of which asks first."""

from dataclasses import dataclass

from domain.access.permissions import Permission
from domain.devices.actions import PERMISSIONS, Action
from domain.devices.service import DeviceService
from domain.enforcement.service import CommandService
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleets import Fleets
from ui.components.controls import button
from ui.components.live_when import live_when
from ui.pages.devices.edit import edit, retire
from ui.pages.devices.revoke import revoke
from ui.pages.enforcement.command_dialog import VERBS, order
from ui.sign_in import SignedIn

_ORDERS = (
    ('can', Action.QUARANTINE),
    ('can', Action.RELEASE),
    ('can_lock', Action.LOCK),
    ('can_lock', Action.UNLOCK),
)
"""Each with the field of the topic that says which of a pair is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceActions:
    """The buttons, as far as the person may use them."""

    fleets: Fleets
    devices: DeviceService
    enrolments: EnrolmentService
    commands: CommandService

    def build(self, who: SignedIn, id: str, topic: str) -> None:
        """Build them where the page is being built; ``topic`` tells which of them make sense now."""
        if who.may(Permission.DEVICES_WRITE):
            self._changes(who, id, topic)
        for field, action in _ORDERS:
            if who.may(PERMISSIONS[action]):
                with live_when(topic, field, [action.value], shown=action in (Action.QUARANTINE, Action.LOCK)):
                    self._order(who, action, id)
        if who.may(PERMISSIONS[Action.WIPE]):
            self._order(who, Action.WIPE, id)

    def _changes(self, who: SignedIn, id: str, topic: str) -> None:
        edits = button('Edit device…', lambda: edit(self.fleets, self.devices, who, id))
        edits.props('data-testid=edit').mark('edit')
        retires = button('Retire device…', lambda: retire(self.fleets, self.enrolments, who, id))
        retires.props('data-testid=retire').mark('retire')
        with live_when(topic, 'credential', [None], shown=True):
            revokes = button('Revoke credential…', lambda: revoke(self.fleets, self.enrolments, who, id))
            revokes.props('data-testid=revoke').mark('revoke')

    def _order(self, who: SignedIn, action: Action, id: str) -> None:
        made = button(f'{VERBS[action]} device…', lambda: order(self.fleets, self.commands, who, action, [id]))
        made.props(f'data-testid={action.value}').mark(action.value)
