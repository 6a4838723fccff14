"""The two operators' networks: where the towers stand, what radiates from them, which one carries whose backhaul.

The layout does not depend on the seed: radio sites do not move overnight, and a second run finds its own towers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jobs.simulation.geo import Point, offset, to_degrees
from jobs.simulation.places import PLACES, Place
from jobs.simulation.radio import Cell, budget


@dataclass(frozen=True, slots=True)
class Operator:
    """A network by its PLMN. 204-90 is not assigned; 999 is for private networks (ITU-T E.212)."""

    name: str
    mcc: str
    mnc: str
    first_tac: int
    first_node: int
    issuer: int

    @property
    def plmn(self) -> str:
        """MCC and MNC as ``204-90``."""
        return f'{self.mcc}-{self.mnc}'


PUBLIC = Operator('Delta Mobile', '204', '90', 4401, 6690, 90)
PRIVATE = Operator('Maas Private 5G', '999', '41', 901, 41_100, 41)
OPERATORS = (PUBLIC, PRIVATE)


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A tower: ``number`` counts from 0 in the order of building, ``parent`` is the number of its backhaul gateway."""

    number: int
    name: str
    operator: Operator
    kind: str
    place: Place
    point: Point
    parent: int | None
    cells: tuple[Cell, ...]
    by_rat: dict[str, tuple[Cell, ...]] = field(repr=False)

    @property
    def degrees(self) -> tuple[float, float]:
        """Latitude and longitude, WGS 84."""
        return to_degrees(self.point)


_DIRECTIONS = (('West', 270), ('Oost', 90), ('Noord', 0), ('Zuid', 180))
_RASTER = 137.5  # the golden angle spreads sites of one place around its centre
# (RAT, carrier number, GHz, EIRP per resource element in dBm): EARFCN of bands 20 and 3, NR-ARFCN of n28 and n77, GSM 900
_LTE_800 = ('LTE', 6300, 0.806, 30.0)
_LTE_1800 = ('LTE', 1300, 1.815, 32.0)
_NR_700 = ('NR', 154_570, 0.773, 30.0)
_NR_PRIVATE = ('NR', 651_333, 3.77, 24.0)
_LTE_PRIVATE = ('LTE', 43_190, 3.55, 23.0)
_NB_800 = ('NB-IoT', 6252, 0.801, 34.0)
_GSM_900 = ('GSM', 62, 0.947, 31.0)
Carrier = tuple[str, int, float, float]
_OWN_LINE = 5
"""One site in so many has a line of its own, so that some stand whichever gateways fall."""


def build_network(count: int) -> tuple[Site, ...]:
    """``count`` towers: about two thirds of them public, the others on the terminals, one gateway per dozen."""
    gateways = len(OPERATORS) * max(1, count // 24) if count > 4 else 0
    private = round(count * 0.28) if count > 2 else 0
    sites: list[Site] = []
    slots = {operator.name: _slots(operator) for operator in OPERATORS}
    for number in range(count):
        if number < gateways:
            operator, kind = OPERATORS[number % 2], 'gateway'
        elif number < gateways + private:
            operator, kind = PRIVATE, 'private'
        else:
            operator, kind = PUBLIC, 'small' if number % 7 == 3 else 'macro'
        name, place, point = next(slots[operator.name])
        is_carried = kind != 'gateway' and number % _OWN_LINE != 2
        parent = _nearest_gateway(sites, operator, point) if is_carried else None
        cells = _cells(number, operator, kind, place)
        by_rat = {rat: tuple(c for c in cells if c.rat == rat) for rat in dict.fromkeys(c.rat for c in cells)}
        full = f'{name}-Hub' if kind == 'gateway' else name
        sites.append(Site(number, full, operator, kind, place, point, parent, cells, by_rat))
    return tuple(sites)


def _slots(operator: Operator) -> Iterator[tuple[str, Place, Point]]:
    """Names and points for one operator's sites, place by place, further out with each round."""
    private = operator is PRIVATE
    places = [place for place in PLACES if place.terminal] if private else list(PLACES)
    prefix = 'Maas-' if private else ''
    lap = 0
    while True:
        for index, place in enumerate(places):
            direction, bearing = _DIRECTIONS[(lap + index) % 4]
            if lap == 0:
                point = offset(place.point, index * _RASTER, 250)
                yield f'{prefix}{place.name}', place, point
            elif lap == 1:
                yield f'{prefix}{place.name}-{direction}', place, offset(place.point, bearing, 600 if private else 1300)
            else:
                reach = (350 if private else 800) * lap**0.5
                yield f'{prefix}{place.name}-{lap}', place, offset(place.point, (lap * 7 + index) * _RASTER, reach)
        lap += 1


def _nearest_gateway(sites: list[Site], operator: Operator, point: Point) -> int | None:
    def distance(site: Site) -> float:
        return (site.point[0] - point[0]) ** 2 + (site.point[1] - point[1]) ** 2

    hubs = [site for site in sites if site.kind == 'gateway' and site.operator is operator]
    return min(hubs, key=distance).number if hubs else None


def _cells(number: int, operator: Operator, kind: str, place: Place) -> tuple[Cell, ...]:
    """Up to three sectors of each carrier. ECI is eNB id x 256 + cell, NCI gNB id of 24 bits << 12 | cell (TS 23.003, 19.6)."""
    carriers, sectors = _plan(number, operator, kind)
    node = operator.first_node + number
    tac = operator.first_tac + PLACES.index(place)
    cells = []
    for layer, (rat, arfcn, ghz, power) in enumerate(carriers):
        omni = rat in ('NB-IoT', 'GSM')
        for sector in range(1 if omni else sectors):
            part = layer * 10 + sector + 1
            pci = (number * 17 + layer * 101 + sector) % (1008 if rat == 'NR' else 504)
            azimuth = None if omni or sectors == 1 else (number * 20 + sector * (360 // sectors)) % 360
            gain = 0.0 if azimuth is None else 6.0
            cell_id = {'NR': (0x0A0000 + node) << 12 | part, 'GSM': 20_000 + number}.get(rat, node * 256 + part)
            cells.append(Cell(rat, tac, cell_id, 0 if rat == 'GSM' else pci, arfcn, azimuth, budget(power + gain, ghz)))
    return tuple(cells)


def _plan(number: int, operator: Operator, kind: str) -> tuple[tuple[Carrier, ...], int]:
    if operator is PRIVATE:
        return (_NR_PRIVATE, _LTE_PRIVATE), 1 if kind == 'gateway' else 1 + number % 3
    if kind == 'small':
        return (_LTE_1800, _NB_800), 1
    return (_LTE_800 if number % 3 else _LTE_1800, _NR_700, _NB_800, _GSM_900), 3
