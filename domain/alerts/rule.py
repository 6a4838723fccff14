"""An alert rule: a row that says under which key alerts of one sort stand, of what type they are, and in which words they are raised."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Protocol, TypeVar

from domain.alerts.live import AlertKeys
from domain.alerts.lookup import open_alert
from domain.alerts.model import EVERYTHING, AlarmType, Alert, AlertTuning, ProbableCause
from domain.alerts.raising import clear_alert, note_recovery, raise_alert
from domain.alerts.tuning import Tunable
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.journal.model import Subject

Row = TypeVar('Row')


class Named(Protocol):
    """A row that an alert is about."""

    @property
    def id(self) -> str: ...

    @property
    def enterprise(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Alerts about an ``object`` (device, tower or policy), in the terms of X.733. One of them is open per key.

    ``key`` is how they are stored: ``{}`` stands for the id of the object, or for what the caller says instead (``on``). ``problem``
    names the object as ``{name}``; other words in braces are the caller's. ``tuned`` says what an enterprise can set. ``past`` says which
    words of the problem (the last such ones) are which, once it is over; without it the problem names no time.
    """

    key: str
    object: str
    type: AlarmType
    cause: ProbableCause
    problem: str
    tuned: Tunable
    past: tuple[str, str] | None = None

    def raise_for(
        self,
        tx: Transaction,
        about: Named,
        *,
        severity: Severity,
        on: str = '',
        cause: ProbableCause | None = None,
        detail: str = '',
        devices: int = 0,
        score: float | None = None,
        witnesses: Sequence[str] = (),
        readings: Mapping[str, str] = MappingProxyType({}),
        under: Alert | None = None,
        wait_s: float = 0.0,
        **words: str,
    ) -> Alert | None:
        """Raise the alert about this row, or bring the open one up to date; ``readings``, ``under`` and ``wait_s`` as in
        :func:`raise_alert`.

        While the rule is off, or for other devices and towers, there is none: one that is open is cleared.
        """
        subject, tuning = Subject(self.object, about.id, about.name), self.tuned.of(tx, about.enterprise)
        if not self.takes(tx, tuning, subject, witnesses):
            self.clear_for(tx, about, on=on)
            return None
        return raise_alert(
            tx,
            key=self.key_of(on or about.id),
            enterprise=about.enterprise,
            subject=subject,
            alarm_type=self.type,
            severity=tuning.severity or severity,
            cause=cause or self.cause,
            problem=self.problem.format(name=about.name, **words),
            detail=detail,
            devices=devices,
            score=score,
            witnesses=witnesses,
            readings=readings,
            under=under,
            wait_s=max(wait_s, tuning.after_s),
        )

    def takes(self, tx: Transaction, tuning: AlertTuning, subject: Subject, witnesses: Sequence[str]) -> bool:
        """True while the rule is on and its scope takes in the subject."""
        if not tuning.enabled or not self.tuned.has_scope or tuning.scope == EVERYTHING:
            return tuning.enabled
        fleet = tx.fleet(tuning.enterprise)
        return fleet.live.concerns(fleet, partial(_find, tx, tuning.enterprise), tuning.scope, subject, witnesses)

    def severity_in(self, fleet: Fleet, severity: Severity) -> Severity:
        """What an alert has that the rule judges to be of this severity."""
        return self.tuned.within(fleet).severity or severity

    def clear_for(self, tx: Transaction, about: Named, *, on: str = '') -> None:
        """The cause is gone; harmless when no such alert is open."""
        if (alert := self.open_for(tx, about, on=on)) is not None:
            clear_alert(tx, alert)

    def recovering_for(
        self,
        tx: Transaction,
        about: Named,
        recovery: str,
        *,
        held: bool = False,
        awaited: int | None = None,
        missing: int | None = None,
    ) -> None:
        """The cause is going, or gone (``held``) while what it hurt is waited for; harmless when no such alert is open."""
        if (alert := self.open_for(tx, about)) is not None:
            note_recovery(tx, alert, recovery, held=held, awaited=awaited, missing=missing)

    def open_for(self, tx: Transaction, about: Named, *, on: str = '') -> Alert | None:
        """The open alert about this row, as the transaction leaves it."""
        return open_alert(tx, about.enterprise, self.key_of(on or about.id))

    def open_in(self, fleet: Fleet, on: str) -> Alert | None:
        """The same in the live picture, about the object of that id."""
        return fleet.index(AlertKeys).open(self.key_of(on))

    def all_in(self, fleet: Fleet) -> Iterator[tuple[str, Alert]]:
        """The open alerts of this rule in the live picture, each with what stands in its key for ``{}``."""
        head, _, tail = self.key.partition('{}')
        for alert in fleet.index(AlertKeys).alike(self.key):
            if self.is_of(alert):
                yield alert.key.removeprefix(head).removesuffix(tail), alert

    def is_of(self, alert: Alert) -> bool:
        """True for an alert of this rule, open or cleared."""
        head, _, tail = self.key.partition('{}')
        return alert.key == self.key or (head != self.key and alert.key.startswith(head) and alert.key.endswith(tail))

    def words(self, alert: Alert) -> str:
        """The problem, in the past tense once it is over."""
        return self.in_the_past(alert.problem) if alert.is_over else alert.problem

    def in_the_past(self, problem: str) -> str:
        """What this rule says, once it is over."""
        if self.past is None:
            return problem
        now, then = self.past
        head, found, tail = problem.rpartition(f' {now} ')
        return f'{head} {then} {tail}' if found else problem

    def key_of(self, on: str) -> str:
        """The key of an alert about that."""
        return self.key.replace('{}', on)


def _find(tx: Transaction, enterprise: str, kind: type[Row], id: str) -> Row | None:
    return tx.find(kind, enterprise, id)
