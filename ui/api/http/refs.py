"""References from one noun to another: by id, with the name of today."""

from typing import Any

from msgspec import Struct

from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from domain.towers.model import Tower


class Ref(Struct, frozen=True):
    """Something else, by id; ``name`` is null when it is not in service any more."""

    id: str
    name: str | None


DEVICE_REF: dict[str, Any] = {'id': '01KAPX5T1GZ3Q8R2V7W4Y6N0BD', 'name': 'crane-117'}
TOWER_REF: dict[str, Any] = {'id': '01KAPX6B7HJ5M9S3T8X2Z4P1CE', 'name': 'Europoort-West'}
POLICY_REF: dict[str, Any] = {'id': '01KAPX7C2FK6N0T4V9Y3A5Q2DG', 'name': 'Disk encryption on'}
"""As the examples of all schemas refer to them."""


def device_ref(fleet: Fleet, device_id: str) -> Ref:
    """A device by name."""
    row = fleet[Device].get(device_id)
    return Ref(device_id, row.name if row is not None else None)


def policy_ref(fleet: Fleet, policy_id: str) -> Ref:
    """A policy by name."""
    row = fleet[Policy].get(policy_id)
    return Ref(policy_id, row.name if row is not None else None)


def tower_ref(fleet: Fleet, tower_id: str | None) -> Ref | None:
    """A serving tower by name; none for one that may not be seen."""
    if tower_id is None or not fleet.shows('tower', tower_id):
        return None
    row = fleet[Tower].get(tower_id)
    return Ref(tower_id, row.name if row is not None else None)
