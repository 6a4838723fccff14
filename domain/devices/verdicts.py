"""The verdicts of one device, in parts: one that moves makes its part anew and no other, however many policies there are."""

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import zip_longest
from typing import Any, TypeVar, overload

from domain.devices.compliance import Verdict

Other = TypeVar('Other')
Part = Mapping[str, Verdict]
MOST = 10
"""Verdicts in one part: what a dictionary of 272 bytes holds; one more takes 464. A device with 200 policies has 20 parts."""
_EMPTY: Part = {}


class Verdicts(Mapping[str, Verdict]):
    """By policy. They never change; :func:`following` makes others, which have all parts in common with them but those that moved."""

    __slots__ = ('parts',)

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.parts = tuple(parts)

    def __getitem__(self, policy: str) -> Verdict:
        for part in self.parts:
            if policy in part:
                return part[policy]
        raise KeyError(policy)

    @overload
    def get(self, policy: str) -> Verdict | None: ...
    @overload
    def get(self, policy: str, default: Verdict | Other) -> Verdict | Other: ...
    def get(self, policy: str, default: Any = None) -> Any:
        """The verdict of a policy."""
        for part in self.parts:
            if policy in part:
                return part[policy]
        return default

    def __contains__(self, policy: object) -> bool:
        return any(policy in part for part in self.parts)

    def __iter__(self) -> Iterator[str]:
        for part in self.parts:
            yield from part

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def items(self) -> ItemsView[str, Verdict]:
        """Policies and verdicts, put together at once: looking each up again would go through the parts as often."""
        return self._whole().items()

    def values(self) -> ValuesView[Verdict]:
        """The verdicts, put together at once as :meth:`items` are."""
        return self._whole().values()

    def _whole(self) -> dict[str, Verdict]:
        whole: dict[str, Verdict] = {}
        for part in self.parts:
            whole.update(part)
        return whole


def split(verdicts: Mapping[str, Verdict]) -> tuple[Part, ...]:
    """The parts of verdicts that lie in one."""
    if len(verdicts) <= MOST:
        return (verdicts,) if verdicts else ()
    items = list(verdicts.items())
    return tuple(dict(items[at : at + MOST]) for at in range(0, len(items), MOST))


def following(before: Mapping[str, Verdict], changed: Mapping[str, Verdict | None], kept: dict[Any, Any]) -> Verdicts:
    """The verdicts after a change, ``None`` for one that ends. Equal parts that followed from the same one are one part: ``kept`` holds
    those that were made."""
    parts = list(_parts(before))
    moved: dict[int, dict[str, Verdict | None]] = {}
    for policy, verdict in changed.items():
        place = _place(parts, moved, policy)
        if place == len(parts):
            parts.append(_EMPTY)
        moved.setdefault(place, {})[policy] = verdict
    for place, those in moved.items():
        part = parts[place]
        key = (following, id(part), *those, *map(id, those.values()))
        known = kept.get(key)
        if known is None:
            after = {policy: verdict for policy, verdict in {**part, **those}.items() if verdict is not None}
            # What is in the key is held beside it: nothing else can get the same id meanwhile.
            known = kept[key] = (part, tuple(those.values()), after)
        parts[place] = known[2]
    return Verdicts(parts)


def differing(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> list[str]:
    """The policies whose verdict is another one. Parts that both have in common are not looked into."""
    found: dict[str, None] = {}  # one that has moved from part to part is met twice
    for old, new in zip_longest(_parts(before), _parts(after), fillvalue=_EMPTY):
        if old is not new:
            found.update((policy, None) for policy, verdict in old.items() if new.get(policy) is not verdict)
            found.update((policy, None) for policy in new if policy not in old)
    return [policy for policy in found if before.get(policy) is not after.get(policy)]


def _parts(verdicts: Mapping[str, Verdict]) -> tuple[Part, ...]:
    return verdicts.parts if isinstance(verdicts, Verdicts) else split(verdicts)


def _place(parts: list[Part], moved: Mapping[int, Mapping[str, Verdict | None]], policy: str) -> int:
    """The part that a policy's verdict lies in; a new one goes into the first that has room, or else into another."""
    for place, part in enumerate(parts):
        if policy in part:
            return place
    for place, part in enumerate(parts):
        if len(part) + len(moved.get(place, ())) < MOST:
            return place
    return len(parts)
