"""One simulated device as the wire knows it: its credential, its count of check-ins, and what it has not got rid of yet."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jobs.simulation.client import Json
from jobs.simulation.facts import Facts
from jobs.simulation.misbehaviour import Manner
from jobs.simulation.population import Device


@dataclass(slots=True)
class Observation:
    """What a device saw at a moment; None for what did not change or could not be seen."""

    observed_at: datetime
    facts: Facts | None
    radio: dict[str, Any] | None


@dataclass(slots=True)
class Member:
    """``told`` is what the observations so far say of the facts; ``slot`` is the device's place in the interval, from 0 to 1.

    ``due`` is its next check-in on the monotonic clock in seconds, ``answering`` the commands it is working on. ``busy`` is true
    during its turn, ``hurry`` asks for another one at once.
    """

    device: Device
    manner: Manner
    slot: float = 0.0
    credential: str = ''
    sequence: int = 0
    interval_s: float = 0.0
    told: Facts = field(default_factory=dict)
    backlog: deque[Observation] = field(default_factory=deque)
    answering: set[str] = field(default_factory=set)
    due: float = 0.0
    busy: bool = False
    hurry: bool = False

    def keep(self, observation: Observation, most: int) -> None:
        """Queue it; when more than ``most`` wait, the oldest goes and its facts live on in the next."""
        self.backlog.append(observation)
        if len(self.backlog) > most:
            lost = self.backlog.popleft()
            if lost.facts:
                self.backlog[0].facts = {**lost.facts, **(self.backlog[0].facts or {})}

    def next_check_in(self) -> Json:
        """The oldest observation as the body of a check-in. The sequence moves on only with :meth:`delivered`."""
        first = self.backlog[0]
        body: Json = {'sequence': self.sequence + 1, 'observed_at': first.observed_at, 'sent_at': datetime.now(UTC)}
        if first.facts:
            body['facts'] = dict(first.facts)
        if first.radio:
            body['radio'] = first.radio
        return self.manner.check_in(body)

    def delivered(self) -> None:
        """The server has the oldest observation."""
        self.sequence = self.manner.delivered(self.sequence + 1)
        self.backlog.popleft()

    def enrolled(self, credential: str, interval_s: float) -> None:
        """A new credential begins a new count, and the server is told everything again."""
        self.credential = credential
        self.sequence = 0
        self.interval_s = interval_s
        self.told = {}
        self.answering.clear()

    def enrolment(self) -> Json:
        """The body of ``POST /enrolments``."""
        device = self.device
        numbers = {'imei': device.imei, 'iccid': device.iccid, 'imsi': device.imsi, 'serial': device.serial}
        if device.msisdn:
            numbers['msisdn'] = device.msisdn
        body = {
            'name': device.name,
            'kind': device.model.kind,
            'criticality': device.model.criticality,
            'labels': {'site': device.site, 'role': device.model.role, 'owner': device.owner},
            'identifiers': numbers,
            'interval_s': device.interval_s,
        }
        return self.manner.enrolment(body)
