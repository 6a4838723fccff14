"""Silences for tests, and a receiver that takes every message at once."""

from typing import Any

from domain.alerts.model import AlarmType
from domain.channels.model import Answered, Delivery, Outcome
from domain.common.severity import Severity
from domain.oncall.model import Conditions
from domain.oncall.silences.input import NewSilence
from domain.oncall.silences.model import AlertSilence
from tests.fakes import RunningApplication

ALL = Conditions(severity=Severity.WARNING)
OTHERS = Conditions(types=(AlarmType.QUALITY_OF_SERVICE,))


def new(application: RunningApplication, minutes: float = 60, begins: float | None = None, **more: Any) -> NewSilence:
    """A silence of all alerts that Ann owns, so long from now; it ``begins`` in so many minutes."""
    now = application.clock()
    starts_at = None if begins is None else now + begins * 60
    given: dict[str, Any] = {'reason': 'Works', 'conditions': ALL, 'owner': 'P-ann'}
    return NewSilence(ends_at=(starts_at or now) + minutes * 60, starts_at=starts_at, **{**given, **more})


async def silenced(application: RunningApplication, minutes: float = 60, **more: Any) -> AlertSilence:
    """One that is set up."""
    return await application.silences.save(application.actor, new(application, minutes, **more))


async def arrive(application: RunningApplication) -> list[Delivery]:
    """Everything that waits is delivered; what that was, in order."""
    found = []
    while due := sorted(application.telling.due({}), key=lambda one: one.delivery.id):
        for one in due:
            found.append(one.delivery)
            await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='200'), 0.1)
    return found


async def news(application: RunningApplication) -> list[str]:
    """Which news arrives."""
    return [one.announcement.news.value for one in await arrive(application)]


async def pass_minutes(application: RunningApplication, count: float) -> None:
    """Time passes, and the clock's jobs look once."""
    application.clock.tick(count * 60)
    await application.silences.review(application.enterprise)
    await application.on_call.go_on(application.enterprise)
