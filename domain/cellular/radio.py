"""What a device says of its radio, in 3GPP terms, and the cell identity that joins it to a tower."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from operator import attrgetter

from domain.common.errors import Invalid
from domain.common.rows import made_often


class Rat(StrEnum):
    """Radio access technology."""

    GSM = 'GSM'
    UMTS = 'UMTS'
    LTE = 'LTE'
    LTE_M = 'LTE-M'
    NB_IOT = 'NB-IoT'
    NR = 'NR'


class Registration(StrEnum):
    """Network registration state (3GPP TS 27.007, +CEREG)."""

    HOME = 'home'
    ROAMING = 'roaming'
    SEARCHING = 'searching'
    DENIED = 'denied'
    NOT_REGISTERED = 'not_registered'
    UNKNOWN = 'unknown'


@made_often(frozen=True, slots=True)
class Radio:
    """One observation. ``tac`` holds the LAC on GSM and UMTS, ``pci`` the BSIC on GSM and the primary scrambling code on UMTS;
    ``cell_id`` is CI, UTRAN cell id, ECI or NCI (3GPP TS 23.003).

    ``rsrp`` in dBm (RSSI on GSM, RSCP on UMTS), ``rsrq`` and ``sinr`` in dB; ``arfcn`` is the ARFCN, UARFCN, EARFCN or NR-ARFCN.
    """

    rat: Rat
    mcc: str | None = None
    mnc: str | None = None
    tac: int | None = None
    cell_id: int | None = None
    pci: int | None = None
    arfcn: int | None = None
    rsrp: float | None = None
    rsrq: float | None = None
    sinr: float | None = None
    registration: Registration = Registration.UNKNOWN
    roaming: bool = False

    @property
    def plmn(self) -> str | None:
        """MCC and MNC as ``204-08``."""
        return f'{self.mcc}-{self.mnc}' if self.mcc and self.mnc else None

    @property
    def cell(self) -> str | None:
        """The serving cell's key, see :func:`cell_key`; ``None`` when the observation does not name one."""
        if self.mcc is None or self.mnc is None or self.cell_id is None:
            return None
        return cell_key(self.mcc, self.mnc, self.tac, self.cell_id)


def cell_key(mcc: str, mnc: str, tac: int | None, cell_id: int) -> str:
    """The join key of devices and towers: ``204-08-4417-0x1A2B3``."""
    return f'{mcc}-{mnc}-{"" if tac is None else tac}-0x{cell_id:X}'


_LTE = (2**16 - 1, 2**28 - 1, 503, 2**18 - 1)
_MOST: Mapping[Rat, tuple[int, int, int, int]] = {
    Rat.GSM: (2**16 - 1, 2**16 - 1, 63, 1023),
    Rat.UMTS: (2**16 - 1, 2**28 - 1, 511, 2**14 - 1),
    Rat.LTE: _LTE,
    Rat.LTE_M: _LTE,
    Rat.NB_IOT: _LTE,
    Rat.NR: (2**24 - 1, 2**36 - 1, 1007, 3_279_165),
}
"""The highest LAC or TAC, cell identity, physical identity and carrier number: 3GPP TS 23.003 and 44.018 for GSM, 25.331 for UMTS, 36.331
for LTE, 38.331 for NR."""
NO_AREA: Mapping[Rat, frozenset[int]] = {rat: frozenset({0, most[0] - 1, most[0]}) for rat, most in _MOST.items()}
"""LAC and TAC values that stand for "no area": 0000 and FFFE, in 5GS 000000 and FFFFFE (3GPP TS 23.003, 4.4.5, 19.4.2.3 and 28.6), and
all ones, which modems write as well."""
_UNSET = {Rat.UMTS: {2**16 - 1}, Rat.NR: {2**31 - 1, 2**32 - 1}}
NO_CELL: Mapping[Rat, frozenset[int]] = {rat: frozenset({most[1], *_UNSET.get(rat, ())}) for rat, most in _MOST.items()}
"""What a modem writes while it knows no cell: all ones of the identity's width, and where it is no more than an unlikely identity what is
all ones elsewhere: of GSM's 16 bits on UMTS, of a signed (Android) or unsigned 32-bit number on NR."""
_NO_COUNTRY = '000'
_MARKERS = frozenset(code for codes in (*NO_AREA.values(), *NO_CELL.values()) for code in codes)
_codes: Callable[[Radio], tuple[int | None, ...]] = attrgetter('tac', 'cell_id', 'pci', 'arfcn')

