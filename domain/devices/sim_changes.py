"""A device tells of another SIM, enrols with one, or people permit one: what is kept, journalled and raised then."""

from collections.abc import Mapping
from dataclasses import replace

from domain.cellular.identifiers import is_same_iccid
from domain.changes.transaction import Transaction
from domain.devices.alerts import sim_is_as_expected, sim_was_changed
from domain.devices.events import SimChanged
from domain.devices.model import Device
from domain.devices.sims import NUMBERS, card_of, fits, is_expected, is_same, named, sims_of

MOST_SIMS = 20
"""Of one device that are kept, the newest of them."""


def with_sim(tx: Transaction, device: Device, told: Mapping[str, str | None], at: float) -> Device:
    """The device after it told which SIM is in it; ``None`` for a number that is not there any more. Notes and alerts a change."""
    before = device.identifiers
    if told.get('iccid') is not None and is_same_iccid(told['iccid'], before.iccid):
        told = {**told, 'iccid': before.iccid}  # the same card in another form
    numbers = {**{name: getattr(before, name) for name in NUMBERS}, **told}
    if 'iccid' in told and told['iccid'] != before.iccid:
        numbers |= {name: told.get(name) for name in NUMBERS}  # of another card nothing is as before
    after = replace(before, **numbers)
    if after == before:
        return device
    changed = replace(device, identifiers=after, version=device.version + 1)
    if not is_same(before, after) and (named(before) or device.sims):
        changed = _exchanged(tx, device, changed, at)
    elif device.sims:
        changed = replace(changed, sims=(*device.sims[:-1], replace(device.sims[-1], **numbers)))
    tx.put(changed)
    return changed


def enrolled_with(tx: Transaction, before: Device, after: Device) -> Device:
    """The device after it enrolled again: with which SIM, its token vouches for."""
    if not named(before.identifiers) or is_same(before.identifiers, after.identifiers):
        return after
    return _exchanged(tx, before, after, tx.now, vouched=True)


def sims_reviewed(tx: Transaction, device: Device) -> None:
    """People have changed what is permitted: raise or clear what follows."""
    _alert(tx, device)


def _exchanged(tx: Transaction, before: Device, after: Device, at: float, *, vouched: bool = False) -> Device:
    cards = sims_of(before)
    closed = (*cards[:-1], replace(cards[-1], until=at)) if cards else ()
    card = card_of(after.identifiers, at)
    kept = fits(before, card)
    card = replace(card, is_expected=vouched or kept)
    after = replace(after, sims=(*closed, card)[-MOST_SIMS:])
    expected = is_expected(after)
    tx.note(
        SimChanged(
            **tx.about(after), before=named(before.identifiers), after=named(after.identifiers), expected=expected
        )
    )
    _alert(tx, after)
    return after


def _alert(tx: Transaction, device: Device) -> None:
    cards = sims_of(device)
    if is_expected(device):
        sim_is_as_expected(tx, device)
        return
    present = named(cards[-1])
    former = next((name for card in reversed(cards[:-1]) if (name := named(card)) and name != present), None)
    sim_was_changed(tx, device, former, present)
