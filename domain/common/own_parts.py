"""The parts of this server without which nobody is called, and which is behind: known in memory, as the store may be one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class OwnPart(StrEnum):
    """What has to turn."""

    POLLER = 'poller'
    NOTIFIER = 'notifier'
    DATABASE = 'database'


MEANINGS: Mapping[OwnPart, str] = {
    OwnPart.POLLER: 'The poller is behind: towers are not asked in time',
    OwnPart.NOTIFIER: 'The notifier is behind: alerts are not told in time',
    OwnPart.DATABASE: 'The database is behind: changes are not kept',
}
"""What it means for people, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A part that is behind ``since`` then (epoch seconds), and why, as far as it is known."""

    part: OwnPart
    since: float
    because: str

    @property
    def words(self) -> str:
        """The sentence of a banner and of a message, without its moment."""
        return MEANINGS[self.part]


class OwnParts:
    """What is behind now, the longest first; ``is_known`` once every part has turned since the start."""

    def __init__(self) -> None:
        self.is_known = False
        self._behind: tuple[Behind, ...] = ()

    @property
    def behind(self) -> tuple[Behind, ...]:
        """Nothing when all of them turn."""
        return self._behind

    @property
    def all_turn(self) -> bool:
        """True when each has turned since the start, and none is behind."""
        return self.is_known and not self._behind

    def found(self, behind: Mapping[OwnPart, Behind]) -> None:
        """What the watch has found out."""
        self._behind = tuple(sorted(behind.values(), key=lambda one: (one.since, one.part)))
