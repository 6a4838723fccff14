"""Guessing at the door: many refused sign-ins from one source or at one account are one alert, until it is quiet.

Counted is what the audit trail has of refused sign-ins and confirmations, so that a restart forgets none. It is read when one was refused,
and while an alert is open.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.alerts.catalogue import GUESSING_AT_DOOR
from domain.audit.model import AuditQuery, AuditStore
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.guarding.alerts import GUESSING
from domain.journal.model import Recorded
from domain.sign_in.events import SignInRefused, StepUpRefused
from domain.sign_in.throttle import network

MOST_READ = 2000
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guess that was refused ``at`` this moment: from a ``source`` (an address, or its /64), at a ``person`` (an id) of that name."""

    at: float
    source: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class GuessingFound:
    """Under this key and in these words."""

    on: str
    where: str
    detail: str


def guessing_in(refusals: Sequence[Refusal], least: float, minutes: float) -> list[GuessingFound]:
    """The sources with so many refusals, and the accounts that have as many from other sources."""
    by_source: defaultdict[str, list[Refusal]] = defaultdict(list)
    for one in refusals:
        by_source[one.source].append(one)
    loud = {source: found for source, found in by_source.items() if source and len(found) >= least}
    found = [
        GuessingFound(
            f'source/{source}',
            f'from {source}',
            f'{len(each)} refused in {minutes:g} min, at {_names(Counter(one.name for one in each))}',
        )
        for source, each in loud.items()
    ]
    others = [one for one in refusals if one.source not in loud and one.person]
    at = Counter(one.person for one in others)
    names = {one.person: one.name for one in others}
    sources = {person: len({one.source for one in others if one.person == person}) for person in at}
    return found + [
        GuessingFound(
            f'account/{person}',
            f'at the account of {names[person]}',
            f'{count} refused in {minutes:g} min, from {sources[person]} address{"es" if sources[person] != 1 else ""}',
        )
        for person, count in at.items()
        if count >= least
    ]


class GuessingService:
    """Raises and clears the alerts; :meth:`review` is run by the clock."""

    def __init__(self, *, transactor: Transactor, store: AuditStore) -> None:
        self._transactor = transactor
        self._store = store
        self._refused: set[str] = set()
        """Enterprises in which one was refused since the last look."""
        transactor.committed.subscribe(self._heard)

    def _heard(self, enterprise: str, entries: Sequence[Recorded]) -> None:
        if any(isinstance(one.entry, SignInRefused | StepUpRefused) for one in entries):
            self._refused.add(enterprise)

    async def review(self, enterprise: str) -> int:
        """Bring the alerts of an enterprise up to date; how many are open."""
        fleet = self._transactor.fleets.of(enterprise)
        standing = dict(GUESSING.all_in(fleet))
        if enterprise not in self._refused and not standing:
            return 0
        self._refused.discard(enterprise)
        tuning = GUESSING_AT_DOOR.within(fleet)
        limits: Mapping[str, float] = GUESSING_AT_DOOR.limits_in(tuning)
        now = self._transactor.clock()
        refusals = await self._refusals(enterprise, now - max(limits['within_s'], limits['quiet_s']))
        new = [one for one in refusals if one.at > now - limits['within_s']]
        found = guessing_in(new, limits['guesses'], limits['within_s'] / 60)
        quiet = [one for one in refusals if one.at > now - limits['quiet_s']]
        loud = {f'source/{one.source}' for one in quiet} | {f'account/{one.person}' for one in quiet}

        def decide(tx: Transaction) -> None:
            _tell(tx, tx.fleet(enterprise), found)
            for on in standing:
                if on not in loud:
                    GUESSING.clear_for(tx, tx.fleet(enterprise).enterprise, on=on)

        if found or any(on not in loud for on in standing):
            await self._transactor.transact(decide, enterprise)
        return sum(1 for _ in GUESSING.all_in(fleet))

    async def _refusals(self, enterprise: str, since: float) -> list[Refusal]:
        query = AuditQuery(since=since, text='refused', subjects=('person',))
        rows = await self._store.audit(enterprise, query, limit=MOST_READ)
        return [
            Refusal(one.entry.at, network(one.entry.address), one.entry.subject.id, one.entry.subject.name)
            for one in rows
            if isinstance(one.entry, SignInRefused | StepUpRefused)
        ]


def _tell(tx: Transaction, fleet: Fleet, found: Sequence[GuessingFound]) -> None:
    for one in found:
        known = GUESSING.open_for(tx, fleet.enterprise, on=one.on)
        if known is None or known.detail != one.detail:
            GUESSING.raise_for(
                tx, fleet.enterprise, on=one.on, severity=Severity.MAJOR, detail=one.detail, where=one.where
            )


def _names(at: Counter[str]) -> str:
    names = [name for name, _ in at.most_common(_MOST_NAMED)]
    more = len(at) - len(names)
    return ', '.join(names) + (f' and {more} more' if more else '')
