"""Which change is decided next: every enterprise has its share of each group, and none waits behind the crowd of another.

An enterprise has two lanes: the check-ins of its devices, and everything else (what people, programs and jobs change). Lanes take turns,
in deficit round robin (Shreedhar and Varghese 1995) measured in time on the event loop: a lane that took long is passed over until it has
made up for it. A lane in which the store refused something has groups of its own for a while, so that others pay nothing for it.
"""

import asyncio
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION
from domain.changes.transaction import Transaction
from domain.common.errors import Unavailable

log = logging.getLogger(__name__)

GROUP_SECONDS = 0.02
"""A group stops gathering decisions after this long, so that the event loop stays free for everything else."""
SHARE_SECONDS = 0.001
"""A lane's share of a group that others are in too: one that has more waiting goes on in the next group."""
ALONE_AFTER_S = 1.0
"""An enterprise has the whole group when no other has asked for a change for this long."""
APART_S = 60.0
"""How long a lane has groups of its own after the store has refused something of it."""
TOLD_EVERY_S = 60.0
"""What the store refuses of a lane is logged this often at most, with how many there were."""
_GROWN = 4096
"""From here on a size is without limit again."""
_ANY = sys.maxsize


class Request:
    """One change that was asked for: its decision, the future of the caller, the actor; then what came of the decision."""

    __slots__ = ('actor', 'answer', 'arrived', 'decide', 'error', 'lane')

    def __init__(
        self, decide: Callable[[Transaction], Any], arrived: 'asyncio.Future[Any]', actor: Actor | None, lane: 'Lane'
    ) -> None:
        self.decide = decide
        self.arrived = arrived
        self.actor = actor
        self.lane = lane
        self.answer: Any = None
        self.error: Exception | None = None


