"""Channels and what is under way on them, in the live picture. They are the whole enterprise's: a narrowed role sees none of it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain.channels.model import (
    Attempt,
    BouncingAddress,
    Channel,
    ChannelHealth,
    Delivery,
    DeliveryState,
    NotifiedBrowser,
)
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind

_NONE: Mapping[str, Delivery] = MappingProxyType({})
NEWEST = 500
"""Attempts of an enterprise that are remembered; older ones are in the store."""


class Outbox(Index):
    """Deliveries that wait, by channel."""

    def __init__(self, fleet: Fleet) -> None:
        self._waiting: dict[str, dict[str, Delivery]] = {}

    def moved(self, before: Delivery | None, after: Delivery | None) -> None:
        """Follow a delivery."""
        if after is not None and after.state is DeliveryState.WAITING:
            self._waiting.setdefault(after.channel, {})[after.id] = after
        elif (gone := after or before) is not None and (waiting := self._waiting.get(gone.channel)) is not None:
            waiting.pop(gone.id, None)
            if not waiting:
                del self._waiting[gone.channel]

    def of(self, channel: str) -> Mapping[str, Delivery]:
        """Those of a channel, by id, in the order in which they were announced."""
        return self._waiting.get(channel, _NONE)

    def channels(self) -> Iterable[str]:
        """The channels on which something waits."""
        return tuple(self._waiting)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))


class DeliveriesOfAlert(Index):
    """Deliveries by the alert that they tell of."""

    def __init__(self, fleet: Fleet) -> None:
        self._of: dict[str, dict[str, Delivery]] = {}

    def moved(self, before: Delivery | None, after: Delivery | None) -> None:
        """Follow a delivery."""
        if after is not None:
            self._of.setdefault(after.alert, {})[after.id] = after
        elif before is not None:
            known = self._of[before.alert]
            del known[before.id]
            if not known:
                del self._of[before.alert]

    def of(self, alert: str) -> Mapping[str, Delivery]:
        """Those of an alert, by id."""
        return self._of.get(alert, _NONE)


class BrowsersOfPerson(Index):
    """Browsers by the person who is notified in them."""

    def __init__(self, fleet: Fleet) -> None:
        self._of: dict[str, dict[str, NotifiedBrowser]] = {}

    def moved(self, before: NotifiedBrowser | None, after: NotifiedBrowser | None) -> None:
        """Follow a browser."""
        if after is not None:
            self._of.setdefault(after.person, {})[after.id] = after
        elif before is not None:
            known = self._of[before.person]
            del known[before.id]
            if not known:
                del self._of[before.person]

    def of(self, person: str) -> tuple[NotifiedBrowser, ...]:
        """Those of a person, the oldest first."""
        known = self._of.get(person, {})
        return tuple(known[id] for id in sorted(known))


class NewestAttempts(Index):
    """The attempts that were made since the start of the process, the newest first, for pages that are open."""

    def __init__(self, fleet: Fleet) -> None:
        self._newest: deque[Attempt] = deque(maxlen=NEWEST)

    def moved(self, before: Attempt | None, after: Attempt | None) -> None:
        """Remember one."""
        if after is not None:
            self._newest.appendleft(after)

    def __iter__(self) -> Iterator[Attempt]:
        return iter(self._newest)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=Channel, name='channel', has_ended=lambda channel: channel.retired_at is not None),
    Kind(of=ChannelHealth, has_ended=lambda health: health.ended_at is not None),
    Kind(of=BouncingAddress, has_ended=lambda mark: mark.ended_at is not None),
    Kind(of=Delivery, has_ended=lambda delivery: delivery.ended_at is not None, indexes=(Outbox, DeliveriesOfAlert)),
    Kind(
        of=NotifiedBrowser,
        name='browser',
        has_ended=lambda browser: browser.ended_at is not None,
        indexes=(BrowsersOfPerson,),
    ),
    Kind(of=Attempt, has_ended=lambda _: True, is_kept=False, indexes=(NewestAttempts,)),
)
