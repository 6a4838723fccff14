"""What the journal tells of alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.journal.model import Entry, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Entry):
    alert: str
    severity: str
    problem: str
    detail: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleSaved(Entry):
    """A rule that raises alerts was set; ``closed`` open alerts of it were closed by that. ``reason`` says why it is off."""

    enabled: bool
    reason: str = ''
    closed: int = 0
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWorsened(Entry):
    """An open alert is clearly worse than people were told; ``before`` and ``devices_before`` are what they were told last.

    ``again``: its cause came back before the alert was cleared. ``acknowledged_by`` had seen it as it was; it is open to all again.
    """

    alert: str
    problem: str
    severity: str
    before: str
    detail: str = ''
    devices: int = 0
    devices_before: int = 0
    again: bool = False
    acknowledged_by: str = ''

    def told_to(self, part: Part) -> Entry | None:
        """Without the counts of devices, unless all on the tower are seen."""
        if super(AlertWorsened, self).told_to(part) is None:
            return None
        whole = self.subject.kind == 'tower' and part.all_on(self.subject.id)
        return self if whole else replace(self, devices=0, devices_before=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Entry):
    alert: str
    problem: str
    comment: str = ''
    severity: str = ''
    until: float | None = None
    """When it ends by itself; ``None``: with the alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUnacknowledged(Entry):
    """It waits for a person again; ``acknowledged_by`` had seen it."""

    alert: str
    problem: str
    acknowledged_by: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCommented(Entry):
    alert: str
    problem: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCleared(Entry):
    alert: str
    problem: str
    open_s: float
    severity: str = ''
    """At its worst."""
    devices: int = 0
    """Hurt at its worst."""
    missing: int = 0
    """Devices that were not heard from after the cause had gone."""
    quiet: bool = False
    """People had not been told of it: it was over before, or another alert explained it."""

    def told_to(self, part: Part) -> Entry | None:
        """Without the counts of devices, unless all on the tower are seen."""
        if super(AlertCleared, self).told_to(part) is None:
            return None
        whole = self.subject.kind == 'tower' and part.all_on(self.subject.id)
        return self if whole else replace(self, devices=0, missing=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFlapping(Entry):
    """An alert comes and goes: ``share`` (0 to 100) of the newest results changed. Its turns are not told until it is steady."""

    alert: str
    problem: str
    severity: str
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAttached(Entry):
    """Another alert, ``root``, explains this one; people are told of that one alone."""

    alert: str
    problem: str
    root: str
    because: str = ''

    def told_to(self, part: Part) -> Entry | None:
        """Without the words of the other alert, which may be about what is out of sight."""
        if super(AlertAttached, self).told_to(part) is None:
            return None
        return replace(self, root='', because='')


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetached(Entry):
    """A person took it from beneath another alert, ``root``."""

    alert: str
    problem: str
    root: str
    because: str = ''

    def told_to(self, part: Part) -> Entry | None:
        """Without the words of the other alert, which may be about what is out of sight."""
        if super(AlertDetached, self).told_to(part) is None:
            return None
        return replace(self, root='', because='')


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPartDetached(Entry):
    """The same, told of the alert from beneath which ``part`` was taken; ``because`` is the problem of that one."""

    alert: str
    problem: str
    part: str
    because: str = ''

    def told_to(self, part: Part) -> Entry | None:
        """Without the words of the other alert, which may be about what is out of sight."""
        if super(AlertPartDetached, self).told_to(part) is None:
            return None
        return replace(self, part='', because='')


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAssigned(Entry):
    """``name`` has it from here on (``person`` is their id), instead of ``before``; empty for nobody."""

    alert: str
    problem: str
    person: str = ''
    name: str = ''
    before: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSnoozed(Entry):
    """Nobody is called of it until then, or until it gets worse."""

    alert: str
    problem: str
    until: float
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSilenced(Entry):
    """A ``silence`` (an id) of the person ``of`` keeps it from being told until then."""

    alert: str
    problem: str
    silence: str
    until: float
    of: str = ''
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertResumed(Entry):
    """It waits for a person again: the ``ended`` (``acknowledgement``, ``snooze``, ``silence``) of ``of`` is over, by its end or by a
    person.

    ``quiet``: people are not told of that, because a person did it, another alert explains it, or its cause is going.
    """

    alert: str
    problem: str
    severity: str
    ended: str
    of: str = ''
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMarkedFalse(Entry):
    """A person says that there was nothing to see to; ``taken_back``: that there was after all."""

    alert: str
    problem: str
    reason: str = ''
    taken_back: bool = False