class GroupSize:
    """How many may go at once: as many as there are, until the store refuses them together; then half, and so on down to one."""

    __slots__ = ('_doubted', 'most')

    def __init__(self) -> None:
        self.most = _ANY
        self._doubted = 0

    def halve(self, went: int) -> None:
        """So many were refused together: at least one of them is at fault."""
        self.most = max(1, went // 2)
        self._doubted = max(self._doubted, went)

    def kept(self, went: int) -> None:
        """So many were kept. Once as many have been as were refused, more may go at once."""
        self._doubted -= went
        if self._doubted <= 0:
            self.most = self.most * 2 if self.most < _GROWN else _ANY

    def found(self) -> None:
        """One went alone and was refused: no other is doubted any longer."""
        self._doubted = 0


class Lane:
    """What waits of one enterprise: its check-ins, or everything else."""

    __slots__ = (
        'apart_until',
        'credit',
        'enterprise',
        'is_checkins',
        'is_listed',
        'refused',
        'size',
        'told_at',
        'waiting',
    )

    def __init__(self, enterprise: str, is_checkins: bool) -> None:
        self.enterprise = enterprise
        self.is_checkins = is_checkins
        self.waiting: deque[Request] = deque()
        self.is_listed = False
        self.credit = 0.0
        """Seconds that it may decide for in the next group; below zero it is passed over."""
        self.apart_until = 0.0
        """Until then (``time.monotonic``) it has groups of its own; 0: it shares them with all others."""
        self.size = GroupSize()
        """How many of them, while it does."""
        self.refused = 0
        """How many of its changes the store refused since that was last logged, at ``told_at``."""
        self.told_at = 0.0

    def count_refused(self, actor: Actor | None, kinds: Iterable[type], why: object) -> None:
        """The store did not take rows of these kinds; logged, but not each time."""
        self.refused += 1
        if self.told_at and time.monotonic() < self.told_at + TOLD_EVERY_S:
            return
        log.warning(
            'the store did not take what %s asked for in %s (%s): %s; %d refused since this was last told',
            actor.reference if actor is not None else 'a request without an actor',
            self.enterprise,
            ', '.join(sorted(kind.__name__ for kind in kinds)) or 'journal',
            why,
            self.refused,
        )
        self.refused, self.told_at = 0, time.monotonic()


class Lanes:
    """All that waits. ``most_waiting`` is the room for all together; a lane gets no more of it than it leaves free for others."""

    def __init__(self, most_waiting: int) -> None:
        self._free = most_waiting
        self._checkins: dict[str, Lane] = {}
        self._others: dict[str, Lane] = {}
        self._ring: deque[Lane] = deque()
        self._apart: deque[Lane] = deque()
        self._size = GroupSize()
        self._was_apart = False
        self._newest = ''
        self._alone_from = 0.0
        self._is_crowded = False

    def __bool__(self) -> bool:
        return bool(self._ring or self._apart)

    def join(
        self,
        decide: Callable[[Transaction], Any],
        arrived: 'asyncio.Future[Any]',
        actor: Actor | None,
        enterprise: str,
        is_checkin: bool,
    ) -> None:
        """Wait at the end of the enterprise's lane; raises ``Unavailable`` when that is full.

        A lane is full when as many wait in it as there is room left (the dynamic threshold of Choudhury and Hahne, 1998): one that
        sends without end is turned away at half of the room, and one that sends little always finds some.
        """
        lane = (self._checkins if is_checkin else self._others).get(enterprise) or self._open(enterprise, is_checkin)
        if len(lane.waiting) >= self._free:
            raise Unavailable('more changes are waiting than can be kept up with; try again shortly')
        if not lane.is_listed:
            self._list(lane)
        lane.waiting.append(Request(decide, arrived, actor, lane))
        self._free -= 1

    def turn(self, *, is_begun: bool = False) -> tuple[Sequence[Lane], GroupSize]:
        """The lanes of the next group in their order, and how many may go: a lane that is apart goes alone, every other time.

        ``is_begun``: some of them have gone already (:meth:`ahead`), so that it is not the turn of one that is apart."""
        if self._apart and not is_begun and not (self._was_apart and self._ring):
            self._was_apart = True
            lane = self._apart[0]
            return (lane,), lane.size
        self._was_apart = False
        self._look_around()
        return tuple(self._ring), self._size

    def ahead(self) -> Sequence[Lane]:
        """The lanes that may decide for the next group while one is being written: check-ins, as long as the store refuses nothing."""
        if self._apart or self._was_apart or self._size.most < _ANY:
            return ()
        self._look_around()
        return [lane for lane in self._ring if lane.is_checkins]

    def _look_around(self) -> None:
        self._is_crowded = len(self._ring) > 1 and len({lane.enterprise for lane in self._ring}) > 1

    def share(self, lane: Lane, now: float, deadline: float) -> float:
        """Until when the lane may decide; not after ``now`` when it has to make up for more than its share (``time.perf_counter``)."""
        if lane.enterprise != self._newest and lane.enterprise != INSTALLATION:
            if self._newest:
                self._alone_from = now + ALONE_AFTER_S
            self._newest = lane.enterprise
        if now >= self._alone_from and not self._is_crowded and not lane.apart_until:
            lane.credit = deadline - now
            return deadline
        lane.credit = min(lane.credit + SHARE_SECONDS, SHARE_SECONDS)
        return min(now + lane.credit, deadline)

    def pop(self, lane: Lane) -> Request:
        """The next of the lane."""
        self._free += 1
        return lane.waiting.popleft()

    def passed(self, lane: Lane, spent: float) -> None:
        """The lane has had its turn and decided for so many seconds: it goes to the end of the round."""
        lane.credit -= spent
        ring = self._apart if lane.apart_until else self._ring
        ring.remove(lane)  # mostly the first of it
        lane.is_listed = False
        if lane.apart_until and time.monotonic() >= lane.apart_until:
            lane.apart_until, lane.size = 0.0, GroupSize()
        if lane.waiting:
            self._list(lane)

    def put_back(self, requests: Sequence[Request]) -> None:
        """Nothing came of their group: they go again, the first of them first."""
        self._free -= len(requests)
        for request in reversed(requests):
            request.answer = request.error = None
            lane = request.lane
            lane.waiting.appendleft(request)
            if not lane.is_listed:
                self._list(lane, first=True)

    def set_apart(self, lane: Lane) -> None:
        """The store refused a request of this lane by itself: the rest of the lane goes apart for a while."""
        lane.size.found()
        if not lane.apart_until:
            self._size = GroupSize()  # the request at fault is found: the others need not go in small groups any longer
            if lane.is_listed:
                self._ring.remove(lane)
                self._apart.append(lane)
        lane.apart_until = time.monotonic() + APART_S

    def all_waiting(self) -> Iterator[Request]:
        """All requests that wait; they are taken out."""
        for ring in (self._ring, self._apart):
            for lane in ring:
                yield from lane.waiting
                self._free += len(lane.waiting)
                lane.waiting.clear()
                lane.is_listed = False
            ring.clear()

    def _open(self, enterprise: str, is_checkins: bool) -> Lane:
        lane = Lane(enterprise, is_checkins)
        (self._checkins if is_checkins else self._others)[enterprise] = lane
        return lane

    def _list(self, lane: Lane, *, first: bool = False) -> None:
        lane.is_listed = True
        ring = self._apart if lane.apart_until else self._ring
        if first:
            ring.appendleft(lane)
        else:
            ring.append(lane)
