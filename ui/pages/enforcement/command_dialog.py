"""Orders to devices by hand: a dialog that says what will happen to how many devices and where, then the commands."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.ids import new_id
from domain.devices.actions import Action, accomplished, rivals
from domain.devices.compliance import Compliance
from domain.devices.live import state_of
from domain.devices.model import Device, Presence
from domain.enforcement.interlock import limit
from domain.enforcement.live import Held, OpenCommands
from domain.enforcement.model import Lock, is_locked
from domain.enforcement.service import CommandService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Mode, Policy
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from ui.components.card import text
from ui.components.controls import Rank, button, complaint, field, sheet, toast
from ui.components.fields import line
from ui.durations import duration
from ui.pages.page import guarded, plain, seen_by
from ui.sign_in import SignedIn

VERBS = {
    Action.QUARANTINE: 'Quarantine',
    Action.RELEASE: 'Release',
    Action.LOCK: 'Lock',
    Action.UNLOCK: 'Unlock',
    Action.WIPE: 'Wipe',
}
_STOLEN, _FOUND = 'Reported stolen, ticket 4711', 'Found again, ticket 4711'
_AS_IT_IS = {
    Action.QUARANTINE: 'in quarantine already',
    Action.RELEASE: 'not in quarantine',
    Action.LOCK: 'locked already',
    Action.UNLOCK: 'not locked',
}
_UNDOING = frozenset({Action.RELEASE, Action.UNLOCK})
_MOST_NAMED = 3
MOST_AT_ONCE = 2000
"""Devices that can be told something by one click; more take a policy, with its preview and its interlock."""
AT_A_TIME = 50
"""Commands that travel together: they share a commit, and check-ins pass between two lots."""


def order(fleets: Fleets, commands: CommandService, who: SignedIn, action: Action, ids: Sequence[str]) -> None:
    """Ask before ``ids`` are told to do something; opens at once. Who wipes a device types its name."""
    fleet = seen_by(fleets, who)
    devices = [fleet[Device][id] for id in ids if id in fleet[Device]]
    bound = [device for device in devices if _would_change(fleet, device, action)]
    if not bound:
        toast(f'Nothing to do: {_named(devices)} {_be(len(devices))} {_AS_IT_IS[action]}.', 'info')
        return
    with context.client, sheet(f'{VERBS[action]} {_named(bound)}?') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('ul').classes('cw-plan').props('data-testid=consequences'):
            for words in consequences(fleet, bound, action, left_out=len(devices) - len(bound)):
                text(words, 'li')
        with ui.element('div').classes('cw-form'):
            reason = field(
                'Reason',
                placeholder=_FOUND if action in _UNDOING else _STOLEN,
                hint='It is kept in the journal and sent to the device.',
                check=line(most=300),
            )
            reason.props('autofocus maxlength=300 data-testid=reason').mark('reason')
            typed = (
                field(f'Type {_named(bound)} to confirm', autocomplete='off', is_kept=False)
                if action is Action.WIPE
                else None
            )
            if typed is not None:
                typed.props('data-testid=typed').mark('typed')
            trouble = complaint(reason=reason, **({'typed': typed} if typed is not None else {}))
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            key = new_id()

            async def go() -> None:
                if not str(reason.value or '').strip():
                    trouble.refuse(
                        Invalid('say why: the person who finds the device like that will ask', field='reason')
                    )
                    return
                if typed is not None and str(typed.value or '').strip() != _named(bound):
                    trouble.refuse(Invalid(f'type {_named(bound)}, so that no other device is erased', field='typed'))
                    return
                told = await guarded(who, lambda actor: _tell(commands, actor, bound, action, str(reason.value), key))
                if told is None:
                    return
                dialog.close()
                with dialog.client:
                    _report(action, *told)

            rank: Rank = 'primary' if action in _UNDOING else 'danger'
            button(f'{VERBS[action]} {_named(bound)}', go, rank=rank).props('data-testid=confirm').mark('confirm')
    dialog.open()


def consequences(fleet: Fleet, devices: Sequence[Device], action: Action, *, left_out: int = 0) -> list[str]:
    """What will happen, to how many, and where, in sentences."""
    many = len(devices) > 1
    slowest = duration(max(device.interval_s for device in devices))
    they, their = ('they', 'their') if many else ('it', 'its')
    lines = [f'At {their} next check-in, within {slowest}, {they} {_be(len(devices))} told ' + _told(action, many)]
    if many:
        lines.append(_where(fleet, devices))
    away = sum(state_of(fleet, device.id).presence in (Presence.OFFLINE, Presence.NEVER_SEEN) for device in devices)
    if away:
        lines.append(f'{_of(away, devices)} not heard from now: the command waits for up to 7 days.')
    if action is Action.QUARANTINE:
        lines += _held_back(fleet, devices)
    elif action is Action.RELEASE:
        lines += _still_broken(fleet, devices)
    elif action is Action.WIPE:
        lines.append('What is on it is lost. This cannot be undone, only taken back until the device has heard of it.')
    if left_out:
        lines.append(f'{left_out} more of the selection {_be(left_out)} {_AS_IT_IS[action]} and left alone.')
    return lines


def _told(action: Action, many: bool) -> str:
    if action is Action.QUARANTINE:
        return f'to cut {"themselves" if many else "itself"} off from the network, all but this server.'
    if action is Action.RELEASE:
        return f'to end the quarantine; {"each" if many else "it"} gets its network back.'
    themselves = 'themselves' if many else 'itself'
    return {
        Action.LOCK: f'to lock {themselves}: nobody can use {"them" if many else "it"} until unlocked from here.',
        Action.UNLOCK: 'to end the lock.',
        Action.WIPE: f'to erase {themselves}.',
    }[action]


def _where(fleet: Fleet, devices: Sequence[Device]) -> str:
    towers = [fleet[Tower].get(state_of(fleet, device.id).tower or '') for device in devices]
    places = Counter(tower.id for tower in towers if tower is not None)
    nowhere = len(devices) - places.total()
    ranked = [(fleet[Tower][tower].name, count) for tower, count in places.most_common()]
    parts = [f'{name} ({count})' for name, count in ranked[:_MOST_NAMED]]
    if len(ranked) > _MOST_NAMED:
        rest = ranked[_MOST_NAMED:]
        parts.append(f'{len(rest)} more towers ({sum(count for _, count in rest)})')
    if nowhere:
        parts.append(f'no tower of yours ({nowhere})')
    return 'Served by ' + _list(parts) + '.'


def _held_back(fleet: Fleet, devices: Sequence[Device]) -> list[str]:
    lines = []
    out = (TowerStatus.DOWN, TowerStatus.UNREACHABLE, TowerStatus.MAINTENANCE)
    behind = sum(
        tower_state(fleet, tower).status in out for device in devices if (tower := state_of(fleet, device.id).tower)
    )
    if behind:
        lines.append(f'{_of(behind, devices)} behind a tower that is down or in maintenance: parked until it is back.')
    if fleet.scope:  # the limit is of the whole enterprise, and so is what it holds
        return [
            *lines,
            'Where the enterprise holds as many devices as its limit allows, they wait until there is room.',
        ]
    most, held = limit(fleet), len(fleet.index(Held).devices)
    waiting = len(devices) - behind - max(0, most - held)
    if waiting > 0:
        lines.append(
            f'At most {most} devices are held at once and {held} are: {waiting} will wait until there is room.'
        )
    return lines


def _still_broken(fleet: Fleet, devices: Sequence[Device]) -> list[str]:
    enforced = {policy.id: policy.name for policy in fleet[Policy].values() if policy.mode is Mode.ENFORCE}
    broken: Counter[str] = Counter()
    guilty = 0
    for device in devices:
        names = [
            enforced[policy]
            for policy, verdict in state_of(fleet, device.id).verdicts.items()
            if policy in enforced and verdict.status is Compliance.VIOLATING
        ]
        broken.update(names)
        guilty += bool(names)
    if not guilty:
        return []
    worst = _list([name for name, _ in broken.most_common(_MOST_NAMED)])
    who = 'It' if len(devices) == 1 else f'{guilty} of them'
    return [f'{who} still {"break" if guilty > 1 else "breaks"} {worst}, which quarantines.']


def _would_change(fleet: Fleet, device: Device, action: Action) -> bool:
    """As the service decides: something changes unless the device is where it should be and nothing else is under way."""
    open_ones = fleet.index(OpenCommands).of(device.id).values()
    under_way = any(one.action is not action and rivals(one.action, action) for one in open_ones)
    quarantined, locked = state_of(fleet, device.id).quarantined, is_locked(fleet[Lock].get(device.id))
    return under_way or not accomplished(action, quarantined=quarantined, locked=locked)


async def _tell(
    commands: CommandService, actor: Actor, devices: Sequence[Device], action: Action, reason: str, key: str
) -> tuple[int, list[str]]:
    """Give the commands, some at a time; how many were taken and why the others were not. The first refusal of all is raised."""
    taken, refused = 0, list[DomainError]()
    for start in range(0, len(devices), AT_A_TIME):
        some = devices[start : start + AT_A_TIME]
        told = (commands.command(actor, device.id, action, reason, key) for device in some)
        for outcome in await asyncio.gather(*told, return_exceptions=True):
            match outcome:
                case DomainError():
                    refused.append(outcome)
                case BaseException():
                    raise outcome
                case _:
                    taken += 1
    if refused and not taken:
        raise refused[0]
    return taken, [plain(refusal) for refusal in refused]


def _report(action: Action, taken: int, refused: Sequence[str]) -> None:
    toast(f'{VERBS[action]} requested for {taken} {"device" if taken == 1 else "devices"}.')
    if refused:
        toast(f'{len(refused)} refused. {refused[0]}', 'warn')


def _named(devices: Sequence[Device]) -> str:
    return devices[0].name if len(devices) == 1 else f'{len(devices)} devices'


def _of(count: int, devices: Sequence[Device]) -> str:
    return 'It is' if len(devices) == 1 else f'{count} of them {_be(count)}'


def _be(count: int) -> str:
    return 'is' if count == 1 else 'are'


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ', '.join(parts[:-1]) + ' and ' + parts[-1]
