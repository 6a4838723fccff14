"""What can be done with one device, in the head of its page. Each asks first; what takes something away stands apart in a menu."""

from dataclasses import dataclass

from domain.access.permissions import Permission
from domain.devices.actions import PERMISSIONS, Action
from domain.devices.service import DeviceService
from domain.enforcement.service import CommandService
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleets import Fleets
from ui.components.acting import acting
from ui.components.controls import button
from ui.components.live_when import live_when
from ui.components.more_menu import more_menu, set_apart
from ui.pages.devices.edit import edit
from ui.pages.devices.revoke import revoke
from ui.pages.enforcement.command_dialog import VERBS, order
from ui.sign_in import SignedIn

_PAIRS = {'can': (Action.QUARANTINE, Action.RELEASE), 'can_lock': (Action.LOCK, Action.UNLOCK)}
"""By the field of the topic that says which of the two is offered; the first one until it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceActions:
    """The buttons, as far as the person may use them."""

    fleets: Fleets
    devices: DeviceService
    enrolments: EnrolmentService
    commands: CommandService

    def build(self, who: SignedIn, id: str, topic: str) -> None:
        """Build them where the page is being built; ``topic`` tells which of them make sense now."""
        changes = who.may(Permission.DEVICES_WRITE)
        self._pair(who, id, topic, 'can')
        if changes:
            edits = button('Edit device…', lambda: edit(self.fleets, self.devices, who, id))
            edits.props('data-testid=edit').mark('edit')
        if not (changes or any(who.may(PERMISSIONS[action]) for action in (Action.LOCK, Action.WIPE))):
            return
        with more_menu():
            self._pair(who, id, topic, 'can_lock')
            with set_apart():
                if changes:
                    self._ends(who, id, topic)
                if who.may(PERMISSIONS[Action.WIPE]):
                    self._order(who, Action.WIPE, id)

    def _pair(self, who: SignedIn, id: str, topic: str, field: str) -> None:
        for action in _PAIRS[field]:
            if who.may(PERMISSIONS[action]):
                with live_when(topic, field, [action.value], shown=action is _PAIRS[field][0]):
                    self._order(who, action, id)

    def _ends(self, who: SignedIn, id: str, topic: str) -> None:
        with live_when(topic, 'credential', [None], shown=True):
            revokes = button('Revoke credential…', lambda: revoke(self.fleets, self.enrolments, who, id))
            revokes.props('data-testid=revoke').mark('revoke')
        acting('Retire device…', 'retireDevice', id).props('data-testid=retire').mark('retire')

    def _order(self, who: SignedIn, action: Action, id: str) -> None:
        made = button(f'{VERBS[action]} device…', lambda: order(self.fleets, self.commands, who, action, [id]))
        made.props(f'data-testid={action.value}').mark(action.value)
