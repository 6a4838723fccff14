"""How time has passed for this process: what it has watched, and when it was away.

A wall clock is set, a machine sleeps, a process is stopped or not running. What happened meanwhile was not seen and counts against
no device: silence, graces and deadlines are measured in seconds that were watched, and a device that is expected gets time to return.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf

log = logging.getLogger(__name__)

LONGEST_LOOK_S = 5.0
"""Between two looks no more than this was watched: a process that was stopped or stuck for longer has taken nothing in."""
STEP_S = 1.0
"""A wall clock that parts from the steady one by more than this between two looks was set; less is being adjusted."""
ABSENCE_S = 5.0
"""An absence shorter than this counts as none."""
LEAST_CHANCE_S = 120.0
CHANCE_PER_ABSENCE = 10.0
MOST_GAPS = 64


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time that was not watched. All in seconds: the wall clock before and after, the watched moment of the return.

    ``away_s`` is how long the process was away at most (0 for a clock set back); ``unseen_s`` how much more than what was watched
    the wall clock has moved, negative when it was set back.
    """

    before: float
    after: float
    back_at: float
    away_s: float
    unseen_s: float

    @property
    def left_at(self) -> float:
        """What the wall clock showed in the end before it, which is later than at the last look."""
        return max(self.before, self.after - self.unseen_s)


