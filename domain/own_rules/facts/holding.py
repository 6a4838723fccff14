"""What is found of devices, and what follows for the alerts of a rule; decided in a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.devices.model import Device
from domain.own_rules.alerts import OWN, OWN_DEVICE, alerts_of_devices, gone, keep_condition, rests
from domain.own_rules.facts.asking import Asked
from domain.own_rules.model import FactHold, OwnRule, hold_id

MOST_EACH = 20
"""Of more devices at once there is one alert for all: it is one matter."""
FEW_AGAIN = 10
"""Of so many each has its own again."""
MOST_NAMED = 3
MOST_WITNESSES = 100


def found(tx: Transaction, rule: OwnRule, device: str, asked: Asked) -> None:
    """A rule was asked of a device: what holds begins to be counted, what does not is over, and what cannot be known stays as it was."""
    before = tx.find(FactHold, rule.enterprise, hold_id(rule.id, device))
    is_open = before is not None and before.ended_at is None
    if asked.holds and not is_open:
        due_at = tx.now if rule.for_s == 0 else None
        tx.put(
            FactHold(
                id=hold_id(rule.id, device),
                enterprise=rule.enterprise,
                rule=rule.id,
                device=device,
                since=tx.now,
                due_at=due_at,
                reading=asked.reading,
            )
        )
    elif asked.holds is False and before is not None and is_open:
        tx.put(replace(before, ended_at=tx.now))


def ended(tx: Transaction, hold: FactHold) -> None:
    """Nothing asks that any more."""
    now = tx.find(FactHold, hold.enterprise, hold.id)
    if now is not None and now.ended_at is None and now.since == hold.since:
        tx.put(replace(now, ended_at=tx.now))


def lasts(tx: Transaction, rule: OwnRule, hold: FactHold) -> None:
    """It may have held for as long as the rule says."""
    now = tx.find(FactHold, hold.enterprise, hold.id)
    if now is not None and now.ended_at is None and now.due_at is None and tx.watched(now.since) >= rule.for_s:
        tx.put(replace(now, due_at=tx.now))


def tell(tx: Transaction, rule: OwnRule, due: Mapping[str, FactHold], first: Sequence[FactHold], trouble: str) -> None:
    """The alerts of a rule. It has lasted of the devices that are ``due``, for the longest of the ``first``; ``trouble`` says why it is
    not asked."""
    open_now = OWN.open_for(tx, tx.fleet(rule.enterprise).enterprise, on=rule.id)
    if trouble:
        _raise_for_all(tx, rule, due, first, trouble)
    elif rule.each:
        few = len(due) <= (MOST_EACH if open_now is None else FEW_AGAIN)
        if not few:
            _raise_for_all(tx, rule, due, first, told(tx, rule, len(due), first))
        elif open_now is not None:
            rests(tx, rule)
        _tell_each(tx, rule, due, few=few)
    elif len(due) >= rule.at_least:
        _raise_for_all(tx, rule, due, first, told(tx, rule, len(due), first))
    else:
        rests(tx, rule)


def told(tx: Transaction, rule: OwnRule, devices: int, first: Sequence[FactHold]) -> str:
    """``Charge them: 12 devices: crane-1 (battery.level 9), crane-2 (battery.level 4) and 10 more``."""
    named = []
    for hold in first[:MOST_NAMED]:
        device = tx.find(Device, rule.enterprise, hold.device)
        if device is not None:
            named.append(f'{device.name} ({hold.reading})' if hold.reading else device.name)
    rest = devices - len(named)
    words = f'{devices:,} {"device" if devices == 1 else "devices"}: {", ".join(named)}'
    words += f' and {rest:,} more' if rest and named else ''
    return f'{rule.text}: {words}' if rule.text else words


def _raise_for_all(
    tx: Transaction, rule: OwnRule, due: Mapping[str, FactHold], first: Sequence[FactHold], detail: str
) -> None:
    owner = tx.fleet(rule.enterprise).enterprise
    raised = OWN.raise_for(
        tx,
        owner,
        on=rule.id,
        severity=rule.severity,
        detail=detail[:1000],
        devices=len(due),
        witnesses=[hold.device for hold in first[:MOST_WITNESSES]],
        readings={hold.device: hold.reading for hold in first[:MOST_WITNESSES]},
        what=rule.name,
    )
    keep_condition(
        tx,
        raised,
        rule,
        f'true of {len(due):,} {"device" if len(due) == 1 else "devices"}; the evidence has what each said',
    )


def _tell_each(tx: Transaction, rule: OwnRule, due: Mapping[str, FactHold], *, few: bool) -> None:
    """An alert for each device; while there is one for all, those that are open are a part of it and there are no new ones."""
    owner = tx.fleet(rule.enterprise).enterprise
    whole = None if few else OWN.open_for(tx, owner, on=rule.id)
    for hold in due.values():
        device = tx.find(Device, rule.enterprise, hold.device)
        if device is None or device.retired_at is not None:
            continue
        known = OWN_DEVICE.open_for(tx, device, on=hold.id)
        if (known is None and not few) or (known is not None and (few or known.parent is not None)):
            continue
        detail = f'{rule.text}: {hold.reading}' if rule.text and hold.reading else rule.text or hold.reading
        raised = OWN_DEVICE.raise_for(
            tx, device, on=hold.id, severity=rule.severity, detail=detail[:1000], devices=1, under=whole, what=rule.name
        )
        keep_condition(tx, raised, rule, hold.reading)
    for _, alert in alerts_of_devices(tx, rule):
        if alert.object_id not in due:
            gone(tx, alert)
