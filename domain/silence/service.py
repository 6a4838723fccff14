"""Devices that stay offline, looked at again and again: which of them call a person, and which of them are one matter."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from domain.alerts.catalogue import DEVICE_OFFLINE, SILENT_TOGETHER
from domain.alerts.model import EVERYTHING, AlertTuning
from domain.cellular.networks import home_network
from domain.changes.transactor import Transactor
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.words import DEVICE_WORDS, PRESENCES
from domain.devices.model import Device, DeviceKind, DeviceState, Presence
from domain.devices.presence import late_after, offline_after
from domain.fleet.fleet import Fleet
from domain.journal.model import Subject
from domain.maintenance.covering import works_on
from domain.silence.alerts import Findings, differs, offline_alerts, standing, take_down
from domain.silence.excuses import Way, alone_for, is_excused, is_out_of_use, way_through
from domain.silence.grouping import FLEET, Least, Silent, Trait, divide
from domain.silence.patience import LABEL, patience_with
from domain.towers.alerts import is_polling_impaired
from domain.towers.live import OnTower, Places
from domain.towers.model import Tower

STEP = 500
"""Devices that are looked at before anything else gets its turn."""
ALONE_SHARE = 0.5
"""So large a part of the fleet that is silent while no tower can be asked says that this server is alone."""
_OFFLINE, _NEVER_SEEN = PRESENCES.index(Presence.OFFLINE), PRESENCES.index(Presence.NEVER_SEEN)


class SilenceService:
    """Raises and clears the alerts of silence; :meth:`review` is run by the clock, every few seconds.

    Nothing is remembered between two reviews but the alerts themselves, so that a restart changes none. Time counts as it was watched.
    """

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def review(self, enterprise: str) -> int:
        """Bring the alerts of an enterprise up to date; how many were raised."""
        fleets = self._transactor.fleets
        fleet = fleets.of(enterprise)
        if fleets.watch.is_blind:
            return 0
        silent = await self._silent(fleet)
        known = standing(fleet)
        if not silent and not known and not offline_alerts(fleet):
            return 0
        least, joining = _least(fleet), [one for one in silent if one.may_join]
        having = Counter(trait for one in joining for trait in one.traits)
        networks = await _networks(fleet, having, least)
        sizes = {
            trait: _size(fleet, networks, trait)
            for trait, many in having.items()
            if many >= least.many or trait in known
        }
        sizes[FLEET] = _size(fleet, networks, FLEET)
        groups, alone = await asyncio.to_thread(divide, joining, sizes, known.keys(), least)
        alone += [one for one in silent if not one.may_join]
        found = Findings(
            groups=groups,
            alone=[one for one in alone if one.is_due and one.may_call],
            silent={one.id for one in silent},
            # Towers cannot be asked and half of the devices are gone: it is this server that is alone, and an alert says so.
            may_raise=not (is_polling_impaired(fleet) and len(silent) >= ALONE_SHARE * sizes[FLEET]),
        )
        if not differs(fleet, found):
            return 0
        return await self._transactor.transact(lambda tx: take_down(tx, fleet.enterprise, found), enterprise)

    async def _silent(self, fleet: Fleet) -> list[Silent]:
        """The devices whose silence is their own and may call a person."""
        columns, fleets, ways = fleet.index(DeviceColumns), self._transactor.fleets, dict[str | None, Way]()
        tunings = DEVICE_OFFLINE.within(fleet), SILENT_TOGETHER.within(fleet)
        rows = np.flatnonzero(columns.alive & (columns.presence == _OFFLINE)).tolist()
        found = []
        for number, row in enumerate(rows):
            if number % STEP == STEP - 1:
                await asyncio.sleep(0)
            id = columns.ids[row]
            device, state = (fleet[Device].get(id), fleet[DeviceState].get(id)) if id is not None else (None, None)
            if device is None or state is None or state.presence is not Presence.OFFLINE:
                continue
            way = ways.get(state.tower)
            if way is None:
                way = ways[state.tower] = way_through(fleet, state.tower)
            is_planned = works_on(fleet, device.labels) is not None
            if not (is_planned or is_excused(way, device, state, fleets.watch) or is_out_of_use(fleets, device)):
                one = self._one(fleet, device, state, way, *tunings)
                if one is not None:
                    found.append(one)
        return found

    def _one(
        self, fleet: Fleet, device: Device, state: DeviceState, way: Way, alone: AlertTuning, many: AlertTuning
    ) -> Silent | None:
        patience, watch = patience_with(device, alone), self._transactor.fleets.watch
        if patience.after_s is None:
            return None
        is_due = (
            not way.is_doubtful
            and alone_for(way, device, state, watch) >= patience.after_s
            and watch.now() > watch.fair_at(offline_after(device.interval_s))
        )
        gone_after = state.last_seen or 0.0
        return Silent(
            id=device.id,
            name=device.name,
            severity=patience.severity,
            gone_after=gone_after,
            gone_before=gone_after + late_after(device.interval_s),
            traits=tuple(_traits(fleet, device, state)),
            is_due=is_due,
            may_call=_takes(fleet, alone, device),
            may_join=_takes(fleet, many, device),
        )


def _traits(fleet: Fleet, device: Device, state: DeviceState) -> Iterator[Trait]:
    tower = fleet[Tower].get(state.tower) if state.tower is not None else None
    if tower is not None:
        yield 'tower', tower.id
    for key, value in device.labels.items():
        if key != LABEL:
            yield 'label', f'{key}={value}'
    if tower is not None and tower.region:
        yield 'region', tower.region
    for kind, read in _NETWORKS.items():
        if (network := read(device, state)) is not None:
            yield kind, network
    yield 'kind', device.kind.value
    yield FLEET


def _least(fleet: Fleet) -> Least:
    set_ = SILENT_TOGETHER.limits_in(SILENT_TOGETHER.within(fleet))
    return Least(many=set_['devices'], share=set_['share_percent'] / 100, crowd=set_['crowd'])


def _takes(fleet: Fleet, tuning: AlertTuning, device: Device) -> bool:
    if not tuning.enabled or tuning.scope == EVERYTHING:
        return tuning.enabled
    return fleet.live.concerns(fleet, fleet.find, tuning.scope, Subject('device', device.id, device.name), ())


def _serving(device: Device, state: DeviceState | None) -> str | None:
    return state.radio.plmn if state is not None and state.radio is not None else None


def _home(device: Device, state: DeviceState | None) -> str | None:
    return home_network(device.identifiers.imsi)


_NETWORKS: Mapping[str, Callable[[Device, DeviceState | None], str | None]] = {'network': _serving, 'home': _home}
"""The network that serves a device, and the one that its SIM is of."""


async def _networks(fleet: Fleet, having: Mapping[Trait, int], least: Least) -> Counter[Trait]:
    """Devices by network, counted only when many of one are silent."""
    counts = Counter({trait: many for trait, many in having.items() if trait[0] in _NETWORKS})
    kinds = {kind for (kind, _), many in counts.items() if many >= least.many}
    counts = Counter({trait: many for trait, many in counts.items() if trait[0] not in kinds})
    for number, device in enumerate(list(fleet[Device].values()) if kinds else ()):
        state = fleet[DeviceState].get(device.id)
        for kind in kinds:
            if state is not None and (network := _NETWORKS[kind](device, state)) is not None:
                counts[kind, network] += 1
        if number % STEP == STEP - 1:
            await asyncio.sleep(0)
    return counts


def _size(fleet: Fleet, networks: Counter[Trait], trait: Trait) -> int:
    """How many devices that were ever heard have it."""
    kind, value = trait
    columns = fleet.index(DeviceColumns)
    heard = columns.alive & (columns.presence != _NEVER_SEEN)
    if kind == 'tower':
        return fleet.index(OnTower).count(value)
    if kind in _NETWORKS:
        return networks[trait]
    if kind == 'region':
        return sum(fleet.index(OnTower).count(id) for id in fleet.index(Places).towers(trait))
    if kind == 'label':
        key, _, text = value.partition('=')
        return int(np.count_nonzero(heard[fleet.index(LabelIndex).rows(key, text)]))
    if kind == 'kind':
        return int(np.count_nonzero(heard & (columns.word('kind') == DEVICE_WORDS['kind'].index(DeviceKind(value)))))
    return int(np.count_nonzero(heard))
