"""Lines over time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSpan:
    """A choice of how much is in view: ``seconds`` of it, from the topic with this ``query``. A silence longer than ``gap_s`` is a gap."""

    label: str
    query: str
    seconds: float
    gap_s: float


HISTORY = (
    ChartSpan(label='1 h', query='span=hour', seconds=3600, gap_s=150),
    ChartSpan(label='6 h', query='span=6h', seconds=6 * 3600, gap_s=150),
    ChartSpan(label='24 h', query='span=day', seconds=86_400, gap_s=150),
    ChartSpan(label='7 d', query='span=week', seconds=7 * 86_400, gap_s=2.5 * 3600),
    ChartSpan(label='30 d', query='span=month', seconds=30 * 86_400, gap_s=2.5 * 3600),
)
"""What is kept by the minute for a day, and by the hour for a month."""


def readings(gap_s: float, thinned_gap_s: float) -> tuple[ChartSpan, ...]:
    """The same spans for readings as they came in: a silence longer than ``gap_s`` is a gap, and of what is older than a
    day, which is thinned, one longer than ``thinned_gap_s``."""
    gaps = (gap_s, gap_s, gap_s, thinned_gap_s, thinned_gap_s)
    return tuple(replace(span, gap_s=gap) for span, gap in zip(HISTORY, gaps, strict=True))


FIRST_PX = 800
"""As many pixels the topic is asked for at first, by the server and by the script, before the width is known."""


class chart(ui.element, component='chart.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic ``{points: [[at, first, second, ..., place]], places, outages: [{from, to, name}]}``; patches append their points.

    ``place`` is a number in the list ``places``, for topics that tell where a reading was taken.

    ``span_s`` seconds are in view; a silence longer than ``gap_s`` is drawn as a gap. Several series share the place, one at a time.

    With ``spans`` a reader chooses how much is in view: that at the place ``begin`` is shown at first. The topic is followed with the
    query of the span, or with ``since`` and ``until`` for one's own, and with the pixels that there are (``px``). A topic may tell a
    ``spread``, ``[at, *lowest, *highest]`` of its points, which is drawn as a band, and how long a step of it is (``step_s``, ``pixel_s``).
    """

    def __init__(
        self,
        topic: str,
        series: Sequence[Series],
        *,
        span_s: float,
        gap_s: float,
        height: int = 200,
        spans: Sequence[ChartSpan] = (),
        begin: int = 0,
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
        self._props['spans'] = [asdict(one) for one in spans]
        self._props['begin'] = begin
        self._props['px'] = FIRST_PX
        self._props['empty'] = (empty or Empty(title='No readings yet')).spec()
