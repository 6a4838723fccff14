"""Who would hear what, and when, and what keeps people from it: a route is tried without an alert, with the functions that also call."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.alerts.model import Alert
from domain.channels.model import Channel
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.escalation import next_step
from domain.oncall.matching import AlertFacts, routes_for
from domain.oncall.model import AlertRoute, EscalationPolicy
from domain.oncall.reaching import channels_told
from domain.oncall.silences.covering import active, first_covering
from domain.oncall.silences.model import AlertSilence

MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastLine:
    """At ``at`` (epoch seconds) this channel, or this person by it, is told because of a route and a step (from 1; 0 for the channels of a
    route) of its policy. ``route`` is empty for channels that say by themselves what they hear. With ``is_end`` nobody has answered."""

    at: float
    route: str = ''
    policy: str = ''
    round: int = 0
    step: int = 0
    recipient: str = ''
    channel: str = ''
    address: str = ''
    is_end: bool = False


class HeldBy(StrEnum):
    """What keeps people from hearing of an alert."""

    CLEARED = 'cleared'
    """It is over, or about to be: those who heard of it are told that."""
    PARENT = 'parent'
    """Another alert explains it, of which people hear."""
    SILENCE = 'silence'
    ACKNOWLEDGED = 'acknowledged'
    SNOOZED = 'snoozed'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Nobody hears of it because of ``by``, of a person or a thing called ``name``, until then (epoch seconds); ``None``: without an end
    of its own."""

    by: HeldBy
    name: str = ''
    until: float | None = None


def held(fleet: Fleet, alert: Alert | None, facts: AlertFacts, moment: float) -> Hindrance | None:
    """Why nobody would hear of an open ``alert``, or of one that is thought of with these facts; ``None`` when people would."""
    if alert is not None and alert.is_over:
        return Hindrance(by=HeldBy.CLEARED)
    if alert is not None and alert.parent is not None:
        parent = fleet.find(Alert, alert.parent)
        return Hindrance(by=HeldBy.PARENT, name=parent.problem if parent is not None else '')
    silence = first_covering(active(fleet[AlertSilence].values(), moment), facts, moment)
    if silence is not None:
        return Hindrance(by=HeldBy.SILENCE, name=silence.owner_name, until=silence.ends_at)
    if alert is None or alert.waits or (alert.quiet_until is not None and alert.quiet_until <= moment):
        return None
    if alert.acknowledged_at is not None:
        return Hindrance(by=HeldBy.ACKNOWLEDGED, name=alert.acknowledged_by or '', until=alert.quiet_until)
    return Hindrance(by=HeldBy.SNOOZED, name=alert.snoozed_by, until=alert.quiet_until)


def forecast(fleet: Fleet, facts: AlertFacts, moment: float) -> tuple[list[AlertRoute], list[ForecastLine]]:
    """The routes that take it, and what each tells while nobody acknowledges, in order of time."""
    routes = routes_for(fleet, facts, moment)
    if not routes:
        by_itself = [
            ForecastLine(at=moment, channel=channel.id)
            for channel in fleet[Channel].values()
            if channel.enabled and channel.id != facts.channel and RANK[facts.severity] <= RANK[channel.least_severity]
        ]
        return routes, by_itself
    lines: list[ForecastLine] = []
    told: set[str] = set()
    policies: set[str] = set()
    for route in routes:
        for id in channels_told(fleet, route, facts.severity):
            channel = fleet.find(Channel, id)
            if channel is not None and channel.enabled and id not in told and id != facts.channel:
                told.add(id)
                lines.append(ForecastLine(at=moment, route=route.id, channel=id))
        policy = fleet.find(EscalationPolicy, route.policy)
        if policy is not None and policy.id not in policies:
            policies.add(policy.id)
            lines += _steps(fleet, route, policy, facts.severity, moment)
    return routes, sorted(lines, key=lambda line: line.at)[:MOST_LINES]


def _steps(
    fleet: Fleet, route: AlertRoute, policy: EscalationPolicy, severity: Severity, moment: float
) -> Iterator[ForecastLine]:
    step, round = -1, 0
    while True:
        found = next_step(fleet, policy, severity, moment, step=step, round=round)
        if found is None:
            yield ForecastLine(at=moment, route=route.id, policy=policy.id, is_end=True)
            return
        step, round = found.step, found.round
        for call in found.calls:
            yield ForecastLine(
                at=call.at,
                route=route.id,
                policy=policy.id,
                round=round + 1,
                step=step + 1,
                recipient=call.recipient,
                channel=call.channel,
                address=call.address,
            )
        moment += found.wait_s
