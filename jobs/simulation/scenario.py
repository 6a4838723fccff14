"""The scenario: what befalls the fleet, and when, as a pure function of the seed.

Beats follow each other every ten to twenty seconds. The first ones show each kind once, chance picks the later ones. Each fault
is put right again some minutes later, so that about 95 % of the fleet is well at any time.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count, takewhile
from random import Random

from jobs.simulation.network import PUBLIC, Site
from jobs.simulation.population import Device, Fleet


class What(StrEnum):
    """What happens, as the log line names it."""

    SITE_REFUSED = 'site_refused'
    SITE_FAULTY = 'site_faulty'
    SITE_HUNG = 'site_hung'
    SITE_DEGRADED = 'site_degraded'
    STORM_STRUCK = 'storm_struck'
    HUB_FELL = 'hub_fell'
    SITE_RECOVERED = 'site_recovered'
    PATCHES_AGED = 'patches_aged'
    ENCRYPTION_DROPPED = 'encryption_dropped'
    STORAGE_FILLED = 'storage_filled'
    DEVICE_ROOTED = 'device_rooted'
    WENT_ABROAD = 'went_abroad'
    FELL_TO_2G = 'fell_to_2g'
    STRANGE_CELL = 'strange_cell'
    FELL_ASLEEP = 'fell_asleep'
    WOKE_UP = 'woke_up'
    REPAIRED = 'repaired'


SITE_BEATS = (What.SITE_REFUSED, What.SITE_FAULTY, What.SITE_HUNG, What.STORM_STRUCK, What.SITE_DEGRADED)
DRIFTS = (
    What.PATCHES_AGED,
    What.ENCRYPTION_DROPPED,
    What.STORAGE_FILLED,
    What.DEVICE_ROOTED,
    What.WENT_ABROAD,
    What.FELL_TO_2G,
)
OPENING = (
    What.SITE_REFUSED,
    What.ENCRYPTION_DROPPED,
    What.HUB_FELL,
    What.STRANGE_CELL,
    What.SITE_FAULTY,
    What.PATCHES_AGED,
    What.FELL_ASLEEP,
    What.FELL_TO_2G,
    What.SITE_HUNG,
    What.DEVICE_ROOTED,
    What.STORM_STRUCK,
    What.WENT_ABROAD,
    What.STORAGE_FILLED,
    What.SITE_DEGRADED,
)
FIRST_BEAT_S = 6.0
_MOST_ILL = 0.045  # share of the fleet
_QUIET_BEATS = 100  # without any event, after which nothing is to be expected any more


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """``at`` in seconds of the scenario; ``sites`` and ``devices`` are numbers in the fleet."""

    at: float
    what: What
    sites: tuple[int, ...] = ()
    devices: tuple[int, ...] = ()


def scenario(seed: int, fleet: Fleet, until: float = 1440.0) -> list[Event]:
    """Everything that happens in the first ``until`` seconds, in order."""
    return list(takewhile(lambda event: event.at < until, script(seed, fleet)))


def script(seed: int, fleet: Fleet) -> Iterator[Event]:
    """The events in order of time, without end; a fleet to which nothing can happen has an empty script."""
    writer = _Writer(fleet, Random(f'drama {seed}'))  # nosec B311 - a simulation that can be repeated
    coming: list[Event] = []
    at = FIRST_BEAT_S
    quiet = 0
    for beat in count():
        events = writer.beat(beat, at)
        quiet = 0 if events else quiet + 1
        if quiet > _QUIET_BEATS:
            return
        for event in events:
            heapq.heappush(coming, event)
        at += writer.rng.uniform(10, 18)
        while coming and coming[0].at < at:
            yield heapq.heappop(coming)


@dataclass(slots=True)
class _Writer:
    """Writes beat after beat and remembers until when a site or a device has its hands full."""

    fleet: Fleet
    rng: Random
    busy_sites: dict[int, float] = field(default_factory=dict)
    busy_devices: dict[int, float] = field(default_factory=dict)
    cut_off: dict[int, float] = field(default_factory=dict)
    """Until when a site lies behind a hub that fell: the others go on having their own faults."""

    def beat(self, number: int, at: float) -> list[Event]:
        what = OPENING[number] if number < len(OPENING) else self._choose()
        if what is What.HUB_FELL:
            if events := self._hub(at):
                return events
            what = self.rng.choice(DRIFTS)
        if what in SITE_BEATS:
            if events := self._sites(what, at):
                return events
            what = self.rng.choice(DRIFTS)  # the network has enough to bear: something else happens
        if what is What.FELL_ASLEEP:
            longer = self.fleet.interval_s * 4.5 + 20  # long enough to count as gone, three intervals and some seconds
            return self._devices(what, at, self.rng.uniform(60, 120) + longer, What.WOKE_UP)
        if what is What.STRANGE_CELL:
            return self._devices(what, at, self.rng.uniform(150, 240), What.REPAIRED, most=1)
        return self._devices(what, at, self.rng.uniform(120, 220), What.REPAIRED)

    def _choose(self) -> What:
        names = (*SITE_BEATS, *DRIFTS, What.STRANGE_CELL, What.FELL_ASLEEP, What.HUB_FELL)
        weights = (6, 5, 4, 1, 2, 4, 4, 4, 3, 3, 4, 2, 5, 1)
        return self.rng.choices(names, weights)[0]

    def _hub(self, at: float) -> list[Event]:
        """The gateway that carries the fewest sites falls silent, and they with it: one outage, whose tree can be looked at."""
        carried = {
            site.number: [other for other in self.fleet.sites if other.parent == site.number]
            for site in self.fleet.sites
            if site.kind == 'gateway'
        }
        free = {
            number: sites
            for number, sites in carried.items()
            if sites and all(self.busy_sites.get(one, 0) <= at for one in (number, *(site.number for site in sites)))
        }
        if not free:
            return []
        hub = min(free, key=lambda number: (len(free[number]), number))
        struck = (hub, *(site.number for site in free[hub]))
        end = at + self.rng.uniform(80, 110)
        self.busy_sites.update(dict.fromkeys(struck, end + 60))
        self.cut_off.update(dict.fromkeys(struck, end + 60))
        return [Event(at, What.HUB_FELL, struck), Event(end, What.SITE_RECOVERED, struck)]

    def _sites(self, what: What, at: float) -> list[Event]:
        standing = [site for site in self.fleet.sites if self.cut_off.get(site.number, 0) <= at]
        sites = [site for site in standing if site.kind != 'gateway']  # those carry the others: :meth:`_hub`
        free = [site for site in sites if self.busy_sites.get(site.number, 0) <= at]
        in_all = sum(site.kind != 'gateway' for site in self.fleet.sites)
        if not free or (len(sites) - len(free)) * 5 > in_all:  # four fifths of the network stay in service
            return []
        first = self.rng.choice([site for site in free if site.operator is PUBLIC] or free)
        if what is What.STORM_STRUCK:
            struck = _nearest(free, first)[:3]
            ends = [at + self.rng.uniform(70, 130) for _ in struck]
            events = [Event(at, what, tuple(site.number for site in struck))]
        elif what is What.SITE_DEGRADED:  # rolls along the river, one site after the other
            struck = sorted(_nearest(free, first)[:4], key=lambda site: site.point[0])
            starts = [at + 14.0 * place for place in range(len(struck))]
            ends = [start + 45 for start in starts]
            events = [Event(start, what, (site.number,)) for start, site in zip(starts, struck, strict=True)]
        else:
            struck = [self.rng.choice(free)]
            ends = [at + self.rng.uniform(60, 140)]
            events = [Event(at, what, (struck[0].number,))]
        for site, end in zip(struck, ends, strict=True):
            self.busy_sites[site.number] = end + 30
            events.append(Event(end, What.SITE_RECOVERED, (site.number,)))
        return events

    def _devices(self, what: What, at: float, lasts: float, then: What, most: int | None = None) -> list[Event]:
        self.busy_devices = {number: end for number, end in self.busy_devices.items() if end > at}
        wanted = most or self._crowd()
        candidates = self.fleet.devices
        chosen: list[int] = []
        for _ in range(wanted * 20):  # drawing again is cheaper than listing 20,000 candidates
            if not candidates or len(chosen) == wanted:
                break
            device = self.rng.choice(candidates)
            if device.number not in self.busy_devices and _suits(what, device):
                chosen.append(device.number)
                self.busy_devices[device.number] = at + lasts + 30
        if not chosen:
            return []
        devices = tuple(chosen)
        return [Event(at, what, devices=devices), Event(at + lasts, then, devices=devices)]

    def _crowd(self) -> int:
        """How many at once: one to three of 500, some dozens of 20,000, and only one while many are ill already."""
        middle = min(60.0, len(self.fleet.devices) / 250)
        room = _MOST_ILL * len(self.fleet.devices) - len(self.busy_devices)
        return max(1, round(min(room, self.rng.uniform(0.5, 1.5) * middle)))


def _nearest(sites: Sequence[Site], first: Site) -> list[Site]:
    return sorted(sites, key=lambda site: math.dist(site.point, first.point))


def _suits(what: What, device: Device) -> bool:
    """Only what can happen to such a machine: a meter on NB-IoT neither moves nor falls to 2G, and it reports too seldom."""
    if device.model.slower > 1:
        return False
    if what in (What.WENT_ABROAD, What.STRANGE_CELL, What.FELL_TO_2G):
        return device.operator is PUBLIC and device.route.moves
    if what is What.DEVICE_ROOTED:
        return device.model.system in ('Android', 'Linux', 'OpenWrt')
    return True
