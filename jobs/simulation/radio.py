"""How a device hears a cell: path loss, shadowing, sector antennas, and what a modem reports of it.

Path loss and shadowing follow 3GPP TR 38.901 (urban macro, "optional" non-line-of-sight formula of table 7.4.1-1, sigma 6 dB),
the antenna TR 36.942 (4.2.1), the reporting ranges TS 36.133 and TS 38.133.
"""

import math
from dataclasses import dataclass
from random import Random

from jobs.simulation.geo import Point

FLOOR_DBM = -122
"""Below this RSRP a device finds no service."""
CAMPING_DBM = -100
"""A device that searches camps on a cell it hears this well (TS 36.304, 5.2.3.2: the S criterion, with what walls and cabinets take)."""
HYSTERESIS_DB = 4.0
"""A neighbour has to be this much better before a device changes to it (event A3 of TS 36.331, 5.5.4.4)."""
_SIGMA_DB = 6.0
_NOISE_DBM = -125.0  # thermal noise in 15 kHz at 290 K with a receiver figure of 7 dB
_LOAD = 0.4  # share of the resource elements a neighbour uses
_SIDE = 128
_CORRELATION_M = 200.0  # 50 m in table 7.5-6 (UMa NLOS), more after the filter every modem puts before a handover


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a tower in 3GPP terms; ``azimuth`` in degrees from north, None radiates all around.

    ``budget_db`` is what a receiver 1 m away would get in dBm per resource element, before distance.
    """

    rat: str
    tac: int
    cell_id: int
    pci: int
    arfcn: int
    azimuth: int | None
    budget_db: float


@dataclass(frozen=True, slots=True)
class Signal:
    """What a modem reports: ``rsrp`` in dBm (RSSI on GSM), ``rsrq`` and ``sinr`` in dB."""

    rsrp: int
    rsrq: int
    sinr: int


def budget(power_dbm: float, ghz: float) -> float:
    """EIRP per resource element in dBm minus the part of the path loss that does not depend on distance, in dB."""
    return power_dbm - 32.4 - 20 * math.log10(ghz)


def received(cell: Cell, here: Point, there: Point, shadow_db: float) -> float:
    """RSRP in dBm at ``here`` of a cell whose mast of 30 m stands at ``there``."""
    east, north = here[0] - there[0], here[1] - there[1]
    distance = math.sqrt(east * east + north * north + 28.5 * 28.5)
    level = cell.budget_db - 30 * math.log10(distance) + shadow_db
    if cell.azimuth is not None:
        off = (math.degrees(math.atan2(east, north)) - cell.azimuth + 180) % 360 - 180
        level -= min(12 * (off / 65) ** 2, 20)
    return level


def signal(rsrp: float, interference: float | None) -> Signal:
    """The three figures of a report, from the serving level and the strongest neighbour's, both in dBm."""
    noise = 10 ** (_NOISE_DBM / 10)
    if interference is not None:
        noise += _LOAD * 10 ** (interference / 10)
    sinr = 10 ** (rsrp / 10) / noise
    rsrq = -10 * math.log10(12 * (_LOAD + 1 / sinr))
    return Signal(
        rsrp=round(min(-44, max(-140, rsrp))),
        rsrq=round(min(-3, max(-20, rsrq))),
        sinr=round(min(30, max(-20, 10 * math.log10(sinr)))),
    )


class Shadows:
    """A field of shadowing in dB: smooth over some hundred metres, another one for each tower, always the same for a seed."""

    def __init__(self, rng: Random) -> None:
        self._field = [rng.gauss(0, _SIGMA_DB) for _ in range(_SIDE * _SIDE)]

    def at(self, tower: int, here: Point) -> float:
        """Shadowing in dB between ``tower`` and ``here``, interpolated between the corners of a grid."""
        x, y = here[0] / _CORRELATION_M + tower * 37.3, here[1] / _CORRELATION_M + tower * 71.9
        column, row = math.floor(x), math.floor(y)
        u, v = x - column, y - row
        west, east = column % _SIDE, (column + 1) % _SIDE
        south, north = row % _SIDE * _SIDE, (row + 1) % _SIDE * _SIDE
        field = self._field
        return (field[south + west] * (1 - u) + field[south + east] * u) * (1 - v) + (
            field[north + west] * (1 - u) + field[north + east] * u
        ) * v

    def flutter(self, device: int, tick: int) -> float:
        """What changes from one report to the next while standing still: fading in dB, sigma about 1.3."""
        return self._field[(device * 7919 + tick * 104729) % len(self._field)] / 5
