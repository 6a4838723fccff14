"""The SIMs of a device: which one is in it, since when, and whether that is as people expect it.

A swapped SIM runs up a bill, or takes a device out of its contract and its network; nothing else of the device changes. The number that
names a card is its ICCID (ITU-T E.118), else its IMSI (3GPP TS 23.003, 2.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.cellular.identifiers import Identifiers, clean_identifiers
from domain.changes.transaction import Transaction
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.reading import OddValue
from domain.devices.alerts import sim_is_as_expected, sim_was_changed
from domain.devices.events import SimChanged
from domain.devices.model import Device, SimCard

MOST_SIMS = 20
"""Of one device that are kept, the newest of them."""
NUMBERS = ('iccid', 'imsi', 'msisdn')


def named(card: Identifiers | SimCard) -> str | None:
    """The number that tells one card from another."""
    return card.iccid or card.imsi


def sims_of(device: Device) -> tuple[SimCard, ...]:
    """All SIMs that are known of it, the present one last; the one it enrolled with is there since then."""
    if device.sims:
        return device.sims
    names = device.identifiers
    return (_card(names, device.created_at, is_expected=True),) if named(names) else ()


def is_expected(device: Device) -> bool:
    """True for the SIM that it enrolled with and for permitted ones; also while none was ever known."""
    cards = sims_of(device)
    return not cards or _fits(device, cards[-1])


def read_sim(
    told: Mapping[str, str | None], field: str = 'identifiers'
) -> tuple[dict[str, str | None], Sequence[OddValue]]:
    """The numbers as their standards write them, and those that are left out; a text that says nothing is not the absence of a SIM."""
    numbers: dict[str, str | None] = {}
    odd: list[OddValue] = []
    for name, value in told.items():
        if value is None:
            numbers[name] = None
            continue
        if says_nothing(value):
            continue
        try:
            numbers[name] = getattr(clean_identifiers(Identifiers(**{name: value}), field), name)
        except Invalid as refusal:
            odd.append(OddValue(refusal.field or f'{field}.{name}', refusal.detail))
    return numbers, odd


def with_sim(tx: Transaction, device: Device, told: Mapping[str, str | None], at: float) -> Device:
    """The device after it told which SIM is in it; ``None`` for a number that is not there any more. Notes and alerts a change."""
    before = device.identifiers
    numbers = {**{name: getattr(before, name) for name in NUMBERS}, **told}
    if 'iccid' in told and told['iccid'] != before.iccid:
        numbers |= {name: told.get(name) for name in NUMBERS}  # of another card nothing is as before
    after = replace(before, **numbers)
    if after == before:
        return device
    changed = replace(device, identifiers=after, version=device.version + 1)
    if not _is_same(before, after) and (named(before) or device.sims):
        changed = _exchanged(tx, device, changed, at)
    elif device.sims:
        changed = replace(changed, sims=(*device.sims[:-1], replace(device.sims[-1], **numbers)))
    tx.put(changed)
    return changed


def enrolled_with(tx: Transaction, before: Device, after: Device) -> Device:
    """The device after it enrolled again: with which SIM, its token vouches for."""
    if not named(before.identifiers) or _is_same(before.identifiers, after.identifiers):
        return after
    return _exchanged(tx, before, after, tx.now, vouched=True)


def sims_reviewed(tx: Transaction, device: Device) -> None:
    """People have changed what is permitted: raise or clear what follows."""
    _alert(tx, device)


def _exchanged(tx: Transaction, before: Device, after: Device, at: float, *, vouched: bool = False) -> Device:
    cards = sims_of(before)
    closed = (*cards[:-1], replace(cards[-1], until=at)) if cards else ()
    card = _card(after.identifiers, at)
    kept = _fits(before, card)
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
    former = next((named(card) for card in reversed(cards[:-1]) if named(card)), None)
    sim_was_changed(tx, device, former, named(cards[-1]))


def _fits(device: Device, card: SimCard) -> bool:
    """A card that was expected once is so when it comes back."""
    name = named(card)
    if card.is_expected or card.iccid in device.permitted_sims:
        return True
    return name is not None and any(each.is_expected and named(each) == name for each in sims_of(device))


def _is_same(one: Identifiers, other: Identifiers) -> bool:
    """Whether both are one card, by the number that is known of both."""
    if one.iccid and other.iccid:
        return one.iccid == other.iccid
    if one.imsi and other.imsi:
        return one.imsi == other.imsi
    return named(one) is None and named(other) is None


def _card(names: Identifiers, since: float, *, is_expected: bool = False) -> SimCard:
    numbers = {name: getattr(names, name) for name in NUMBERS}
    return SimCard(**numbers, since=since, is_expected=is_expected)
