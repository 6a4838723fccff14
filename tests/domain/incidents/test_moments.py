"""How an incident stood at each minute."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.common.severity import Severity
from domain.incidents.model import Branch, Incident
from domain.incidents.moments import MOST_MOMENTS, BranchState, moments, nearest, state_at

ALERT = Alert(
    id='A',
    enterprise='E',
    key='k',
    alarm_type=AlarmType.COMMUNICATIONS,
    severity=Severity.MAJOR,
    probable_cause=ProbableCause.LOSS_OF_SIGNAL,
    problem='Hub is down',
    object_kind='tower',
    object_id='T',
    object_name='Hub',
    raised_at=1_000.0,
    changed_at=1_000.0,
    peak_severity=Severity.MAJOR,
    first_problem='Hub is down',
    told_severity=Severity.MAJOR,
)


def incident(*branches: Branch, now: float) -> Incident:
    return Incident(
        root=branches[0].alert, tree=branches, hurt=(), before=(), timeline=(), told=(), now=now, cuts_off=True
    )


SPANS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 900), st.sets(st.sampled_from('abcdef'))), min_size=1, max_size=6
)


@given(SPANS, st.integers(1, 60_000))
def test_each_moment_says_what_a_slow_count_says(spans: list[tuple[int, int, set[str]]], lasted: int) -> None:
    root = Branch(0, replace(ALERT, cleared_at=ALERT.raised_at + lasted), frozenset('z'))
    parts = [
        Branch(
            1,
            replace(ALERT, id=str(place), raised_at=1_000.0 + begin, cleared_at=1_000.0 + begin + length),
            frozenset(devices),
        )
        for place, (begin, length, devices) in enumerate(spans)
    ]
    found = moments(incident(root, *parts, now=99_999.0))
    assert len(found) <= MOST_MOMENTS
    assert (found[0].at, found[-1].at) == (1_000.0, 1_000.0 + lasted)
    assert [one.at for one in found] == sorted({one.at for one in found})
    assert all(one.at % 60 == 0 for one in found[1:-1])
    for one in found:
        open_now = [each for each in (root, *parts) if state_at(each.alert, one.at) is BranchState.OPEN]
        assert one.alerts == len(open_now)
        assert one.devices == len(set().union(*(each.devices for each in open_now)))


def test_an_open_one_goes_until_now_and_a_moment_is_found_by_any_second_of_it() -> None:
    found = moments(incident(Branch(0, ALERT), now=1_150.0))
    assert [one.at for one in found] == [1_000.0, 1_020.0, 1_080.0, 1_140.0, 1_150.0]
    assert [nearest(found, at).at for at in (0, 1_019, 1_079.9, 9_999)] == [1_000.0, 1_000.0, 1_020.0, 1_150.0]


def test_of_devices_that_are_not_known_any_more_the_worst_count_stands() -> None:
    (first, *_) = moments(incident(Branch(0, replace(ALERT, peak_devices=7)), now=1_150.0))
    assert first.devices == 7


def test_the_first_moment_has_all_that_failed_in_its_second_and_each_is_a_second_that_an_address_can_name() -> None:
    root = Branch(0, replace(ALERT, raised_at=1_000.25, cleared_at=1_100.5))
    child = Branch(1, replace(ALERT, id='B', raised_at=1_000.75, cleared_at=1_100.5))
    found = moments(incident(root, child, now=2_000.0))
    assert (found[0].alerts, found[-1].alerts) == (2, 0)
    assert [one.at for one in found] == [1_001, 1_020, 1_080, 1_101]
