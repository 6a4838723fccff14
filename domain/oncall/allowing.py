"""Whether what people choose of how they are reached is within the limits of the enterprise, and who is not reached at all."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.accounts.model import Person
from domain.common.errors import Invalid
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.limits import ContactLimits, MustReach, limits_of
from domain.oncall.model import EscalationPolicy, Hours, Rotation, TargetKind, Team
from domain.oncall.reaching import members, ways_of
from domain.oncall.rota import DAY_MIN, minutes
from domain.triage.people import answers_alerts

WEEK_MIN = 7 * DAY_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContactLimits:
    """The limits as they are set."""

    breaks: Severity = Severity.MAJOR
    longest_min: int = DAY_MIN
    must_reach: MustReach = MustReach.NOBODY


def checked_limits(new: NewContactLimits) -> NewContactLimits:
    """Raises ``Invalid`` naming the field."""
    if new.breaks is Severity.CLEARED:
        raise Invalid('must be a severity that an alert can have', field='breaks')
    if not 0 <= new.longest_min <= WEEK_MIN:
        raise Invalid(f'must be 0 to {WEEK_MIN} minutes', field='longest_min')
    return new


def check_quiet(limits: ContactLimits, quiet: tuple[Hours, ...], breaks: Severity) -> None:
    """Raise ``Invalid`` when quiet hours would hold back what they may not, or last longer than they may."""
    if RANK[breaks] < RANK[limits.breaks] or breaks is Severity.CLEARED:
        raise Invalid(f'{limits.breaks} and worse is always told at once', field='breaks')
    longest = longest_stretch(quiet)
    if longest > limits.longest_min:
        hours = f'{limits.longest_min / 60:g} hours'
        raise Invalid(f'may last {hours} at one stretch, these last {longest / 60:g}', field='quiet')


def longest_stretch(quiet: tuple[Hours, ...]) -> int:
    """Minutes of the longest stretch of a week, also of hours that follow one another."""
    spans = sorted(_spans(quiet))
    longest = begin = end = 0
    for first, last in [*spans, *((one + WEEK_MIN, other + WEEK_MIN) for one, other in spans)]:
        if first > end:
            begin = first
        end = max(end, last)
        longest = max(longest, end - begin)
    return min(longest, WEEK_MIN)


def _spans(quiet: tuple[Hours, ...]) -> Iterator[tuple[int, int]]:
    for one in quiet:
        first, last = minutes(one.begins), minutes(one.ends)
        for day in one.days:
            start = (day - 1) * DAY_MIN
            yield start + first, start + (last if last > first else last + DAY_MIN)


def unreached(fleet: Fleet) -> list[Person]:
    """People who must have a way and have none that works, by name."""
    limits = limits_of(fleet)
    if limits.must_reach is MustReach.NOBODY:
        return []
    called = set() if limits.must_reach is MustReach.ALL else set(_called(fleet))
    return [
        one
        for one in sorted(members(fleet).values(), key=lambda row: (row.name, row.id))
        if (one.id in called or (limits.must_reach is MustReach.ALL and answers_alerts(one)))
        and not ways_of(fleet, one.id)
    ]


def _called(fleet: Fleet) -> Iterator[str]:
    for rotation in fleet[Rotation].values():
        for layer in rotation.layers:
            yield from layer.people
    for team in fleet[Team].values():
        yield from team.members
    for policy in fleet[EscalationPolicy].values():
        yield from (one.id for step in policy.steps for one in step.targets if one.kind is TargetKind.PERSON)
