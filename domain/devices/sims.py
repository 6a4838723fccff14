"""The SIMs of a device: which one is in it, since when, and whether that is as people expect it.

A swapped SIM runs up a bill, or takes a device out of its contract and its network; nothing else of the device changes. The number that
names a card is its ICCID (ITU-T E.118), else its IMSI (3GPP TS 23.003, 2.2).
"""

from collections.abc import Mapping, Sequence

from domain.cellular.identifiers import Identifiers, clean_identifiers, is_blank_card, is_same_iccid
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.reading import OddValue
from domain.devices.model import Device, SimCard

NUMBERS = ('iccid', 'imsi', 'msisdn')


def named(card: Identifiers | SimCard) -> str | None:
    """The number that tells one card from another."""
    return card.iccid or card.imsi


def sims_of(device: Device) -> tuple[SimCard, ...]:
    """All SIMs that are known of it, the present one last; the one it enrolled with is there since then."""
    if device.sims:
        return device.sims
    names = device.identifiers
    return (card_of(names, device.created_at, is_expected=True),) if named(names) else ()


def is_expected(device: Device) -> bool:
    """True for the SIM that it enrolled with and for permitted ones; also while none was ever known."""
    cards = sims_of(device)
    return not cards or fits(device, cards[-1])


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
            clean = getattr(clean_identifiers(Identifiers(**{name: value}), field), name)
        except Invalid as refusal:
            odd.append(OddValue(refusal.field or f'{field}.{name}', refusal.detail))
            continue
        if clean is not None and not is_blank_card(name, clean):  # an erased card reads as fillers alone
            numbers[name] = clean
    return numbers, odd


def fits(device: Device, card: SimCard) -> bool:
    """A card that was expected once is so when it comes back."""
    if card.is_expected or any(is_same_iccid(card.iccid, permitted) for permitted in device.permitted_sims):
        return True
    name = named(card)
    return name is not None and any(each.is_expected and is_same_iccid(named(each), name) for each in sims_of(device))


def is_same(one: Identifiers, other: Identifiers) -> bool:
    """Whether both are one card, by the number that is known of both."""
    if one.iccid and other.iccid:
        return is_same_iccid(one.iccid, other.iccid)
    if one.imsi and other.imsi:
        return one.imsi == other.imsi
    return named(one) is None and named(other) is None


def card_of(names: Identifiers, since: float, *, is_expected: bool = False) -> SimCard:
    """The SIM of these numbers, in the device since then (epoch seconds)."""
    numbers = {name: getattr(names, name) for name in NUMBERS}
    return SimCard(**numbers, since=since, is_expected=is_expected)
