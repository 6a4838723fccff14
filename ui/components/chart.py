"""Lines over time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import ui  # its echart element brings the ECharts library that chart.js loads

from ui.components.page_state import Empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line. ``low`` and ``high`` are the ends of the axis in ``unit`` (left out: by the data); ``thresholds`` are (value, name).

    When a reading is beyond them the axis goes to ``least`` or ``most``; a reading beyond these stands at the edge as an arrow.
    """

    label: str
    unit: str = ''
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    thresholds: tuple[tuple[float, str], ...] = ()


class chart(ui.element, component='chart.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic ``{points: [[at, first, second, ..., place]], places, outages: [{from, to, name}]}``; patches append their points.

    ``place`` is a number in the list ``places``, for topics that tell where a reading was taken.

    ``span_s`` seconds are in view; a silence longer than ``gap_s`` is drawn as a gap. Several series share the place, one at a time.
    """

    def __init__(
        self,
        topic: str,
        series: Sequence[Series],
        *,
        span_s: float,
        gap_s: float,
        height: int = 200,
        empty: Empty | None = None,
    ) -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['series'] = [
            {name: value for name, value in asdict(one).items() if value is not None} for one in series
        ]
        self._props['span'] = span_s
        self._props['gap'] = gap_s
        self._props['height'] = height
        self._props['empty'] = (empty or Empty(title='No readings yet')).spec()
