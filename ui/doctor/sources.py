"""What the doctor looks at: the settings and the database always, and the parts of a server where one runs."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from domain.application import Application
from domain.changes.store import StoreCondition
from domain.common.answer_dates import AnswerDates
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.operator.story import Story
from ui.settings.model import Settings
from ui.sign_in.arrivals import Arrivals
from ui.sign_in.providers import Providers


class JobHealth(Protocol):
    """How a row of the schedule fares, see :class:`jobs.scheduler.JobHealth`."""

    every_s: float
    runs: int
    is_running: bool
    started_at: float | None
    ended_at: float | None
    duration_s: float | None
    failing_since: float | None
    error: str | None


class Schedule(Protocol):
    """What happens by itself, see :class:`jobs.scheduler.Schedule`."""

    @property
    def health(self) -> Mapping[str, JobHealth]:
        """By the name of the row, in the order of the table."""

    def figures(self) -> Mapping[str, Mapping[str, float]]:
        """What rows say of themselves beside their health, by the row's name."""


@dataclass(frozen=True, slots=True)
class Running:
    """The parts of a running server; ``since`` by its clock (epoch seconds)."""

    application: Application
    schedule: Schedule
    providers: Providers
    arrivals: Arrivals
    dates: AnswerDates
    since: float


@dataclass(slots=True, kw_only=True)
class Sources:
    """``database`` looks at the database over a connection of its own; ``running`` is ``None`` where no server runs in this process."""

    settings: Settings
    database: Callable[[], Awaitable[StoreCondition]]
    clock: Callable[[], float] = time.time
    running: Running | None = None
    story: Story | None = None
    """That of a demo."""


@dataclass(frozen=True, slots=True)
class FleetPart:
    """The enterprises that a finding is about: all of the installation, or one, of which the pages of its fleet show more."""

    fleets: tuple[Fleet, ...]
    clock: Callable[[], float]
    kept: dict[str, Any] = field(default_factory=dict)
    """What several probes ask for and is found once."""

    @classmethod
    def whole(cls, fleets: Fleets | Iterable[Fleet], clock: Callable[[], float]) -> 'FleetPart':
        """All enterprises."""
        return cls(tuple(fleets), clock)
