"""The names under which modems, phones and operators know the parts of an observation, where they can mean one thing alone.

On which technology a name means what is that of 3GPP TS 23.003 (CI, LAC, TAC, ECI, NCI), TS 25.331 (scrambling code, UARFCN), TS 44.018
(BSIC) and TS 36.331, 38.331 (physical cell identity, EARFCN, NR-ARFCN).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from domain.cellular.cells import FAMILY, Family
from domain.cellular.radio import Radio, Rat
from domain.cellular.reading import read_rat
from domain.common.errors import Invalid
from domain.common.reading import OddValue, shown

_SEPARATORS = re.compile(r'[\s_.()-]+')
_PLMN = re.compile(r'\s*([0-9]{3})\s*[-_/.:, ]?\s*([0-9]{2,3})\s*')
_LONGEST = 40
_2G, _3G, _4G, _5G = (
    frozenset({Family.GERAN}),
    frozenset({Family.UTRAN}),
    frozenset({Family.E_UTRAN}),
    frozenset({Family.NR}),
)
_ANY = _2G | _3G | _4G | _5G
_NAMES: tuple[tuple[str, str, frozenset[Family]], ...] = (
    ('mcc', 'mobilecountrycode countrycode', _ANY),
    ('mnc', 'mobilenetworkcode networkcode', _ANY),
    ('tac', 'trackingareacode trackingarea', _4G | _5G),
    ('tac', 'lac locationareacode locationarea', _2G | _3G),
    ('cell_id', 'cid ci cellidentity', _ANY),
    ('cell_id', 'lcid utrancellid ucid', _3G),
    ('cell_id', 'eci eutrancellid', _4G),
    ('cell_id', 'nci nrcellid nrcellidentity', _5G),
    ('pci', 'pcid physicalcellid physcellid physicalcellidentity', _4G | _5G),
    ('pci', 'psc primaryscramblingcode scramblingcode', _3G),
    ('pci', 'bsic', _2G),
    ('arfcn', 'uarfcn', _3G),
    ('arfcn', 'earfcn', _4G),
    ('arfcn', 'nrarfcn', _5G),
    ('rsrp', 'rsrpdbm', _4G | _5G),
    ('rsrp', 'rscp rscpdbm', _3G),
    ('rsrp', 'rssi rssidbm', _2G),
    ('rsrp', 'ssrsrp csirsrp nrrsrp', _5G),
    ('rsrq', 'rsrqdb', _4G | _5G),
    ('rsrq', 'ssrsrq csirsrq nrrsrq', _5G),
    ('sinr', 'sinrdb snr snrdb', _4G | _5G),
    ('sinr', 'sssinr csisinr nrsinr', _5G),
    ('registration', 'registrationstate registrationstatus regstate regstatus networkregistration', _ANY),
    ('roaming', 'isroaming', _ANY),
)  # fmt: skip
_MEANT: Mapping[str, tuple[tuple[str, frozenset[Family]], ...]] = {
    name: tuple((field, on) for field, names, on in _NAMES if name in names.split())
    for name in {name for _, names, _ in _NAMES for name in names.split()}
}
_TECHNOLOGIES = frozenset(
    ['technology', 'accesstechnology', 'radioaccesstechnology', 'radiotechnology', 'radiotype', 'networktype']
)
_NETWORKS = frozenset(['plmn', 'plmnid', 'mccmnc', 'operatorcode'])
_FIELDS = {_SEPARATORS.sub('', field.name): field.name for field in fields(Radio)}


@dataclass(frozen=True, slots=True)
class Renamed:
    """That ``field`` of what a device said was taken for what is called ``read_as`` here."""

    field: str
    read_as: str


def as_named(raw: Mapping[str, Any], above: str = 'radio.') -> tuple[dict[str, Any], list[Renamed], list[OddValue]]:
    """The observation under the names that it has here, what was taken for what, and what cannot be taken under its name.

    A value under the very name wins. Names that are not known at all stay as they are.
    """
    known = _FIELDS.values()
    said = {name: value for name, value in raw.items() if name in known and value is not None}
    renamed: list[Renamed] = []
    odd: list[OddValue] = []
    rat = _technology(raw)
    for name, value in raw.items():
        if name in known:
            continue
        plain = _plain_name(name[:_LONGEST])
        try:
            found = dict(_parts(plain, value, rat))
        except Invalid as refusal:
            odd.append(OddValue(f'{above}{name[:_LONGEST]}', refusal.detail))
            continue
        if not found:
            said[name] = value
        elif any(_plain(said.get(field, part)) != _plain(part) for field, part in found.items()):
            where = ' and '.join(f'{above}{field}' for field in found)
            odd.append(OddValue(f'{above}{name[:_LONGEST]}', f'means {where}, which is told as well and differs'))
        else:
            said = found | said
            renamed.append(Renamed(f'{above}{name[:_LONGEST]}', ' and '.join(f'{above}{field}' for field in found)))
    return said, renamed, odd


@lru_cache(4096)
def _plain_name(name: str) -> str:
    return _SEPARATORS.sub('', name).casefold()


def _technology(raw: Mapping[str, Any]) -> Rat | None:
    for name, value in raw.items():
        if (plain := _plain_name(name[:_LONGEST])) == 'rat' or plain in _TECHNOLOGIES:
            try:
                return read_rat(value)
            except Invalid:
                continue
    return None


def _parts(plain: str, value: object, rat: Rat | None) -> Iterator[tuple[str, Any]]:
    """What a name without its separators stands for, field by field; nothing for one that is not known."""
    if plain in _FIELDS:
        yield _FIELDS[plain], value
    elif plain in _TECHNOLOGIES:
        yield 'rat', value
    elif plain in _NETWORKS:
        yield from _network(value)
    elif plain in _MEANT and rat is not None:
        field = next((field for field, on in _MEANT[plain] if FAMILY[rat] in on), None)
        if field is None:
            where = ' or '.join(sorted({family for _, on in _MEANT[plain] for family in on}))
            raise Invalid(f'is a value of {where}, and the technology is {rat}')
        yield field, value


def _plain(value: object) -> object:
    """Numbers and texts of digits as one."""
    return (str(value).lstrip('0') or '0') if isinstance(value, str | int) else value


def _network(value: object) -> Iterator[tuple[str, str]]:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ''
    if value is None or not text.strip():
        return
    split = _PLMN.fullmatch(text)
    if split is None:
        raise Invalid(f'is a network as MCC and MNC, such as "204-08", not {shown(value)}')
    yield 'mcc', split[1]
    yield 'mnc', split[2]
