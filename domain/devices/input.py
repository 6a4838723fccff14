"""What is said of a device, checked field by field before it is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from domain.cellular.identifiers import Identifiers, clean_identifiers
from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.text import clean_labels, clean_line
from domain.devices.interning import Interner
from domain.devices.model import Criticality, Device, DeviceKind

INTERVAL_RANGE_S = (5, 7 * 86_400)
MOST_PERMITTED_SIMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What a device or a person says when it joins; see :class:`domain.devices.model.Device`."""

    name: str
    kind: DeviceKind
    labels: Mapping[str, str] = field(default_factory=dict)
    identifiers: Identifiers = Identifiers()
    interval_s: int = 60
    criticality: Criticality = Criticality.NORMAL
    permitted_sims: tuple[str, ...] = ()


FIELDS = tuple(each.name for each in fields(NewDevice))
"""A new device, an edit and its difference in the journal follow these."""


def said(new: NewDevice) -> dict[str, Any]:
    """The fields of a :class:`domain.devices.model.Device` that it says."""
    return {name: getattr(new, name) for name in FIELDS}


def checked(new: NewDevice, pool: Interner) -> NewDevice:
    """The same, cleaned; raises ``Invalid`` naming the field."""
    checked_interval(new.interval_s)
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        labels=pool.labels(clean_labels(new.labels)),
        identifiers=clean_identifiers(new.identifiers),
        interval_s=pool.integer(new.interval_s),
        permitted_sims=checked_sims(new.permitted_sims),
    )


def checked_interval(seconds: int) -> None:
    """Raise ``Invalid`` for an interval of check-ins that is too short or too long."""
    low, high = INTERVAL_RANGE_S
    if not low <= seconds <= high:
        raise Invalid(f'must be {low} to {high} seconds', field='interval_s')


def checked_sims(sims: tuple[str, ...]) -> tuple[str, ...]:
    """Permitted SIMs, each once; raises ``Invalid`` for one that is no ICCID."""
    if len(sims) > MOST_PERMITTED_SIMS:
        raise Invalid(f'at most {MOST_PERMITTED_SIMS} SIMs can be permitted', field='permitted_sims')
    cleaned: dict[str, None] = {}
    for sim in sims:
        try:
            iccid = clean_identifiers(Identifiers(iccid=sim)).iccid
        except Invalid as refusal:
            raise Invalid(f'{sim[:40]}: {refusal.detail}', field='permitted_sims') from None
        if iccid is not None:
            cleaned[iccid] = None
    return tuple(cleaned)


def device_of(enterprise: str, new: NewDevice, now: float) -> Device:
    """A new device as it was described."""
    return Device(id=new_id(), enterprise=enterprise, created_at=now, **said(new))
