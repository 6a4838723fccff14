"""The fleet with what has befallen it so far. Events come in, what a device would report comes out."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jobs.simulation.facts import SOUND, Condition, Facts, facts
from jobs.simulation.geo import Point
from jobs.simulation.network import PUBLIC, Site
from jobs.simulation.population import Device, Fleet
from jobs.simulation.radio import CAMPING_DBM, FLOOR_DBM, HYSTERESIS_DB, Cell, received, signal
from jobs.simulation.scenario import Event, What

_SILENCING = (
    What.SITE_REFUSED,
    What.SITE_HUNG,
    What.STORM_STRUCK,
    What.HUB_FELL,
)  # a degraded or faulty site still radiates
_KEPT = 5
_REPAIRED_PATCH_AGE = 3
_NR_BONUS_DB = 4.0  # networks steer devices that can to NR
_FAR_M2 = 25_000.0**2
_SEARCH_S = (25.0, 75.0)
"""How long a device that lost its cell looks before it camps on another: modems in machines search seldom, to spare the battery."""

_MISHAPS: dict[What, dict[str, Any]] = {
    What.PATCHES_AGED: {'patch_age_days': 74},
    What.ENCRYPTION_DROPPED: {'encrypted': False},
    What.STORAGE_FILLED: {'free_share': 0.04},
    What.DEVICE_ROOTED: {'rooted': True},
    What.WENT_ABROAD: {'abroad': True},
    What.FELL_TO_2G: {'on_2g': True},
    What.STRANGE_CELL: {'stranger': True},
    What.FELL_ASLEEP: {'asleep': True},
    What.WOKE_UP: {'asleep': False},
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A cell a device hears, the number of its site and the level in dBm."""

    level: float
    site: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Search:
    """A device lost the cell of ``site`` and camps on no other before ``until``, in seconds of the scenario."""

    site: int
    until: float


