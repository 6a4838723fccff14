"""Whether other sites can tell that a failed check is this server's own fault."""

from collections.abc import Mapping
from ipaddress import ip_address

from domain.fleet.fleet import Fleet
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import Tower

LEAST_WITNESSES = 2
MOST_ABOVE = 64
_ANY = frozenset({4, 6})


def lacks_witnesses(fleet: Fleet, tower: Tower) -> bool:
    """True when fewer than two other sites are asked over the same sort of addresses, so that a network of ours that fails or refuses
    looks like a failure of this site. What stands behind one tower fails with it, and is one site."""
    whole = fleet.whole if isinstance(fleet, ScopedFleet) else fleet
    towers, ways = whole[Tower], _ways(tower)
    roots = {_top(towers, tower)}
    for other in towers.values():
        if ways & _ways(other):
            roots.add(_top(towers, other))
            if len(roots) > LEAST_WITNESSES:
                return False
    return True


def _top(towers: Mapping[str, Tower], tower: Tower) -> str:
    for _ in range(MOST_ABOVE):
        above = towers.get(tower.parent or '')
        if above is None:
            break
        tower = above
    return tower.id


def _ways(tower: Tower) -> frozenset[int]:
    ways: frozenset[int] = frozenset()
    for check in tower.checks:
        try:
            ways |= {ip_address(check.target.host.strip('[]')).version}
        except ValueError:  # a name
            return _ANY
    return ways
