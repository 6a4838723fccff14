"""As many points as a chart has pixels for. What is left out lies between what is kept: each pixel keeps its lowest and its highest value,
and the edges of a silence stay where they are.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil

from domain.measurements.model import Measurement, beginning, measured

Numbers = Sequence[float | None]


def extremes(moments: Sequence[float], series: Sequence[Numbers], since: float, until: float, most: int) -> list[int]:
    """Indexes of the readings to keep, when the span from ``since`` to ``until`` is drawn in ``most`` columns of pixels.

    Of each column the first and the last reading, and of each series the lowest and the highest: the line that is drawn through them is
    the same (M4; Jugel et al., VLDB 2014). ``moments`` are in order; what a series does not know at a moment is ``None``.
    """
    if len(moments) <= most:
        return list(range(len(moments)))
    width = (until - since) / most
    kept: list[int] = []
    for _, group in groupby(range(len(moments)), key=lambda index: int((moments[index] - since) // width)):
        kept += _of_column(list(group), series)
    return kept


def _of_column(indexes: Sequence[int], series: Sequence[Numbers]) -> Iterable[int]:
    kept = {indexes[0], indexes[-1]}
    for values in series:
        known = [(value, index) for index in indexes if (value := values[index]) is not None]
        if known:
            kept |= {min(known)[1], max(known)[1]}
    return sorted(kept)


def column_s(since: float, until: float, step_s: int, most: int) -> int:
    """Seconds of a column when steps are drawn in at most ``most`` of them: whole steps."""
    return max(1, ceil((until - since) / step_s / most)) * step_s


def gathered(rows: Sequence[Measurement], step_s: int) -> list[Measurement]:
    """Measurements, oldest first, gathered in longer steps: lowest, mean and highest of each. A step without any has none."""
    if not rows or rows[0].step_s >= step_s:
        return list(rows)
    first = rows[0]
    return [
        measured(
            first.enterprise, first.series, step_s, at, [(row.low, row.mean, row.high, row.count) for row in group]
        )
        for at, group in groupby(rows, key=lambda row: beginning(row.at, step_s))
    ]
