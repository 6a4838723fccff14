"""Which cell an observation is of: the key that joins a device and the tower that serves it.

In E-UTRAN and NR a cell is its network and its ECI or NCI, which are unique there (3GPP TS 23.003, 19.6 and 19.6A); the tracking area
is something that is known of it. In GSM and UTRAN the location area belongs to the identity (CGI and SAI, 4.3.1 and 12.5). Equal numbers
in two families of technology are two cells.

One cell is written in several forms: a network code with a zero more or less (MNC 08 is another code than 008 by TS 23.003, 2.2, and means
the same network where no inventory says otherwise), a UTRAN cell by its C-Id alone (16 bits) or with the RNC-Id before it (28 bits, TS
25.331, 10.3.2.2).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from domain.cellular.radio import Rat


class Family(StrEnum):
    """Technologies whose cells are numbered together."""

    GERAN = 'GSM'
    UTRAN = 'UMTS'
    E_UTRAN = 'LTE'
    NR = 'NR'


FAMILY: Mapping[Rat, Family] = {
    Rat.GSM: Family.GERAN,
    Rat.UMTS: Family.UTRAN,
    Rat.LTE: Family.E_UTRAN,
    Rat.LTE_M: Family.E_UTRAN,
    Rat.NB_IOT: Family.E_UTRAN,
    Rat.NR: Family.NR,
}
WITH_AREA = frozenset({Family.GERAN, Family.UTRAN})
"""Families where the area belongs to the identity of a cell."""
Key = tuple[Family, str, str, int | None, int]
Wide = tuple[Family, str, int, int | None, int]
Place = tuple[Family, int, int]
MOST_ECI = 2**28 - 1
MOST_C_ID = 2**16 - 1


class Located(Protocol):
    """What names a cell: an observation of a device, or a cell that a tower lists."""

    @property
    def rat(self) -> Rat: ...

    @property
    def mcc(self) -> str | None: ...

    @property
    def mnc(self) -> str | None: ...

    @property
    def tac(self) -> int | None: ...

    @property
    def cell_id(self) -> int | None: ...


def cell_of(seen: Located) -> Key | None:
    """The cell by the numbering of its family; ``None`` when it is not named whole."""
    mcc, mnc, cell_id = seen.mcc, seen.mnc, seen.cell_id
    if mcc is None or mnc is None or cell_id is None:
        return None
    family = FAMILY[seen.rat]
    return family, mcc, mnc, seen.tac if family in WITH_AREA else None, cell_id


def place_of(seen: Located) -> Place | None:
    """What two networks cannot have in common at one place by chance: family, area and cell identity; ``None`` when one is not told."""
    if seen.tac is None or seen.cell_id is None:
        return None
    return FAMILY[seen.rat], seen.tac, seen.cell_id


def anchor_of(seen: Located) -> Key | None:
    """The LTE cell that an observation on NR may mean: in EN-DC modems tell the identity of the anchor (3GPP TS 37.340, 4.1.2)."""
    if (
        seen.rat is not Rat.NR
        or seen.mcc is None
        or seen.mnc is None
        or seen.cell_id is None
        or seen.cell_id > MOST_ECI
    ):
        return None
    return Family.E_UTRAN, seen.mcc, seen.mnc, None, seen.cell_id


def wide_of(key: Key) -> Wide:
    """What all forms of a cell have in common: the network as numbers, the C-Id of a UTRAN cell."""
    family, mcc, mnc, area, cell_id = key
    return family, mcc, network_number(mnc), area, cell_id & MOST_C_ID if family is Family.UTRAN else cell_id


def are_forms_of_one(one: Key, other: Key) -> bool:
    """True for two keys that may name one cell. With two RNC-Ids they are two cells."""
    if wide_of(one) != wide_of(other):
        return False
    return one[4] == other[4] or (one[4] > MOST_C_ID) is not (other[4] > MOST_C_ID)


def network_number(mnc: str) -> int:
    """The network code as a number: 08 and 008 are 8; -1 for what is no code."""
    return int(mnc) if mnc.isdecimal() else -1
