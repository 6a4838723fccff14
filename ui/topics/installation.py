"""What owners of the installation see of it: its enterprises from outside, and who owns it with them."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.accounts.model import Account, Person, PersonKind
from domain.devices.model import Device
from domain.fleet.fleets import Fleets
from domain.towers.model import Tower
from ui.durations import counted
from ui.live.channel import News
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

LOOK_EVERY_S = 1.0


class _InstallationTopic(ListTopic):
    """News are told by enterprise, and this looks at all of them: so it looks once a second instead."""

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._fleets = fleets
        self._next = 0.0

    def concerned(self, news: News) -> bool:
        """True once a second."""
        now = self.clock()
        if now < self._next:
            return False
        self._next = now + LOOK_EVERY_S
        return True


class EnterprisesTopic(_InstallationTopic):
    """Every enterprise with how much is in it, and nothing of what is in it."""

    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'people', 'devices', 'towers', 'created_at')}
    default = 'name'

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per enterprise."""
        for fleet in self._fleets:
            people = sum(one.kind is PersonKind.PERSON for one in fleet[Person].values())
            devices, towers = len(fleet[Device]), len(fleet[Tower])
            sizes = (counted(people, 'person', 'people'), counted(devices, 'device'), counted(towers, 'tower'))
            yield {
                'id': fleet.enterprise.id,
                'name': fleet.enterprise.name,
                'people': people,
                'devices': devices,
                'towers': towers,
                'size': ', '.join(sizes),
                'browsers_keep': fleet.enterprise.browsers_keep,
                'created_at': fleet.enterprise.created_at,
            }


class OwnersTopic(_InstallationTopic):
    """Every owner."""

    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'email')}
    searched = ('name', 'email')
    default = 'name'

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per owner."""
        for account in self._fleets.installation[Account].values():
            if not account.owner:
                continue
            yield {
                'id': account.id,
                'name': account.name,
                'email': account.email,
                'two_step': account.totp is not None,
                'state': 'suspended' if account.suspended_at is not None else 'active',
            }


TOPICS = (
    TopicRow('enterprises', Permission.INSTALLATION_WRITE, EnterprisesTopic, takes=('fleets',)),
    TopicRow('owners', Permission.INSTALLATION_WRITE, OwnersTopic, takes=('fleets',)),
)
