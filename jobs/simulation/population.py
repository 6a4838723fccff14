"""Who is in the fleet: kinds of machines, and one device after the other with its names, its home and its way through the port.

Names and identifiers depend on a device's number alone, so that a later run meets the same devices; the seed decides the rest.
"""

import math
from dataclasses import dataclass
from random import Random

from jobs.simulation.geo import Point, offset
from jobs.simulation.identifiers import iccid, imei, imsi, msisdn
from jobs.simulation.motion import Route, route
from jobs.simulation.network import PRIVATE, PUBLIC, Operator, Site, build_network
from jobs.simulation.places import PLACES, Place
from jobs.simulation.radio import Shadows

MOST_PER_S = 300
"""Check-ins per second that the whole fleet keeps below."""
_STANDING_DRIFT = 0.01  # share of the fleet whose patches are too old from the start: no fleet is spotless


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of machine: how many of a hundred, on which network and radios, how it moves, what is inside.

    ``reach`` is how far from home it goes in metres, ``speed`` in m/s, ``slower`` how many intervals it takes between check-ins.
    """

    prefix: str
    kind: str
    role: str
    share: int
    operator: Operator
    rats: tuple[str, ...]
    maker: str
    name: str
    system: str
    version: str
    storage_gb: int
    memory_gb: int
    battery: bool = False
    number: bool = False
    speed: float = 0.0
    reach: float = 0.0
    slower: int = 1
    criticality: str = 'normal'


_BROAD, _PRIVATE = ('NR', 'LTE'), ('NR', 'LTE')
# fmt: off
MODELS: tuple[Model, ...] = (
    Model('phone', 'phone', 'crew', 26, PUBLIC, _BROAD, 'Halyard', 'Mate 6', 'Android', '15', 128, 8, True, True, 1.3, 700),
    Model('crane', 'tablet', 'crane', 16, PRIVATE, _PRIVATE, 'Kade', 'RT-10 rugged', 'Android', '14', 64, 6, True, True,
          criticality='high'),
    Model('meter', 'meter', 'metering', 14, PUBLIC, ('NB-IoT',), 'Polderwerk', 'NB-W2', 'Zephyr', '3.7', 1, 1, slower=6, criticality='low'),
    Model('van', 'vehicle', 'service', 14, PUBLIC, _BROAD, 'Noordlicht', 'FleetBox 4', 'Linux', '6.6', 32, 2, False, True, 14, 9000),
    Model('reach-stacker', 'router', 'yard', 12, PRIVATE, _PRIVATE, 'Havenlink', 'X-12', 'OpenWrt', '23.05', 8, 1, False, False, 5, 500,
          criticality='high'),
    Model('gate-cam', 'camera', 'gate', 12, PUBLIC, ('LTE',), 'Uitkijk', 'D4 LTE', 'Linux', '6.1', 256, 2),
    Model('gateway', 'gateway', 'terminal', 6, PUBLIC, _BROAD, 'Havenlink', 'G-5', 'OpenWrt', '23.05', 16, 2, criticality='vital'),
)
# fmt: on


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """One machine, as it left the workshop; what befalls it later is a :class:`jobs.simulation.facts.Condition`."""

    number: int
    name: str
    model: Model
    operator: Operator
    site: str
    owner: str
    imei: str
    iccid: str
    imsi: str
    serial: str
    msisdn: str
    interval_s: int
    route: Route
    phase: float
    free_share: float
    patch_age_days: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """The whole fleet. ``interval_s`` is the ordinary check-in interval in seconds."""

    devices: tuple[Device, ...]
    sites: tuple[Site, ...]
    shadows: Shadows
    interval_s: int


def build_fleet(*, seed: int, devices: int, towers: int) -> Fleet:
    """A fleet that is the same for the same arguments."""
    rng = Random(seed)  # nosec B311 - a simulation that can be repeated
    shadows = Shadows(rng)
    sites = build_network(towers)
    interval = interval_for(devices)
    counts: dict[str, int] = {}
    members = []
    for number in range(devices):
        model = _model(number)
        counts[model.prefix] = counts.get(model.prefix, 0) + 1
        members.append(_device(rng, number, counts[model.prefix], model, sites, interval))
    return Fleet(tuple(members), sites, shadows, interval)


def interval_for(devices: int) -> int:
    """Seconds between check-ins: 10, or as many more as keep the whole fleet below ``MOST_PER_S``."""
    weight = sum(model.share / model.slower for model in MODELS) / sum(model.share for model in MODELS)
    return max(10, math.ceil(devices * weight / MOST_PER_S))


def _model(number: int) -> Model:
    """Spreads the kinds evenly by stepping through a hundred in strides that meet every remainder."""
    place = number * 37 % 100
    for model in MODELS:
        if place < model.share:
            return model
        place -= model.share
    raise AssertionError('the shares add up to a hundred')


def _device(rng: Random, number: int, nth: int, model: Model, sites: tuple[Site, ...], interval: int) -> Device:
    operator, home, point = _home(rng, model, sites)
    drifted = rng.random() < _STANDING_DRIFT
    return Device(
        number=number,
        name=f'{model.prefix}-{nth:03d}',
        model=model,
        operator=operator,
        site=home.slug,
        owner=home.tenant,
        imei=imei(MODELS.index(model) + 1, nth),
        iccid=iccid(operator.issuer, number + 1),
        imsi=imsi(operator.mcc, operator.mnc, number + 1),
        serial=f'{model.prefix[:2].upper()}{MODELS.index(model)}-{nth * 7919 % 1_000_003:07d}',
        msisdn=msisdn(number + 1) if model.number else '',
        interval_s=interval * model.slower,
        route=_route(rng, model, home, point),
        phase=rng.random(),
        free_share=rng.uniform(0.28, 0.8),
        patch_age_days=rng.randint(63, 85) if drifted else rng.randint(2, 45),
    )


def _home(rng: Random, model: Model, sites: tuple[Site, ...]) -> tuple[Operator, Place, Point]:
    """Near a tower of its network that it can use, or of any network when there is none."""
    fitting = [s for s in sites if s.operator is model.operator and any(rat in s.by_rat for rat in model.rats)]
    if not fitting:
        place = rng.choice(PLACES)
        return (sites[0].operator if sites else model.operator), place, place.point
    site = rng.choice(fitting)
    far = 450.0 if site.operator is PRIVATE else 1100.0
    return site.operator, site.place, offset(site.point, rng.uniform(0, 360), far * math.sqrt(rng.uniform(0.01, 1)))


def _route(rng: Random, model: Model, home: Place, point: Point) -> Route:
    if not model.speed:
        return route([point])
    speed = model.speed * rng.uniform(0.7, 1.2)
    if model.reach > 2000:  # drives from place to place, the nearer ones rather
        near = sorted(PLACES, key=lambda place: math.dist(place.point, home.point))[1:8]
        stops = [point, *(offset(place.point, rng.uniform(0, 360), 300) for place in rng.sample(near, 4))]
    else:
        stops = [point, *(offset(point, rng.uniform(0, 360), rng.uniform(0.3, 1) * model.reach) for _ in range(4))]
    return route(stops, speed, rng.uniform(0, 20_000))
