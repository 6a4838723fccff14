"""What somebody whose role is narrowed may touch, asked inside a decision; what is out of their sight answers as if it did not exist.

See ``docs/decisions/0008-scopes.md``. For everybody else these are :meth:`Draft.need` and nothing more.
"""

from dataclasses import replace

from domain.access import Actor, words
from domain.alerts import Alert
from domain.commands import Command
from domain.devices import Device, DeviceState
from domain.draft import Draft
from domain.errors import Invalid, NotAllowed, NotFound
from domain.sight import Sight
from domain.towers import Tower


def need_device(draft: Draft, actor: Actor, device_id: str) -> Device:
    """The device, or ``NotFound``."""
    device = draft.need(Device, actor.enterprise, device_id)
    if not _is_inside(draft, actor, device):
        raise NotFound.of(Device, device_id)
    return device


def need_command(draft: Draft, actor: Actor, command_id: str) -> Command:
    """The command to a device, or ``NotFound``."""
    command = draft.need(Command, actor.enterprise, command_id)
    if actor.scope:
        device = draft.find(Device, actor.enterprise, command.device)
        if device is None or not _is_inside(draft, actor, device):
            raise NotFound.of(Command, command_id)
    return command


def need_alert(draft: Draft, actor: Actor, alert_id: str) -> Alert:
    """The alert, or ``NotFound``."""
    alert = draft.need(Alert, actor.enterprise, alert_id)
    if actor.scope and Sight(draft.fleet(actor.enterprise), actor.scope).shown(alert) is None:
        raise NotFound.of(Alert, alert_id)
    return alert


def need_tower(draft: Draft, actor: Actor, tower_id: str) -> Tower:
    """A tower that may be changed: ``NotAllowed`` for one that can only be seen, since it serves devices inside, else ``NotFound``."""
    tower = draft.need(Tower, actor.enterprise, tower_id)
    if not actor.scope.rules(tower.region):
        if not Sight(draft.fleet(actor.enterprise), actor.scope).sees_tower(tower_id):
            raise NotFound.of(Tower, tower_id)
        raise NotAllowed(f'you may see this tower, not change it: your role is for {words(actor.scope)}')
    return tower


def check_new_device(actor: Actor, device: Device) -> None:
    """Refuse a device that whoever adds it would not see: no tower serves it yet, so its labels decide."""
    scope = actor.scope
    if scope and not scope.labels:
        raise NotAllowed(
            f'your role is for {words(scope)}, and no tower serves a new device yet: it enrols itself with a token'
        )
    if scope and not scope.fits(device.labels):
        raise Invalid(f'must fit your role, which is for {words(scope)}', field='labels')


def check_still_inside(draft: Draft, actor: Actor, device: Device) -> None:
    """Refuse labels with which the device would leave the sight of whoever sets them."""
    if not _is_inside(draft, actor, device):
        raise Invalid(f'must go on fitting your role, which is for {words(actor.scope)}', field='labels')


def check_region(actor: Actor, region: str) -> None:
    """Refuse a tower where whoever saves it may not change it."""
    scope = actor.scope
    if scope and not scope.regions:
        raise NotAllowed(
            f'your role is for {words(scope)}; towers are changed by whoever is responsible for their region'
        )
    if not scope.rules(region):
        raise Invalid(f'must be {" or ".join(scope.regions)}: your role is for {words(scope)}', field='region')


def with_parent(draft: Draft, actor: Actor, before: Tower | None, after: Tower) -> Tower:
    """``after`` with the backhaul that was meant; ``Invalid`` when it shall hang on a tower out of sight.

    What it hangs on already and was not shown cannot have been taken away: it stays.
    """
    if not actor.scope:
        return after
    sight = Sight(draft.fleet(actor.enterprise), actor.scope)
    kept = before.parent if before is not None else None
    if after.parent is None and kept is not None and not sight.sees_tower(kept):
        return replace(after, parent=kept)
    if after.parent is not None and not sight.sees_tower(after.parent):
        raise Invalid('there is no such tower', field='parent_id')
    return after


def named(draft: Draft, actor: Actor, row: Device | Tower) -> str:
    """What stands in the way of somebody, by name if they may see it."""
    if not actor.scope or Sight(draft.fleet(actor.enterprise), actor.scope).shown(row) is not None:
        return row.name
    return f'another {type(row).__name__.lower()}'


def _is_inside(draft: Draft, actor: Actor, device: Device) -> bool:
    if not actor.scope:
        return True
    state = draft.find(DeviceState, actor.enterprise, device.id)
    tower = draft.find(Tower, actor.enterprise, state.tower) if state is not None and state.tower else None
    served = tower is not None and tower.retired_at is None
    return actor.scope.admits(device.labels, tower.region if tower is not None and served else None)
