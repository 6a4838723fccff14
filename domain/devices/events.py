"""What the journal tells of a device."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.journal.model import Entry, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Entry):
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceNoted(Entry):
    """A person or program wrote a note on it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Entry):
    """``away_s`` is how long the device was silent when it came back."""

    before: str
    after: str
    away_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimChanged(Entry):
    """The ICCID (or where that is not known the IMSI) of the SIM before and after, ``None`` for no SIM; ``expected`` raises no alert."""

    before: str | None
    after: str | None
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemChanged(Entry):
    """The IMEI of the modem before and after, ``None`` for no modem."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierMoved(Entry):
    """An ``imei`` or ``serial`` (``name``) of one device is another's: noted for both, ``gained`` for the one that has it from now on.

    ``other`` is the id of the other device.
    """

    name: str
    value: str
    other: str
    other_name: str
    gained: bool

    def told_to(self, part: Part) -> Entry | None:
        """A device that is out of sight goes without its name."""
        told = super(IdentifierMoved, self).told_to(part)
        if told is None or part.shows('device', self.other):
            return told
        return replace(self, other='', other_name='another device')


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingTowerChanged(Entry):
    """Tower fields are ids, or ``None`` for a cell that no tower lists; ``cell`` is the new cell's key."""

    before: str | None
    after: str | None
    after_name: str | None = None
    before_name: str | None = None
    cell: str | None = None

    def told_to(self, part: Part) -> Entry | None:
        """Towers that are out of sight go without their names."""
        told = super(ServingTowerChanged, self).told_to(part)
        if told is None:
            return None
        entry = self
        if entry.before is not None and not part.shows('tower', entry.before):
            entry = replace(entry, before=None, before_name=None)
        if entry.after is not None and not part.shows('tower', entry.after):
            entry = replace(entry, after='', after_name='another tower', cell=None)
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRestarted(Entry):
    """The device counts its check-ins from a lower number on: ``before`` was the newest of its former run, ``after`` is that of the new."""

    before: int
    after: int
