"""A radio observation as modems and vendors write it, read in the terms of 3GPP."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from domain.cellular.cells import FAMILY, Family
from domain.cellular.radio import Radio, Rat, Registration, faults, without_markers
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.reading import OddValue, read_value, shown, without

_RATS: Mapping[Rat, str] = {
    Rat.GSM: 'gsm 2g geran gprs edge egprs gsmcompact',
    Rat.UMTS: 'umts 3g utran wcdma tdscdma hspa hspa+ hspaplus hsdpa hsupa hsdpahsupa dchspa+',
    # In EN-DC the cell that serves is the LTE anchor's (3GPP TS 37.340, 4.1.2), so that its identity is reported.
    Rat.LTE: 'lte 4g eutran eutra ltea lteadvanced lte+ 4g+ lteca ltefdd ltetdd fddlte tdlte nr5gnsa 5gnsa nrnsa endc ltenr lteendc',
    Rat.LTE_M: 'ltem lteml ltem1 emtc catm catm1 ltecatm ltecatm1 m1',
    Rat.NB_IOT: 'nbiot ltenbiot nb nb1 nb2 catnb catnb1 catnb2 ltecatnb1 nbiot1',
    Rat.NR: 'nr 5g 5gnr nr5g nr5gsa 5gsa nrsa sa5g ngran nrfdd nrtdd',
}
_RAT_OF = {name: rat for rat, names in _RATS.items() for name in names.split()}
_REGISTRATIONS: Mapping[Registration, str] = {
    # The digits are those of +CREG and +CEREG (3GPP TS 27.007, 7.2).
    Registration.NOT_REGISTERED: 'notregistered 0 idle unregistered',
    Registration.HOME: 'home 1 registered registeredhome homesmsonly 6',
    Registration.SEARCHING: 'searching 2',
    Registration.DENIED: 'denied 3 registrationdenied',
    Registration.UNKNOWN: 'unknown 4',
    Registration.ROAMING: 'roaming 5 registeredroaming roamingsmsonly 7',
}
_REGISTRATION_OF = {name: state for state, names in _REGISTRATIONS.items() for name in names.split()}
_SPLIT = re.compile(r'\s*([0-9]{1,8})\s*[-/:]\s*([0-9]{1,5})\s*')
_HEX = re.compile(r'\s*0[xX]([0-9a-fA-F]{1,16})\s*')
_IN_HEX = frozenset({'tac', 'cell_id'})
"""Numbers that modems and tools write in hexadecimal digits. Without ``0x`` before them 1714995 would be two cells."""
_CELL_BITS: Mapping[Family, int] = {Family.UTRAN: 16, Family.E_UTRAN: 8}
"""Bits of the cell below its RNC or eNB (3GPP TS 25.331, TS 36.413, 9.2.1.37). In NR they depend on the network."""
_SEPARATORS = re.compile(r'[\s_./()-]+')
_LISTED, _MOST_LISTED = re.compile('[,;|&+]'), 100
_THREE_DIGITS = frozenset({
    '302', '310', '311', '312', '313', '314', '315', '316', '330', '332', '334', '338', '342', '344', '346', '348', '350', '352', '354',
    '356', '358', '360', '364', '365', '366', '374', '376', '708', '722', '732', '750',
})  # fmt: skip
"""Countries whose network codes have three digits (ITU-T E.212, operational bulletin); elsewhere they have two."""
_KINDS: Mapping[str, type] = {
    'tac': int,
    'cell_id': int,
    'pci': int,
    'arfcn': int,
    'rsrp': float,
    'rsrq': float,
    'sinr': float,
}
_NAMES = tuple(field.name for field in fields(Radio))


def read_radio(raw: object, field: str = 'radio') -> tuple[Radio | None, list[OddValue]]:
    """The observation as far as it can be read, and what of it cannot; ``None`` when it names no technology of ours."""
    if not isinstance(raw, Mapping):
        return None, [OddValue(field, f'is an object, not {shown(raw)}')]
    try:
        rat = read_rat(raw.get('rat'))
    except Invalid as problem:
        return None, [OddValue(f'{field}.rat', problem.detail)]
    found: dict[str, Any] = {}
    odd: list[OddValue] = []
    for name in _NAMES[1:]:
        if (said := raw.get(name)) is None:
            continue
        try:
            if (value := _value(name, said, found, rat)) is not None:
                found[name] = value
        except Invalid as problem:
            odd.append(OddValue(f'{field}.{name}', problem.detail))
    return Radio(rat, **found), odd


def read_rat(value: object) -> Rat:
    """The technology that a word such as ``lte``, ``WCDMA`` or ``NR5G-NSA`` means; raises ``Invalid`` for one that is none of ours."""
    if value is None:
        raise Invalid('is missing')
    rat = _rat_of(value) or _rat_of_several(value) if isinstance(value, str) else None
    if rat is None:
        raise Invalid(f'is one of {", ".join(Rat)}, not {shown(value)}')
    return rat


def _rat_of(word: str) -> Rat | None:
    return _RAT_OF.get(_SEPARATORS.sub('', word).casefold())


def _rat_of_several(words: str) -> Rat | None:
    """Of a list such as ModemManager's ``lte, 5gnr`` or ``umts, hsdpa``: one technology in several words, or EN-DC with its anchor."""
    found = {_rat_of(word) for word in _LISTED.split(words[:_MOST_LISTED]) if word.strip()}
    return Rat.LTE if found == {Rat.LTE, Rat.NR} else found.pop() if len(found) == 1 else None


