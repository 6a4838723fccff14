"""What a device says, and what it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.cellular.radio import Radio
from domain.common.reading import OddValue
from domain.common.rows import made_often
from domain.devices.facts import Facts
from domain.enforcement.model import Command

AS_BEFORE: Any = object()
"""The radio of a check-in that says nothing of it."""


class Accepted(StrEnum):
    """What became of a check-in: the new state, history only, or known already."""

    CURRENT = 'current'
    LATE = 'late'
    DUPLICATE = 'duplicate'


@dataclass(frozen=True, slots=True)
class ReportedSim:
    """The SIM and the modem that are in the device now, told when they changed: a number that is left out is as before, null is not
    there any more. ``serial`` is that of the device itself."""

    iccid: str | None = field(default_factory=lambda: AS_BEFORE)
    imsi: str | None = field(default_factory=lambda: AS_BEFORE)
    msisdn: str | None = field(default_factory=lambda: AS_BEFORE)
    imei: str | None = field(default_factory=lambda: AS_BEFORE)
    serial: str | None = field(default_factory=lambda: AS_BEFORE)

    @property
    def told(self) -> dict[str, str | None]:
        """The numbers that it says something of."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not AS_BEFORE}


@made_often(frozen=True, slots=True)
class CheckIn:
    """``sequence`` rises by the device's own count; ``sent_at`` is its clock when sending, which tells a wrong clock from old news.

    Facts that are left out are as before, and so is the radio; ``radio`` null says that there is no radio link, and so no serving tower.
    ``boot_id`` names the run of a device whose count may begin again, up to 64 characters that differ from run to run.
    ``identifiers`` are those of the SIM, the modem and the device.
    """

    sequence: int
    observed_at: datetime
    sent_at: datetime | None = None
    facts: Facts | None = None
    radio: Radio | None = field(default_factory=lambda: AS_BEFORE)
    boot_id: str | None = None
    identifiers: ReportedSim | None = None


@made_often(frozen=True, slots=True)
class Receipt:
    """The answer to a check-in; times in epoch seconds, ``commands`` are to be carried out and answered, ``ignored`` are the values that
    were left out because they cannot be kept."""

    accepted: Accepted
    received_at: float
    interval_s: int
    commands: Sequence[Command]
    ignored: Sequence[OddValue] = ()
