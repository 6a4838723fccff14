"""Parts that turn or stand still as a test says, and outside receivers of what is said of them."""

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from domain.channels.input import NewChannel
from domain.channels.kinds.kind import HttpMessage, Message, PushMessage
from domain.channels.model import Channel
from domain.common.own_parts import Behind, OwnPart
from jobs.notifications.http import HttpTransport
from jobs.notifications.push import PushTransport
from jobs.notifications.sender import Sender, Transport
from jobs.polling.addresses import Targets
from tests.fakes import RunningApplication


@dataclass(slots=True)
class Lags:
    """How far each part is behind, as a test says."""

    seconds: dict[OwnPart, float | None] = field(default_factory=lambda: {OwnPart.POLLER: 0.0, OwnPart.NOTIFIER: 0.0})

    def of(self, part: OwnPart) -> tuple[float, str] | None:
        """As the part itself would say it."""
        seconds = self.seconds[part]
        return None if seconds is None else (seconds, f'{part} stands')


def own_sender(application: RunningApplication) -> Sender:
    """One that sends to this machine too."""
    http = HttpTransport(targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=2), clock=application.clock)
    transports: dict[type[Message], Transport] = {HttpMessage: http, PushMessage: PushTransport(http)}
    return Sender(transactor=application.transactor, telling=application.telling, transports=transports)


async def outside_check(application: RunningApplication, url: str, **more: Any) -> Channel:
    """A channel of that kind."""
    settings = {'url': url, 'every_s': '10', **more}
    new = NewChannel(name=f'check {url[-24:]}', kind='heartbeat', settings=settings)
    return (await application.channels.add(application.actor, new))[0]


def stand(application: RunningApplication, *parts: OwnPart) -> None:
    """These are behind, and no others."""
    own = application.fleets.own_parts
    own.is_known = True
    now = application.clock()
    known = {one.part: one for one in own.behind}
    own.found({part: known.get(part) or Behind(part=part, since=now, because='the disk is full') for part in parts})
