"""An alert goes through the steps of a policy: who is told now, when the next step follows, and what ends it.

All of it is stored with the step, so that a restart neither calls twice nor forgets; waits are measured in time that was watched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.channels.announcing import as_it_is, delivery_of, heard_of
from domain.channels.model import Channel, Delivery
from domain.channels.outbox import withhold
from domain.common.ids import new_id
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.oncall.events import AlertCalled, AlertUnanswered
from domain.oncall.live import Escalations
from domain.oncall.model import AlertRoute, Called, Escalation, EscalationPolicy, EscalationState
from domain.oncall.reaching import CallOut, calls, members
from domain.oncall.silences.covering import covers

MOST_CALLED = 200


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step of a policy that tells at least one, at a moment: it waits ``wait_s`` seconds."""

    round: int
    step: int
    wait_s: float
    calls: tuple[CallOut, ...]


def next_step(
    fleet: Fleet, policy: EscalationPolicy, severity: Severity, moment: float, *, step: int, round: int
) -> NextStep | None:
    """The step after this one that tells anybody; one that tells nobody is not waited for. ``None`` when all were gone through."""
    while True:
        step += 1
        if step >= len(policy.steps):
            step, round = 0, round + 1
        if round > policy.repeat or not policy.steps:
            return None
        found = calls(fleet, policy.steps[step].targets, severity, moment)
        if found:
            return NextStep(round, step, policy.steps[step].wait_min * 60.0, tuple(found))


def escalations_of(tx: Transaction, enterprise: str, alert: str) -> list[Escalation]:
    """Those of an alert, as the transaction leaves them."""
    live = {one.id: one for one in tx.fleet(enterprise).index(Escalations).of(alert)}
    rows = {**live, **tx.pending(Escalation, 'alert').get(alert, {})}
    return [row for row in rows.values() if row.ended_at is None]


def start(tx: Transaction, alert: Alert, routes: Sequence[AlertRoute], severity: Severity) -> None:
    """Go through the policies of these routes from the first step on; what other routes had begun ends."""
    withhold(tx, alert.enterprise, alert.id, 'it is told anew')
    known = {one.policy: one for one in escalations_of(tx, alert.enterprise, alert.id)}
    wanted = {route.policy: route for route in reversed(routes) if route.policy}
    for policy, one in known.items():
        if policy not in wanted and one.state is EscalationState.CALLING:
            tx.put(replace(one, state=EscalationState.STOPPED))
    for policy, route in reversed(wanted.items()):
        before = known.get(policy)
        made = Escalation(
            id=before.id if before is not None else new_id(),
            enterprise=alert.enterprise,
            alert=alert.id,
            policy=policy,
            route=route.id,
            started_at=tx.now,
            stepped_at=tx.now,
            called=before.called if before is not None else (),
        )
        _go_on(tx, made, alert, severity)


def stop(tx: Transaction, enterprise: str, alert: str, state: EscalationState, *, by: str = '', because: str) -> None:
    """Nobody more is called for it. ``OVER`` is for good."""
    withhold(tx, enterprise, alert, because)
    for one in escalations_of(tx, enterprise, alert):
        if state is EscalationState.OVER:
            tx.put(replace(one, state=_last(one), ended_at=tx.now))
        elif one.state is EscalationState.CALLING or (by and one.state is EscalationState.UNANSWERED):
            tx.put(replace(one, state=state, answered_by=by))


def _last(one: Escalation) -> EscalationState:
    return EscalationState.OVER if one.state is EscalationState.CALLING else one.state


def advance(tx: Transaction, enterprise: str, escalation_id: str) -> None:
    """The wait of a step is over: the next one follows, unless the alert does not call any more."""
    one = tx.find(Escalation, enterprise, escalation_id)
    if one is None or not has_waited(tx, one):
        return
    alert = tx.find(Alert, enterprise, one.alert)
    if alert is not None and covers(tx, alert) is not None:
        return  # it is stopped when the alert is marked as silenced
    if alert is None or not alert.calls:
        state = EscalationState.STOPPED if alert is not None and alert.is_open else EscalationState.OVER
        tx.put(replace(one, state=state, ended_at=None if state is EscalationState.STOPPED else tx.now))
        return
    _go_on(tx, one, alert, alert.severity)


def has_waited(tx: Transaction, one: Escalation) -> bool:
    """True when nobody has answered within the wait of the step."""
    is_calling = one.state is EscalationState.CALLING and one.ended_at is None
    return is_calling and tx.watched(one.stepped_at) >= one.wait_s


def _go_on(tx: Transaction, one: Escalation, alert: Alert, severity: Severity) -> None:
    fleet = tx.fleet(one.enterprise)
    policy = fleet.find(EscalationPolicy, one.policy)
    found = next_step(fleet, policy, severity, tx.now, step=one.step, round=one.round) if policy is not None else None
    if policy is None or found is None:
        tx.put(replace(one, step=max(one.step, 0), state=EscalationState.UNANSWERED, unanswered_at=tx.now))
        name = policy.name if policy is not None else ''
        tx.note(AlertUnanswered(**tx.about(alert), alert=alert.id, problem=alert.problem, policy=name))
        return
    for call in sorted(found.calls, key=lambda call: call.at):
        _call(tx, alert, call, severity)
    told = tuple(
        Called(at=tx.now, step=found.step, round=found.round, recipient=call.recipient, channel=call.channel)
        for call in found.calls
    )
    after = replace(
        one,
        step=found.step,
        round=found.round,
        stepped_at=tx.now,
        wait_s=found.wait_s,
        called=(*one.called, *told)[-MOST_CALLED:],
    )
    tx.put(after)
    tx.note(
        AlertCalled(
            **tx.about(alert),
            alert=alert.id,
            problem=alert.problem,
            policy=policy.name,
            step=found.step + 1,
            round=found.round + 1,
            people=_names(fleet, found.calls),
        )
    )


def _names(fleet: Fleet, found: Sequence[CallOut]) -> tuple[str, ...]:
    people = members(fleet)
    channels = fleet[Channel]
    names = [people[one.recipient].name if one.recipient in people else channels[one.channel].name for one in found]
    return tuple(dict.fromkeys(names))


def _call(tx: Transaction, alert: Alert, call: CallOut, severity: Severity) -> None:
    """A message, unless the announcement that began this has just been told there, or another person was just called at the same place."""
    channel = tx.find(Channel, alert.enterprise, call.channel)
    now = tx.pending(Delivery, 'alert').get(alert.id, {})
    is_told = any(
        one.line == call.line
        and one.created_at == tx.now
        and one.done_at is None
        and (one.not_before or 0.0) <= call.at
        for one in now.values()
    )
    if channel is None or is_told:
        return
    is_known = call.line in heard_of(tx, alert.enterprise, alert.id)
    first = News.RAISED if alert.flapping_since is None else News.FLAPPING
    said = replace(as_it_is(alert, News.REMINDED if is_known else first, tx.now), severity=severity)
    later = call.at if call.at > tx.now else None
    tx.put(delivery_of(tx, channel, said, recipient=call.recipient, address=call.address, not_before=later))
