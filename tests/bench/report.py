"""What was measured, against what, the ratio, the budget, and whether it is kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from ui.server.logs import configure_logs


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``ratio`` is the measured number in the unit of the budget; ``at_least`` or ``at_most`` is the budget."""

    work: str
    measured: str
    against: str
    ratio: float
    unit: str = ''
    at_least: float | None = None
    at_most: float | None = None

    @property
    def kept(self) -> bool:
        """True when the budget is kept."""
        low = self.at_least is None or self.ratio >= self.at_least
        return low and (self.at_most is None or self.ratio <= self.at_most)

    @property
    def verdict(self) -> str:
        """In a word."""
        return 'kept' if self.kept else 'MISSED'

    @property
    def told(self) -> str:
        """The ratio and its budget."""
        budget = f'at least {_plain(self.at_least)}' if self.at_least is not None else f'at most {_plain(self.at_most)}'
        return f'{_plain(self.ratio)}{self.unit} ({budget}{self.unit})'

    def __str__(self) -> str:
        return f'{self.verdict:7} {self.work}\n        {self.measured}; {self.against}\n        -> {self.told}'


def p95(times: Sequence[float]) -> float:
    """The 95th percentile by nearest rank: the least of them that 95 of 100 do not exceed."""
    return sorted(times)[ceil(len(times) * 0.95) - 1]


def quietly() -> None:
    """Let what is measured in this process log its warnings alone."""
    configure_logs('text')
    logging.getLogger().setLevel(logging.WARNING)


def _plain(value: float | None) -> str:
    """Three digits, or all before the point."""
    return '' if value is None else f'{value:,.0f}' if 1000 <= abs(value) < inf else f'{value:.3g}'
