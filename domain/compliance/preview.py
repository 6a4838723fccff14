"""What a rule would say now, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.devices.compliance import Compliance


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would say now of the ``asked`` of the ``selected`` devices, which are all of them or a sample: devices by answer, the
    worst-hit towers, examples by name, commands it would send at once."""

    selected: int
    asked: int
    counts: Mapping[Compliance, int]
    towers: Mapping[str, int]
    examples: tuple[str, ...]
    commands: int
