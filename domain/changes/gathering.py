"""A group: the requests that go in one transaction, and what they decided.

A commit takes as long as the decisions of a group and longer, so the check-ins of the next group are decided while one is being written,
as if they were in it still: they read its rows (:class:`domain.changes.transaction.Transaction`), and go again should it not be kept.
"""

import time
from collections.abc import Callable, Sequence

from domain.changes.lanes import GROUP_SECONDS, GroupSize, Lane, Lanes, Request
from domain.changes.transaction import Rules, Transaction, follow
from domain.fleet.fleets import Fleets


class Gathered:
    """Decisions that are kept together or not at all. ``size`` says how many such there may be."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.arrivals: list[Request] = []
        self.size = GroupSize()
        self.spent_s = 0.0
        """What its decisions took so far."""

    def decide(self, waiting: Lanes, lanes: Sequence[Lane], rules: Rules, seconds: float) -> None:
        """Let the lanes decide one after the other, for so many seconds."""
        tx, arrivals, most = self.tx, self.arrivals, self.size.most
        began_all = now = time.perf_counter()
        deadline = now + seconds
        for lane in lanes:
            began, until = now, waiting.share(lane, now, deadline)
            while until > now and lane.waiting and len(arrivals) < most:
                request = waiting.pop(lane)
                if request.arrived.done():  # the caller gave up, or was answered that the store is silent
                    continue
                arrivals.append(request)
                tx.savepoint()
                tx.actor = request.actor
                try:
                    if request.actor is not None:
                        rules.recheck(tx, request.actor)
                    request.answer = request.decide(tx)
                    if not lane.is_checkins:  # those are looked at piece by piece, see domain/checkins/service.py
                        rules.check_written(tx)
                except Exception as error:  # noqa: BLE001 - the caller gets it; the rest of the group goes on
                    tx.rollback()
                    ran_out = isinstance(error, StopIteration)  # cannot pass through an await
                    request.error = RuntimeError('the decision ran out of items') if ran_out else error
                    # the frame of this very loop holds all requests of the group: an error that is kept need not keep them
                    error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
                now = time.perf_counter()
            waiting.passed(lane, now - began)
            if now > deadline or len(arrivals) >= most:
                break
        self.spent_s += now - began_all

    def answer(self) -> None:
        """It is kept and shown: its callers get their answers."""
        for request in self.arrivals:
            if not request.arrived.done():
                if request.error is None:
                    request.arrived.set_result(request.answer)
                else:
                    request.arrived.set_exception(request.error)


class Gathering:
    """Makes groups of what waits."""

    def __init__(self, *, fleets: Fleets, rules: Rules, clock: Callable[[], float], waiting: Lanes) -> None:
        self._fleets = fleets
        self._rules = rules
        self._clock = clock
        self._waiting = waiting
        self._ahead: Gathered | None = None

    def __bool__(self) -> bool:
        return self._ahead is not None or bool(self._waiting)

    def next(self) -> Gathered:
        """The group whose turn it is, decided; the one before it is in the live picture."""
        group, self._ahead = self._ahead, None
        lanes, size = self._waiting.turn(is_begun=group is not None)
        if group is None:
            group = Gathered(Transaction(self._fleets, self._clock()))
        else:
            group.tx.has_been_kept()
            group.tx.now = self._clock()
        group.size = size
        group.decide(self._waiting, lanes, self._rules, GROUP_SECONDS)
        follow(group.tx, self._rules)
        return group

    def look_ahead(self, written: Gathered) -> None:
        """Decide the check-ins that have come while ``written`` is not kept yet, but not more than fit in a group."""
        lanes = self._waiting.ahead()
        if not lanes:
            return
        if self._ahead is None:
            self._ahead = Gathered(Transaction(self._fleets, self._clock(), after=written.tx))
        self._ahead.tx.now = self._clock()
        left_s = GROUP_SECONDS - self._ahead.spent_s
        if left_s > 0:
            self._ahead.decide(self._waiting, lanes, self._rules, left_s)

    def put_back(self) -> None:
        """The group that is being written may not be kept: what was decided on top of it is decided again."""
        if self._ahead is not None:
            self._waiting.put_back(self._ahead.arrivals)
            self._ahead = None