class World:
    """The fleet at work. ``today`` is the date patch ages count back from."""

    def __init__(self, fleet: Fleet, *, today: date) -> None:
        self.fleet = fleet
        self._today = today
        self._conditions: dict[int, Condition] = {}
        self._silent: set[int] = set()
        self._serving: list[Heard | None] = [None] * len(fleet.devices)
        self._searching: dict[int, Search] = {}
        self._standing: dict[int, list[Heard]] = {}
        self._strange_tac: dict[int, int] = {}

    def apply(self, event: Event) -> None:
        """Let it happen."""
        if event.what in _SILENCING:
            self._silent.update(event.sites)
            self._lose(event)
        elif event.what is What.SITE_RECOVERED:
            self._silent.difference_update(event.sites)
        for number in event.devices:
            if event.what is What.REPAIRED:
                self.repair(number)
            else:
                self._conditions[number] = replace(self.condition(number), **_MISHAPS[event.what])

    def is_silent(self, site: int) -> bool:
        """True for a site that is out of service now."""
        return site in self._silent

    def condition(self, number: int) -> Condition:
        """What has befallen this device."""
        return self._conditions.get(number, SOUND)

    def repair(self, number: int) -> None:
        """Put the device right. A quarantine stays until it is released."""
        before = self.condition(number)
        self._strange_tac.pop(number, None)
        self._conditions[number] = Condition(
            patch_age_days=_REPAIRED_PATCH_AGE, asleep=before.asleep, quarantined=before.quarantined
        )

    def restrict(self, number: int, *, quarantined: bool) -> None:
        """A quarantine was carried out or released on the device."""
        self._conditions[number] = replace(self.condition(number), quarantined=quarantined)

    def facts(self, device: Device, scene: float) -> Facts:
        """What the device says of itself ``scene`` seconds into the scenario."""
        return facts(device, self.condition(device.number), scene, self._today)

    def radio(self, device: Device, scene: float) -> dict[str, Any] | None:
        """What its modem says, in the words of a check-in; None while it finds no service.

        A device stays on its cell until another one is better by the hysteresis. When its site falls silent it has no service until it
        has searched for a while and hears another one well, or until the site is back.
        """
        condition = self.condition(device.number)
        heard = [h for h in self._hear(device, scene, gsm=condition.on_2g) if h.site not in self._silent]
        search = self._searching.get(device.number)
        if search is not None and search.site in self._silent:
            heard = [h for h in heard if h.level >= CAMPING_DBM and scene >= search.until]
        flutter = self.fleet.shadows.flutter(device.number, int(scene))
        if condition.abroad:
            return _report(
                'NR', '206', '90', 3301, 0x0B4000 << 12 | 5, 77, 152_000, -98 + flutter, -120.0, roaming=True
            )
        if not heard:
            self._serving[device.number] = None
            return None
        best, served = heard[0], self._serving[device.number]
        stay = next((h for h in heard if served is not None and h.cell is served.cell), None)
        if stay is not None and _rank(best) < _rank(stay) + HYSTERESIS_DB:
            best = stay
        self._serving[device.number] = best
        self._searching.pop(device.number, None)
        cell, site = best.cell, self.fleet.sites[best.site]
        mcc, mnc = site.operator.mcc, site.operator.mnc
        if condition.stranger:  # close by, loud, in our tracking area, and on no list
            fake = (PUBLIC.first_node + 0x5000 + device.number) * 256 + 1
            tac = self._strange_tac.setdefault(device.number, cell.tac)  # it rides along and stays the same cell
            return _report('LTE', mcc, mnc, tac, fake, 404, 6300, -61 + flutter, None)
        other = next((h.level for h in heard if h is not best), None)
        return _report(cell.rat, mcc, mnc, cell.tac, cell.cell_id, cell.pci, cell.arfcn, best.level + flutter, other)

    def _lose(self, event: Event) -> None:
        for device, served in zip(self.fleet.devices, self._serving, strict=True):
            if served is not None and served.site in event.sites:
                shortest, longest = _SEARCH_S
                until = event.at + shortest + device.phase * (longest - shortest)
                self._searching[device.number] = Search(served.site, until)

    def _hear(self, device: Device, scene: float, *, gsm: bool) -> list[Heard]:
        """The best cell of each site in reach, best first; what stands still listens once."""
        rats = ('GSM',) if gsm else device.model.rats
        here = device.route.at(scene)
        if device.route.moves or gsm:
            return self._listen(device, rats, here)
        standing = self._standing.get(device.number)
        if standing is None:
            standing = self._standing[device.number] = self._listen(device, rats, here)
        return standing

    def _listen(self, device: Device, rats: tuple[str, ...], here: Point) -> list[Heard]:
        heard = []
        for site in self.fleet.sites:
            if site.operator is not device.operator or not _near(site, here):
                continue
            shadow = self.fleet.shadows.at(site.number, here)
            levels = [
                Heard(received(c, here, site.point, shadow), site.number, c)
                for r in rats
                for c in site.by_rat.get(r, ())
            ]
            if levels and (best := max(levels, key=_rank)).level >= FLOOR_DBM:
                heard.append(best)
        heard.sort(key=_rank, reverse=True)
        return heard[:_KEPT]


def _near(site: Site, here: Point) -> bool:
    return (site.point[0] - here[0]) ** 2 + (site.point[1] - here[1]) ** 2 < _FAR_M2


def _rank(heard: Heard) -> float:
    return heard.level + (_NR_BONUS_DB if heard.cell.rat == 'NR' else 0)


def _report(
    rat: str,
    mcc: str,
    mnc: str,
    tac: int,
    cell: int,
    pci: int,
    arfcn: int,
    level: float,
    other: float | None,
    *,
    roaming: bool = False,
) -> dict[str, Any]:
    if rat == 'GSM':  # a 2G modem knows one level (RSSI) and neither PCI nor RSRQ
        figures: dict[str, Any] = {'rsrp': round(min(-48.0, max(-110.0, level + 14)))}
    else:
        now = signal(level, other)
        figures = {'pci': pci, 'rsrp': now.rsrp, 'rsrq': now.rsrq, 'sinr': now.sinr}
    registration = 'roaming' if roaming else 'home'
    identity = {'rat': rat, 'mcc': mcc, 'mnc': mnc, 'tac': tac, 'cell_id': cell, 'arfcn': arfcn}
    return {**identity, **figures, 'registration': registration, 'roaming': roaming}
