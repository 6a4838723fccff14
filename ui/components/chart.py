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


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A choice of how much is in view: ``seconds`` of it, from the topic with this ``query``. A silence longer than ``gap_s`` is a gap."""

    label: str
    query: str
    seconds: float
    gap_s: float


HISTORY = (
    Span(label='1 hour', query='span=hour', seconds=3600, gap_s=150),
    Span(label='24 hours', query='span=day', seconds=86_400, gap_s=150),
    Span(label='30 days', query='span=month', seconds=30 * 86_400, gap_s=2.5 * 3600),
)
"""What is kept by the minute for a day, and by the hour for a month."""


class chart(ui.element, component='chart.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic ``{points: [[at, first, second, ..., place]], places, outages: [{from, to, name}]}``; patches append their points.

    ``place`` is a number in the list ``places``, for topics that tell where a reading was taken.

    ``span_s`` seconds are in view; a silence longer than ``gap_s`` is drawn as a gap. Several series share the place, one at a time.

    With ``spans`` a reader chooses how much is in view: the first is shown at first, and the topic is followed with its query. A topic may
    tell a ``spread``, ``[at, *lowest, *highest]`` of its points, which is drawn as a band.
    """

    def __init__(
        self,
        topic: str,
        series: Sequence[Series],
        *,
        span_s: float,
        gap_s: float,
        height: int = 200,
        spans: Sequence[Span] = (),
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
        self._props['empty'] = (empty or Empty(title='No readings yet')).spec()
