"""Thinned to the pixels, against a slow model: every column keeps its extremes and its edges, and silences stay."""

from hypothesis import given
from hypothesis import strategies as st

from domain.measurements.model import MINUTE_S, Measurement, measured
from domain.measurements.thinning import column_s, extremes, gathered

VALUES = st.one_of(st.none(), st.integers(-140, -40).map(float))
READINGS = st.lists(st.tuples(st.integers(0, 3600), VALUES, VALUES), max_size=200, unique_by=lambda one: one[0]).map(
    sorted
)


@given(READINGS, st.integers(1, 60))
def test_each_column_keeps_its_extremes_its_edges_and_no_more(
    readings: list[tuple[int, float | None, float | None]], most: int
) -> None:
    moments = [float(one[0]) for one in readings]
    series = [[one[1] for one in readings], [one[2] for one in readings]]
    kept = extremes(moments, series, 0.0, 3600.0, most)
    assert kept == sorted(set(kept))
    if len(moments) <= most:
        assert kept == list(range(len(moments)))
        return
    column = [int(moment // (3600 / most)) for moment in moments]
    for one in set(column):
        whole = [index for index in range(len(moments)) if column[index] == one]
        left = [index for index in kept if column[index] == one]
        assert {whole[0], whole[-1]} <= set(left), 'the edges, so that a silence is as long as it was'
        assert len(left) <= 2 + 2 * len(series)
        for values in series:
            known = [value for i in whole if (value := values[i]) is not None]
            shown = [value for i in left if (value := values[i]) is not None]
            assert (min(known, default=None), max(known, default=None)) == (
                min(shown, default=None),
                max(shown, default=None),
            )


def minute(at: float, low: float, high: float, count: int = 6) -> Measurement:
    return measured('E', 'latency/T', MINUTE_S, at, [(low, (low + high) / 2, high, count)])


def test_steps_are_gathered_with_lowest_mean_and_highest_and_a_silence_has_none() -> None:
    rows = [minute(0, 1, 3), minute(60, 5, 9, count=18), minute(600, 2, 2)]
    found = gathered(rows, 300)
    assert [(one.at, one.step_s, one.low, one.mean, one.high, one.count) for one in found] == [
        (0, 300, 1, 5.75, 9, 24), (600, 300, 2, 2, 2, 6),
    ]  # fmt: skip
    assert gathered(rows, 60) == rows
    assert gathered([], 300) == []


def test_a_column_is_whole_steps_and_all_of_them_fit() -> None:
    assert column_s(0, 3600, 60, 800) == 60
    assert column_s(0, 86_400, 60, 600) == 180
    assert column_s(0, 30 * 86_400, 3600, 390) == 7200
    for most in (1, 7, 50, 999):
        assert 86_400 / column_s(0, 86_400, 60, most) <= most