class Watch:
    """Asked for the watched moment; :meth:`look` is to be called several times a second.

    ``clock`` is the wall clock in epoch seconds, ``steady`` a monotonic one, ``slept`` gives the seconds that the machine has slept.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        slept: Callable[[], float] | None = None,
        longest_look_s: float = LONGEST_LOOK_S,
    ) -> None:
        self.clock = clock
        self._steady = steady
        self._slept = slept or _slept
        self._longest_look_s = longest_look_s
        self._looked = (clock(), steady(), self._slept())
        self._watched = 0.0
        self._blind_from: tuple[float, float] | None = None
        self._gaps: list[Gap] = []
        self._unkept: list[Gap] = []
        self._began = self._watched

    def now(self) -> float:
        """Watched seconds since the start; it stands still while nothing is seen."""
        if self._blind_from is not None:
            return self._watched
        return self._watched + min(max(self._steady() - self._looked[1], 0.0), self._longest_look_s)

    def look(self) -> Gap | None:
        """Compare the clocks; the gap since the last look, if there was one."""
        wall, steady, slept = self._clocks()
        (wall_then, steady_then, slept_then), self._looked = self._looked, (wall, steady, slept)
        passed = max(steady - steady_then, 0.0)
        seen = min(passed, self._longest_look_s)
        if self._blind_from is not None:
            return None
        self._watched += seen
        unseen = (wall - wall_then) - seen
        away = max(passed - seen, slept - slept_then, unseen)
        if abs(unseen) < STEP_S and away < ABSENCE_S:
            return None
        gap = Gap(wall_then, wall, self._watched, away if away >= ABSENCE_S else 0.0, unseen)
        self._keep(gap)
        asleep = slept - slept_then >= STEP_S
        what = 'the machine slept' if asleep else 'the process was stopped' if passed > seen else 'the clock was set'
        log.warning('%s: %+.1f s by the wall clock were not watched and count against no device', what, unseen)
        return gap

    def lose_sight(self) -> None:
        """From now on nothing can be taken in, for instance because the database is away; harmless when known."""
        if self._blind_from is None:
            self._watched = self.now()
            self._looked = self._clocks()
            self._blind_from = self._looked[0], self._looked[1]

    def regain_sight(self) -> Gap | None:
        """What is said is taken in again; the gap, or ``None`` when sight was never lost."""
        if self._blind_from is None:
            return None
        wall_then, steady_then = self._blind_from
        self._blind_from = None
        wall, steady, _ = self._looked = self._clocks()
        unseen = wall - wall_then
        away = max(unseen, steady - steady_then)
        gap = Gap(wall_then, wall, self._watched, away if away >= ABSENCE_S else 0.0, unseen)
        self._keep(gap)
        if gap.away_s:
            log.warning('nothing could be taken in for %.1f s, which count against no device', away)
        return gap

    @property
    def is_blind(self) -> bool:
        """True while nothing can be taken in."""
        return self._blind_from is not None

    def was_away_since(self, signs: Iterable[float], known: Sequence[Gap] = ()) -> float | None:
        """The process was not running until now; call once after the reload.

        ``signs`` are moments (epoch seconds) at which a former process took something down, in any order, and ``known`` the gaps that
        former processes kept, oldest first. Answers the moment from which on nothing was taken down, ``None`` when that is not known.
        """
        self._gaps[:0] = known[-MOST_GAPS:]
        wall = self.clock()
        moment = _newest(signs, known, wall)
        if moment is None:
            return None
        unseen = wall - moment
        # a clock that is behind what was written yesterday says nothing about how long that was
        away = unseen if unseen >= 0 else inf
        self._keep(Gap(moment, wall, self.now(), away if away >= ABSENCE_S else 0.0, unseen))
        if away >= ABSENCE_S:
            log.info('not running from %.0f to %.0f: these %.0f s count against no device', moment, wall, unseen)
        return moment

    @property
    def unkept(self) -> Sequence[Gap]:
        """The gaps that the next process would not know of; :meth:`were_kept` when they are stored."""
        return tuple(self._unkept)

    def were_kept(self, gaps: Sequence[Gap]) -> None:
        """These are stored and will be ``known`` after the next start."""
        self._unkept = [gap for gap in self._unkept if gap not in gaps]

    def fair_at(self, patience_s: float) -> float:
        """The watched moment from which silence counts against a device that may be silent for ``patience_s`` seconds.

        After an absence every device gets as long again, though no longer than ten times the absence (two minutes at least): a restart
        every night must not hide for ever what reports once a day.
        """
        return max((gap.back_at + _chance(gap, patience_s) for gap in self._gaps if gap.away_s), default=-inf)

    def elapsed(self, since: float, *, until: float | None = None) -> float:
        """Seconds from ``since`` (epoch) until ``until`` or now that were watched, by what is known of the gaps between."""
        now = self.clock() if until is None else until
        return now - since - sum(gap.unseen_s for gap in _after(self._gaps, since, now))

    def steady_for(self) -> float:
        """Watched seconds since the clock was last set or the process came back; since the start when it never was."""
        return self.now() - (self._gaps[-1].back_at if self._gaps else self._began)

    def _clocks(self) -> tuple[float, float, float]:
        return self.clock(), self._steady(), self._slept()

    def _keep(self, gap: Gap) -> None:
        self._gaps.append(gap)
        if gap.away_s or gap.unseen_s:
            self._unkept = [*self._unkept, gap][-MOST_GAPS:]
        if len(self._gaps) > MOST_GAPS:  # the two oldest become one
            one, two = self._gaps[:2]
            unseen, away = one.unseen_s + two.unseen_s, max(one.away_s, two.away_s)
            self._gaps[:2] = [Gap(one.before, two.after, two.back_at, away, unseen)]


def _chance(gap: Gap, patience_s: float) -> float:
    return min(patience_s, max(LEAST_CHANCE_S, CHANCE_PER_ABSENCE * gap.away_s))


def _newest(signs: Iterable[float], known: Sequence[Gap], wall: float) -> float | None:
    """The newest sign of life; the moments of rows do not say by themselves whether the clock was set after them.

    Of signs that it had shown before it was set back, those that lie ahead of the clock are taken to be of then; of the others the latest.
    """
    if not known:
        return max(signs, default=None)
    begin, shown = known[-1].after, max(gap.left_at for gap in known)
    return max((sign for sign in signs if sign >= begin and (sign > shown or sign <= wall)), default=begin)


def _after(gaps: Sequence[Gap], since: float, now: float) -> Sequence[Gap]:
    """The gaps that came after ``since``. A clock set back shows some moments twice: those count as the latest that they can be.

    Between two gaps the clock went on from where the one left it to where the other found it, which is what it showed at the last look
    and what was seen since. A moment that no such stretch has lies in a gap: as much of that gap counts as came after it.
    """
    begins = [gap.after for gap in gaps]
    ends = [gap.left_at for gap in gaps]
    stretches = list(zip([-inf, *begins], [*ends, now], strict=True))
    for number in reversed(range(len(stretches))):
        begin, end = stretches[number]
        if begin <= since <= end:
            return gaps[number:]
    skipped = [number for number, (begin, end) in enumerate(zip(begins, ends, strict=True)) if end < since < begin]
    return gaps[skipped[-1] + 1 :] if skipped else ()


def _slept() -> float:
    """Seconds that this machine has slept since it was booted, where the system says so (Linux)."""
    if not hasattr(time, 'CLOCK_BOOTTIME'):
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
