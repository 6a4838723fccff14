"""One enterprise in two parts, each with one of everything; all that is outside carries a canary in every text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Person, PersonKind
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.facts import Facts, Network, Storage
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind
from domain.devices.unknown_cells.model import UnknownCell
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.violations import Violation
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication

CANARY = 'kanarievogel'
SCOPES: Mapping[str, Scope] = {
    'labels': Scope({'site': ('port-1',)}),
    'regions': Scope(regions=('north',)),
    'both': Scope({'site': ('port-9',)}, ('north',)),
}


@dataclass(slots=True)
class Half:
    """One part, by the names that paths use; ``marks`` must not be seen from outside of it."""

    device: Device
    tower: Tower
    ids: Mapping[str, str]
    marks: frozenset[str] = field(default_factory=frozenset)

    def traces(self, text: str, *, but: str = '') -> list[str]:
        """What of this part is in ``text``, apart from what the question itself had in it."""
        return [mark for mark in self.marks if mark in text and mark not in but]


@dataclass(slots=True)
class Divided:
    """The house and both parts."""

    application: RunningApplication
    inside: Half
    outside: Half
    policy: str

    def unknown(self) -> dict[str, str]:
        """Ids that no row has, as the paths name them."""
        return {**dict.fromkeys(self.inside.ids, '01JZZZZZZZZZZZZZZZZZZZZZZZ'), 'policy_id': self.policy}

    def person(self, scope: Scope, kind: PersonKind = PersonKind.PERSON) -> Person:
        """An operator of a part, without an account."""
        person = Person(
            id=f'operator-{kind}',
            enterprise=self.application.enterprise,
            account='',
            email='',
            name='Ops',
            role=Role.OPERATOR,
            created_at=0,
            scope=scope,
            kind=kind,
        )
        self.application.fleets.apply(person)
        return person

    async def stir(self) -> None:
        """Let something happen on both sides."""
        for half, name in ((self.inside, 'inside'), (self.outside, CANARY)):
            state = state_of(self.application.fleet, half.device.id)
            self.application.clock.tick(60)
            await self.application.check_in(half.device.id, facts=_facts(name), radio=state.radio)
            self.application.clock.tick(1)
            await _fails(self.application, half.tower)


async def divided(application: RunningApplication) -> Divided:
    """Furnish an application: a policy that all break, and on each side a tower that is down, a device with a command, a foreign cell."""
    policy = await application.policies.add(
        application.actor,
        NewPolicy(name='Encrypted', rule='device.storage.encrypted', severity=Severity.MAJOR, mode=Mode.AUDIT),
    )
    inside = await _half(application, 'inside', 1, 'port-1', 'north')
    outside = await _half(application, CANARY, 2, f'{CANARY}-site', f'{CANARY}-region')
    (alert,) = [one for one in application.fleet[Alert].values() if one.object_kind == 'policy']
    outside.marks = frozenset({CANARY, *outside.ids.values(), alert.id}) - {policy.id}
    inside.ids = {**inside.ids, 'policy_id': policy.id}
    outside.ids = {**outside.ids, 'policy_id': policy.id}
    return Divided(application, inside, outside, policy.id)


async def _half(application: RunningApplication, name: str, number: int, site: str, region: str) -> Half:
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1000 + number)
    check = Check(id='', target=TcpTarget(f'{name}.invalid', 5060), max_attempts=1)
    tower = await application.towers.add(
        application.actor,
        NewTower(name=f'{name}-tower', region=region, operator=f'{name}-op', cells=[cell], checks=[check]),
    )
    new = NewDevice(name=f'{name}-device', kind=DeviceKind.TABLET, labels={'site': site})
    device = (await application.enrolments.add(application.actor, new)).device
    stranger = Radio(Rat.LTE, '204', '08', 4417, 9000 + number, rsrp=-60)
    await application.check_in(device.id, facts=_facts(name), radio=stranger)
    radio = Radio(Rat.LTE, '204', '08', 4417, 1000 + number, rsrp=-90)
    application.clock.tick(60)
    await application.check_in(device.id, facts=_facts(name), radio=radio)
    ended = await application.commands.command(application.actor, device.id, Action.QUARANTINE, f'{name}: a mistake')
    await application.commands.cancel(application.actor, ended.id)
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, f'{name}: stolen')
    await _fails(application, tower)
    fleet = application.fleet
    ids = {
        'device_id': device.id,
        'tower_id': tower.id,
        'violation_id': next(one.id for one in fleet[Violation].values() if one.device == device.id),
        'alert_id': next(one.id for one in fleet[Alert].values() if one.object_id == tower.id),
        'command_id': command.id,
        'ended_id': ended.id,
        'unknown_cell_id': next(
            one.id for one in fleet[UnknownCell].values() if any(each.device == device.id for each in one.sightings)
        ),
        'stranger_id': next(one.id for one in fleet[Alert].values() if one.object_id == device.id),
    }
    return Half(device, tower, ids)


async def _fails(application: RunningApplication, tower: Tower) -> None:
    await application.towers.record_check(
        application.enterprise,
        tower.id,
        CheckResult(tower.id, tower.checks[0].id, application.clock(), False, error=tower.name),
    )


def _facts(name: str) -> Facts:
    return Facts(
        storage=Storage(encrypted=False), network=Network(hostname=f'{name}-host'), custom={'note': f'{name}-fact'}
    )
