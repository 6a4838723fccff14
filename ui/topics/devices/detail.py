"""One device: what is known of it, what the policies say of it, and its signal over time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.alerts.catalogue import DEVICE_OFFLINE
from domain.alerts.model import Alert
from domain.cellular.cells import cell_of
from domain.cellular.identifiers import KEYS, Identifiers
from domain.cellular.radio import cell_key
from domain.devices.actions import Action
from domain.devices.alerts import is_about, key_of
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence, Reporting
from domain.devices.modem import has_no_modem
from domain.devices.plausibility import implausible
from domain.devices.sims import is_expected, named, sims_of
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.sighting import id_of_cell
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Command, Lock, is_locked
from domain.enrolment.claims import claims_on, place_of
from domain.enrolment.live import Credentials, Waiting
from domain.enrolment.model import Credential, Place
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.maintenance.covering import works_on
from domain.maintenance.model import MaintenanceWindow
from domain.rules.language import RuleInput
from domain.silence.patience import LABEL, patience_with
from domain.towers.cells import Cells
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerState
from domain.towers.status import talks
from ui.durations import clock_words, counted, written
from ui.live.channel import News
from ui.sentences.alerts import problem_of
from ui.topics.base import ObjectTopic, told_notes
from ui.topics.devices.list import device_row
from ui.topics.devices.verdicts import GRAVITY


class DeviceTopic(ObjectTopic):
    """Everything that the page of a device shows as single values; credentials are looked up before the enterprise is known."""

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._fleets = fleets

    def view(self) -> dict[str, Any]:
        """The device now; ``{'gone': True}`` once it is retired."""
        device = self.fleet[Device].get(self.id)
        if device is None:
            return {'gone': True}
        state = state_of(self.fleet, self.id)
        tower = self.fleet[Tower].get(state.tower or '')
        health = tower_state(self.fleet, tower.id) if tower else None
        view = RuleInput(device, state, tower, health, self.clock(), self.fleet[Reporting].get(self.id))
        doubts = implausible(state.facts, self.clock())
        groups = ('os', 'hardware', 'storage', 'battery', 'agent', 'security', 'network', 'radio', 'uptime_s')
        lock = self.fleet[Lock].get(self.id)
        locked = is_locked(lock)
        open_commands = sorted(self.fleet.index(OpenCommands).of(self.id).values(), key=lambda command: command.id)
        return {
            **device_row(self.fleet, self.id),
            'gone': None,
            'notes': told_notes(device.notes),
            **{name: view.group(name) for name in groups},
            **_as_said(view, doubts),
            'labels': dict(device.labels),
            'custom': dict(state.facts.custom or {}),
            'imei_svn': device.identifiers.imei_svn,
            **_doubts(device.identifiers),
            'iccid': device.identifiers.iccid,
            'imsi': device.identifiers.imsi,
            'msisdn': device.identifiers.msisdn,
            **_sims(device),
            'interval_s': device.interval_s,
            'no_modem': 'none, by its own word' if has_no_modem(device, state) else None,
            'offline_alert': _called_after(self.fleet, device),
            'enrolled_at': device.created_at,
            'presence_since': state.presence_since,
            'observed_at': _observed_apart(state),
            'compliance_since': state.compliance_since,
            'plmn': state.radio.plmn if state.radio else None,
            'listed_as': _listed_as(self.fleet, state),
            **_strange(self.fleet, state),
            'tower_since': health.since if health else None,
            'tower_because': health.because if health else None,
            'works': _works(self.fleet, device),
            'disagree': self._disagree(state, health),
            'command': open_commands[-1].action if open_commands else None,
            'command_state': open_commands[-1].state if open_commands else None,
            'command_because': open_commands[-1].because if open_commands else None,
            'can': self._can(state),
            'can_lock': self._can_lock(locked),
            'lock': 'locked' if locked else None,
            'locked_at': lock.locked_at if lock is not None else None,
            'wipe': 'wiped' if lock is not None and lock.wiped_at is not None else None,
            'wiped_at': lock.wiped_at if lock is not None else None,
            'approval': self._approval(),
            'credential': None if self._fleets.index(Credentials).of(self.id) is not None else 'none',
            'keeps_place': any(device.identifiers.key(name) for name in KEYS),
            'certificate': self._fleets.index(Credentials).pinned.get(self.id),
            **self._alert(),
            **_left_out(self.fleet[Reporting].get(self.id)),
            **_known_of(self.fleet[Reporting].get(self.id)),
            **_told(view, state, doubts),
        }

    def _can(self, state: DeviceState) -> str:
        """What a person can order now: the opposite of what is, or of what is under way."""
        under_way = {command.action for command in self.fleet.index(OpenCommands).of(self.id).values()}
        if Action.QUARANTINE in under_way or (state.quarantined and Action.RELEASE not in under_way):
            return Action.RELEASE.value
        return Action.QUARANTINE.value

    def _approval(self) -> str | None:
        """Whether it waits, or another device that wants the place that it holds."""
        waiting = self.fleet.index(Waiting).credentials.get(self.id)
        if waiting is None:
            return 'claimed' if claims_on(self.fleet, self.id) else None
        if place_of(self.fleet, waiting) is Place.AMBIGUOUS:
            return 'ambiguous'
        return 'waiting' if waiting.previous is None else 'contested'

    def _alert(self) -> dict[str, Any]:
        """The gravest of the open alerts about it, and how many more there are."""
        about = [alert for alert in self.fleet[Alert].values() if is_about(alert, self.id)]
        alert = min(about, key=lambda one: (GRAVITY.index(one.severity), -one.raised_at), default=None)
        return {
            'alert': problem_of(alert) if alert else None,
            'alert_id': alert.id if alert else None,
            'alert_severity': alert.severity if alert else None,
            'alert_detail': alert.detail if alert else None,
            'alert_more': counted(len(about) - 1, 'more alert') if len(about) > 1 else None,
        }

    def _can_lock(self, locked: bool) -> str:
        under_way = {command.action for command in self.fleet.index(OpenCommands).of(self.id).values()}
        if Action.LOCK in under_way or (locked and Action.UNLOCK not in under_way):
            return Action.UNLOCK.value
        return Action.LOCK.value

    def _disagree(self, state: DeviceState, tower_state: TowerState | None) -> str | None:
        """Two witnesses: polling and the device itself."""
        if state.presence is not Presence.ONLINE or not talks(tower_state, state.observed_at):
            return None
        return 'Polling says down; this device still reports through it. Two witnesses disagree.'

    def concerned(self, news: News) -> bool:
        """True when the device, its tower or a command of it moved."""
        if self.id in news.of(DeviceState) or self.id in news.of(Device) or self.id in news.of(Reporting):
            return True
        if (
            news.of(Command)
            or news.of(Alert)
            or news.of(Credential)
            or self.id in news.of(Lock)
            or news.of(MaintenanceWindow)
        ):
            return True
        tower = state_of(self.fleet, self.id).tower
        return tower is not None and (tower in news.of(TowerState) or tower in news.of(Tower))


def _doubts(names: Identifiers) -> dict[str, str | None]:
    placeholder, wrong = 'a placeholder, it names no device', 'its check digit does not fit'
    return {
        f'{name}_doubt': placeholder if names.is_placeholder(name) else wrong if name in names.doubtful else None
        for name in KEYS
    }


def _sims(device: Device) -> dict[str, Any]:
    cards = sims_of(device)
    former = [named(card) or 'none' for card in reversed(cards[:-1])]
    return {
        'sim': None if is_expected(device) else 'unexpected',
        'sim_since': cards[-1].since if len(cards) > 1 else None,
        'former_sims': ', '.join(former[:5]) or None,
        'permitted_sims': ', '.join(device.permitted_sims) or None,
    }


def _called_after(fleet: Fleet, device: Device) -> str:
    """When its silence raises an alert, and why then."""
    patience = patience_with(device, DEVICE_OFFLINE.within(fleet))
    after = 'never' if patience.after_s is None else f'after {written(round(patience.after_s))} offline'
    if patience.unread:
        return f'{after}; its label {LABEL} says no time: {patience.unread}'
    return f'{after}, by its label {LABEL}' if patience.by_label else after


def _known_of(reporting: Reporting | None) -> dict[str, Any]:
    """What is known of its clock, and of the certificate that it showed last."""
    until = reporting.certificate_until if reporting is not None else None
    return {'clock_is': _clock(reporting), 'certificate_until': until}


def _clock(reporting: Reporting | None) -> str | None:
    """How its clock is wrong, beside the word "Clock"; one that stands tells no other moment, in whatever zone it takes it to be."""
    if reporting is None or reporting.clock_offset_s is None:
        return None
    if reporting.clock_stands_at is None:
        return clock_words(reporting.clock_offset_s).removeprefix('clock ')
    moment = datetime.fromtimestamp(reporting.clock_stands_at, UTC).isoformat(' ', 'seconds')[:-6]
    return f'stands still at {moment} UTC'


APART_S = 60.0
"""Contact and observation are told apart on the page when they are this far apart."""
MOST_NAMED = 12
"""Odd values that the page names; a device that reports more than these has one trouble, not many."""


def _left_out(reporting: Reporting | None) -> dict[str, Any]:
    """The newest values that were left out of a check-in, or why a whole one was refused."""
    odd = reporting.odd if reporting is not None else ()
    words = [f'{value.field}: {value.detail}' if value.field else value.detail for value in odd[:MOST_NAMED]]
    if len(odd) > MOST_NAMED:
        words.append(f'and {len(odd) - MOST_NAMED} more')
    return {
        'odd_at': reporting.odd_at if reporting is not None else None,
        'odd_values': '\n'.join(words) if odd and reporting is not None and not reporting.refused else None,
        'odd_refused': '\n'.join(words) if reporting is not None and reporting.refused else None,
    }


def _observed_apart(state: DeviceState) -> float | None:
    """When the newest observation was made, where that is not when the device was last heard."""
    if state.observed_at is None or state.last_seen is None or state.last_seen - state.observed_at < APART_S:
        return None
    return state.observed_at


def _listed_as(fleet: Fleet, state: DeviceState) -> str | None:
    """How the inventory writes its cell, where the device writes it in another form."""
    listed = fleet.index(Cells).listed_as(state.radio) if state.radio is not None else None
    if state.radio is None or listed is None or listed == cell_of(state.radio):
        return None
    _, mcc, mnc, area, cell_id = listed
    written = cell_key(mcc, mnc, state.radio.tac if area is None else area, cell_id)
    return written if written != state.radio.cell else None


def _strange(fleet: Fleet, state: DeviceState) -> dict[str, Any]:
    """The page of the unknown cell that it is on."""
    cell = state.radio.cell if state.radio is not None and state.tower is None else None
    id = id_of_cell(fleet.enterprise.id, key_of(cell, state.radio.rat)) if cell and state.radio is not None else ''
    is_there = id in fleet[UnknownCell]
    return {'strange': 'Who else was on it' if is_there else None, 'strange_id': id if is_there else None}


def _as_said(view: RuleInput, doubts: Mapping[str, str]) -> dict[str, Any]:
    """Groups of facts with the values that are not believed, which no rule reads, and the network in the form of the device."""
    radio, found = view.state.radio, dict[str, Any]()
    if radio is not None and radio.mnc is not None:
        found['radio'] = {**(view.group('radio') or {}), 'mnc': radio.mnc, 'plmn': radio.plmn, 'cell': radio.cell}
    for path in doubts:
        group, name = path.split('.')
        known = found.setdefault(group, view.group(group) or {})
        known[name] = getattr(getattr(view.state.facts, group), name)
    return found


def _told(view: RuleInput, state: DeviceState, doubts: Mapping[str, str]) -> dict[str, Any]:
    """What follows from the facts, as a person would say it."""
    age = (view.group('os') or {}).get('patch_age_days')
    health = (view.group('battery') or {}).get('health')
    up = view.group('uptime_s')
    return {
        'patch_age': f'{age} days old' if age is not None else doubts.get('os.patch_level'),
        'storage_doubt': doubts.get('storage.free_bytes'),
        'battery_health': f'{health:.0f} % of its capacity left' if health is not None else None,
        # to the minute: the two clocks behind it differ by a little at every check-in
        'up_since': round((state.observed_at - up) / 60) * 60 if up is not None and state.observed_at else None,
    }


def _works(fleet: Fleet, device: Device) -> str | None:
    works = works_on(fleet, device.labels)
    if works is None:
        return None
    # its name is for those who answer alerts: a narrowed role reads that there are some
    return 'Planned works' if fleet.scope else f'Planned works: {works.name}'
