"""What lists of devices say in one word of several, in the order of a sort."""

from collections.abc import Mapping
from enum import StrEnum

from domain.cellular.radio import Rat
from domain.devices.compliance import Compliance
from domain.devices.model import Criticality, DeviceKind, Presence

# Worst first, so that an ascending sort shows what needs a person.
PRESENCES = (Presence.OFFLINE, Presence.LATE, Presence.NEVER_SEEN, Presence.ONLINE)
COMPLIANCES = (
    Compliance.VIOLATING,
    Compliance.UNKNOWN,
    Compliance.EXCUSED,
    Compliance.UNEVALUATED,
    Compliance.NOT_APPLICABLE,
    Compliance.COMPLIANT,
)
RATS = tuple(Rat)
DEVICE_WORDS: Mapping[str, tuple[StrEnum, ...]] = {
    'kind': tuple(sorted(DeviceKind)),
    'criticality': tuple(Criticality),
}
"""What people say of a device in one word of several, in the order of a sort."""
WORDS: Mapping[str, tuple[StrEnum, ...]] = {
    'presence': PRESENCES,
    'compliance': COMPLIANCES,
    **DEVICE_WORDS,
    'rat': RATS,
}
"""Columns of words: a list filters by each, counts its devices and sorts by it."""
