"""Channels and alerts for tests: an alert that is about no device and no tower, on channels of one's own."""

from dataclasses import dataclass
from typing import Any

from domain.channels.input import NewChannel
from domain.channels.model import Channel
from domain.common.severity import Severity
from domain.towers.alerts import NOT_ASKED
from tests.domain.parts import there
from tests.fakes import RunningApplication

URL = 'https://example.com/hook'


@dataclass(frozen=True, slots=True)
class _Named:
    id: str
    enterprise: str
    name: str


async def webhook(
    application: RunningApplication, name: str = 'desk', url: str = URL, **more: Any
) -> tuple[Channel, str]:
    """A webhook; the channel and its secret."""
    new = NewChannel(name=name, kind='webhook', settings={'url': url}, **more)
    return await application.channels.add(application.actor, new)


async def outage(
    application: RunningApplication, on: str = 'one', severity: Severity = Severity.MAJOR, enterprise: str = ''
) -> None:
    """An alert is raised; again with another severity: it is worse."""
    named = _enterprise(application, enterprise)
    await application.transactor.transact(
        lambda tx: there(NOT_ASKED.raise_for(tx, named, on=on, severity=severity, problem=on)), named.enterprise
    )


async def over(application: RunningApplication, on: str = 'one') -> None:
    """Its cause is gone."""
    named = _enterprise(application)
    await application.transactor.transact(lambda tx: NOT_ASKED.clear_for(tx, named, on=on), application.enterprise)


def _enterprise(application: RunningApplication, id: str = '') -> _Named:
    about = application.fleets.of(id or application.enterprise).enterprise
    return _Named(about.id, about.id, about.name)