# Reporting ranges: RSRP 3GPP TS 36.133 9.1.4 and TS 38.133 10.1.6 (RSSI on GSM from -113), RSRQ 9.1.7 / 10.1.11, SINR TS 38.133 10.1.16.
_RANGES: tuple[tuple[str, float, float], ...] = (('rsrp', -160, -20), ('rsrq', -50, 25), ('sinr', -30, 50))
RADIO_RANGES: Mapping[str, tuple[float, float]] = {
    **{name: (low, high) for name, low, high in _RANGES},
    **{name: (0, max(of[at] for of in _MOST.values())) for at, name in enumerate(('tac', 'cell_id', 'pci', 'arfcn'))},
}
"""What each number of an observation can be, on whatever technology."""
_levels: Callable[[Radio], tuple[float | None, ...]] = attrgetter(*(name for name, _, _ in _RANGES))
Codes = tuple[Rat, str | None, str | None, int | None, int | None, int | None, int | None]
codes_of: Callable[[Radio], Codes] = attrgetter('rat', 'mcc', 'mnc', 'tac', 'cell_id', 'pci', 'arfcn')
"""The first fields of an observation: technology and cell. Those of a device that stays where it is are the same each time."""


def check_radio(radio: Radio, field: str = 'radio') -> None:
    """Raise ``Invalid`` naming the value that is outside what 3GPP can express."""
    for problem, name in faults(radio):
        raise Invalid(problem, field=f'{field}.{name}')


def faults(radio: Radio) -> Iterator[tuple[str, str]]:
    """Each value that 3GPP cannot express: what is wrong with it, and its name."""
    if radio.mcc is not None and not (len(radio.mcc) == 3 and radio.mcc.isascii() and radio.mcc.isdigit()):
        yield 'an MCC has 3 digits (ITU-T E.212)', 'mcc'
    if radio.mnc is not None and not (len(radio.mnc) in (2, 3) and radio.mnc.isascii() and radio.mnc.isdigit()):
        yield 'an MNC has 2 or 3 digits (ITU-T E.212)', 'mnc'
    for name, most, code in zip(('tac', 'cell_id', 'pci', 'arfcn'), _MOST[radio.rat], _codes(radio), strict=True):
        if code is not None and not 0 <= code <= most:
            yield f'must be between 0 and {most} on {radio.rat}, is {code}', name
    for (name, low, high), value in zip(_RANGES, _levels(radio), strict=True):
        if value is not None and not low <= value <= high:
            yield f'must be between {low:g} and {high:g}, is {value:g}', name


def has_levels_in_range(radio: Radio) -> bool:
    """True when 3GPP can express its levels; :func:`faults` names those that it cannot."""
    (_, weak, strong), (_, bad, good), (_, noisy, clear) = _RANGES
    return (
        (radio.rsrp is None or weak <= radio.rsrp <= strong)
        and (radio.rsrq is None or bad <= radio.rsrq <= good)
        and (radio.sinr is None or noisy <= radio.sinr <= clear)
    )


def is_the_same(one: Radio, other: Radio | None) -> bool:
    """True for equal observations. The level is asked first, which moves with nearly all of them."""
    return other is not None and one.rsrp == other.rsrp and one == other


def without_markers(radio: Radio) -> Radio:
    """The observation without networks, area codes and cell identities that stand for "not known"; the very same when it has none."""
    if radio.mcc == _NO_COUNTRY:
        radio = replace(radio, mcc=None, mnc=None)
    if radio.tac in _MARKERS or radio.cell_id in _MARKERS:  # of some technology: nearly no observation gets past this
        if radio.tac in NO_AREA[radio.rat]:
            radio = replace(radio, tac=None)
        if radio.cell_id in NO_CELL[radio.rat]:
            radio = replace(radio, cell_id=None)
    return radio


@made_often(frozen=True, slots=True)
class RadioSample:
    """One point of a device's signal history."""

    device: str
    observed_at: float
    radio: Radio
    tower: str | None
