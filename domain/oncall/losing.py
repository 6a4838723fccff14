"""Who loses a shift by what another person or program did, and who has it now: each is told once, by their own ways."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.oncall.mentioning import tell_person, told_of
from domain.oncall.model import Rotation
from domain.oncall.reaching import known_of, members
from domain.oncall.refusing import span_words
from domain.oncall.rota import on_call, shifts


@dataclass(frozen=True, slots=True)
class Moved:
    """From ``starts_at`` to ``ends_at`` (epoch seconds) ``now`` is on call, not ``then`` (ids; empty: nobody)."""

    starts_at: float
    ends_at: float
    then: str
    now: str


@dataclass(slots=True)
class _Told:
    """What one person is told of: what they lose, and what they have now."""

    lost: list[Moved] = field(default_factory=list)
    won: list[Moved] = field(default_factory=list)


def moved(tx: Transaction, before: Rotation, after: Rotation, starts_at: float, ends_at: float) -> list[Moved]:
    """What of the time between changes hands, in order; what is over by now is nobody's loss."""
    starts_at = max(starts_at, tx.now)
    if ends_at <= starts_at:
        return []
    known = known_of(tx.fleet(before.enterprise), before)
    edges = {starts_at, ends_at}
    for row in (before, after):
        edges |= {one.starts_at for one in shifts(row, starts_at, ends_at, known)}
    found: list[Moved] = []
    for begin, end in pairwise(sorted(edges)):
        then, now = (on_call(row, begin, known) for row in (before, after))
        if then == now:
            continue
        last = found[-1] if found else None
        if last is not None and (last.ends_at, last.then, last.now) == (begin, then, now):
            found[-1] = replace(last, ends_at=end)
        else:
            found.append(Moved(begin, end, then, now))
    return found


def losers(tx: Transaction, before: Rotation, after: Rotation, starts_at: float, ends_at: float) -> tuple[str, ...]:
    """The names of those who lose by it, as the journal tells them."""
    people = members(tx.fleet(before.enterprise))
    ids = dict.fromkeys(one.then for one in moved(tx, before, after, starts_at, ends_at))
    return tuple(people[id].name for id in ids if id in people)


def tell_moved(
    tx: Transaction, actor: Actor, before: Rotation, after: Rotation, starts_at: float, ends_at: float
) -> None:
    """Each who loses a shift or has one by it; not the person who did it."""
    people = members(tx.fleet(before.enterprise))
    told: dict[str, _Told] = {}
    for one in moved(tx, before, after, starts_at, ends_at):
        told.setdefault(one.then, _Told()).lost.append(one)
        told.setdefault(one.now, _Told()).won.append(one)
    names = {id: row.name for id, row in people.items()} | {'': 'nobody'}
    for id, person in people.items():
        if id != actor.id and id in told:
            first, *more = _words(before, told[id], names)
            said = told_of(tx, before.subject, '/on-call/rota')
            tell_person(tx, person, replace(said, problem=first, detail='; '.join([*more, f'changed by {actor.name}'])))


def _words(rotation: Rotation, told: _Told, names: dict[str, str]) -> Iterator[str]:
    """The first is said in the line of the message."""
    for one in told.lost:
        who = names.get(one.now, 'a person who left')
        yield f'Your shift in {rotation.name} {_span(rotation, one)} is taken over: {who} is on call'
    for one in told.won:
        instead = f', instead of {names.get(one.then, "a person who left")}' if one.then else ''
        yield f'You are on call in {rotation.name} {_span(rotation, one)}{instead}'


def _span(rotation: Rotation, one: Moved) -> str:
    return span_words(one.starts_at, one.ends_at, rotation.zone)