def read_plmn(mcc: object, mnc: object) -> tuple[str | None, str | None]:
    """Country and network code in digits, as far as there is one; 0 is no country.

    A number has lost its leading zeros, which the country gives back. Raises ``Invalid`` for what is no code.
    """
    country = _country(mcc)
    return (None, None) if country is None and mcc is not None else (country, _network(country, mnc))


def _country(mcc: object) -> str | None:
    country = _digits(mcc, 'an MCC has 3 digits (ITU-T E.212)')
    return None if country is None or not country.strip('0') else country.zfill(3)


def _network(country: str | None, mnc: object) -> str | None:
    network = _digits(mnc, 'an MNC has 2 or 3 digits (ITU-T E.212)')
    if network is not None and (len(network) == 1 or not isinstance(mnc, str)):
        network = network.zfill(3 if country in _THREE_DIGITS else 2)
    return network


def expressible(radio: Radio, field: str = 'radio') -> tuple[Radio, tuple[OddValue, ...]]:
    """The observation without what 3GPP cannot express, which is named, and without the values that stand for "not known".

    The very same observation when all of it can be kept.
    """
    known = without_markers(radio)
    wrong = list(faults(known))
    if any(name == 'mnc' for _, name in wrong) and (mnc := _with_zeros(known)) is not None:
        known = replace(known, mnc=mnc)
        wrong = list(faults(known))
    if not wrong:
        return known, ()
    return without(known, [name for _, name in wrong]), tuple(
        OddValue(f'{field}.{name}', problem) for problem, name in wrong
    )


def _with_zeros(radio: Radio) -> str | None:
    """A network code that lost its zeros, with them; ``None`` for what is no code."""
    try:
        return _network(radio.mcc, radio.mnc)
    except Invalid:
        return None


def _value(name: str, value: object, found: Mapping[str, Any], rat: Rat) -> Any:
    if name == 'cell_id' and isinstance(value, str) and (split := _SPLIT.fullmatch(value)) is not None:
        return _joined(int(split[1]), int(split[2]), rat)
    if name in _IN_HEX and isinstance(value, str) and (hexadecimal := _HEX.fullmatch(value)) is not None:
        return int(hexadecimal[1], 16)
    if (kind := _KINDS.get(name)) is not None:
        return read_value(kind, value)
    if name == 'mcc':
        return _country(value)
    if name == 'mnc':
        return _network(found.get('mcc'), value)
    if name == 'registration':
        return _registration(value)
    return read_value(bool, value)


def _joined(node: int, cell: int, rat: Rat) -> int:
    """The identity of a cell that is told as base station and cell (``6699-51``)."""
    bits = _CELL_BITS.get(FAMILY[rat])
    if bits is None or cell >= 1 << bits:
        raise Invalid(f'is one number on {rat}, not {node}-{cell}')
    return node << bits | cell


def _registration(value: object) -> Registration:
    word = _SEPARATORS.sub('', str(value)).casefold() if isinstance(value, str | int) else ''
    if word not in _REGISTRATION_OF:
        raise Invalid(f'is one of {", ".join(Registration)}, not {shown(value)}')
    return _REGISTRATION_OF[word]


def _digits(value: object, rule: str) -> str | None:
    if value is None or (isinstance(value, str) and says_nothing(value)):
        return None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ''
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if not (0 < len(text) <= 3 and text.isascii() and text.isdigit()):
        raise Invalid(f'{rule}, not {shown(value)}')
    return text
