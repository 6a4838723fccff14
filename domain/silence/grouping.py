"""Which devices fell silent together, and what they have in common: a site, a label, a network, a kind, or that they are ours."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.common.severity import Severity

Trait = tuple[str, str]
"""What devices can have in common: one of :data:`TRAITS`, and its value."""
TRAITS = ('tower', 'label', 'region', 'network', 'home', 'kind', 'fleet')
"""Where several say the same, the first of them names it."""
FLEET: Trait = ('fleet', '')
KEPT = 3
"""An alert of many stands while so many of them are silent."""
_WHOLE = 0.9
"""What names nearly as many devices as the whole fleet says more than that."""
_LOUDEST_FIRST = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Least:
    """What makes a group: ``many`` devices (fewer are told of one by one) that are such a ``share`` of those that have something in
    common, or a ``crowd`` that falls silent at one moment with nothing in common."""

    many: float = 5
    share: float = 0.5
    crowd: float = 20


@dataclass(frozen=True, slots=True)
class Silent:
    """A device that is offline and by which a person would be called: at once when it ``is_due``.

    It went after its newest contact and before it was late (epoch seconds).
    """

    id: str
    name: str
    severity: Severity
    gone_after: float
    gone_before: float
    traits: tuple[Trait, ...]
    is_due: bool
    may_call: bool = True
    """By itself: the rule of single devices takes it in."""
    may_join: bool = True
    """With others: that of many does."""


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that fell silent together, out of ``size`` that have the trait."""

    trait: Trait
    members: tuple[Silent, ...]
    size: int

    @property
    def severity(self) -> Severity:
        """That of the loudest."""
        return min((one.severity for one in self.members), key=_LOUDEST_FIRST.index)


def together(silent: Iterable[Silent]) -> list[Silent]:
    """The most that can have gone at one moment; of several such moments the earliest."""
    ones = list(silent)
    steps = sorted([(one.gone_after, -1) for one in ones] + [(one.gone_before, 1) for one in ones])
    open_, most, moment = 0, 0, 0.0
    for at, step in steps:
        open_ -= step
        if open_ > most:
            most, moment = open_, at
    return [one for one in ones if one.gone_after <= moment <= one.gone_before]


def divide(
    silent: Sequence[Silent], sizes: Mapping[Trait, int], standing: Collection[Trait] = (), least: Least = Least()
) -> tuple[list[Group], list[Silent]]:
    """The groups among the silent devices, and those that are alone.

    ``sizes`` says how many devices have a trait that many silent ones have. Of ``standing`` ones an alert is open, which is kept in
    preference to a new one.
    """
    left = {one.id: one for one in silent}
    having: defaultdict[Trait, list[Silent]] = defaultdict(list)
    for one in silent:
        for trait in one.traits:
            having[trait].append(one)

    def crowd(trait: Trait) -> list[Silent]:
        return together(one for one in having[trait] if one.id in left)

    groups: list[Group] = []

    def take(trait: Trait, members: list[Silent], of: int) -> None:
        groups.append(Group(trait, tuple(sorted(members, key=lambda one: (one.gone_after, one.id))), of))
        for one in members:
            del left[one.id]

    for trait in sorted(standing, key=lambda trait: (-len(having.get(trait, ())), _place(trait))):
        if trait in having and len(members := crowd(trait)) >= min(KEPT, least.many):
            take(trait, members, sizes[trait])
    heap = [_offer(trait, crowd(trait), sizes[trait]) for trait, all_ in having.items() if len(all_) >= least.many]
    heapq.heapify(heap)
    while heap:
        offer = heapq.heappop(heap)
        trait, members = offer[-1], crowd(offer[-1])
        if len(members) < len(offer[-2]):  # some have been taken meanwhile
            if len(members) >= least.many:
                heapq.heappush(heap, _offer(trait, members, sizes[trait]))
        elif _qualifies(members, offer[2], least):
            take(trait, members, offer[2])
    rest = together(left.values())
    if len(rest) >= least.crowd and any(one.is_due for one in rest):
        take(FLEET, rest, sizes[FLEET])
    return groups, list(left.values())


_Offer = tuple[float, tuple[int, str], int, list[str], Trait]


def _offer(trait: Trait, members: list[Silent], size: int) -> _Offer:
    """Sorts what names the most devices first, and then what says most."""
    weight = len(members) * (_WHOLE if trait == FLEET else 1.0)
    return -weight, _place(trait), size, [one.id for one in members], trait


def _place(trait: Trait) -> tuple[int, str]:
    return TRAITS.index(trait[0]), trait[1]


def _qualifies(members: Sequence[Silent], size: int, least: Least) -> bool:
    return len(members) >= max(least.many, least.share * size) and any(one.is_due for one in members)
