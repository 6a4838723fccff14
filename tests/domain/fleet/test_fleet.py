"""The live picture: whatever rows stream in, its counters equal a recount, and a reload gives the same picture."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.access.enterprises import Enterprise
from domain.alerts.live import AlertCounts, AlertKeys
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckState, CheckStatus
from domain.common.errors import NotFound
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance, Verdict
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.live import DeviceIdentifiers
from domain.devices.model import Device, DeviceKind, DeviceState, Presence
from domain.enforcement.live import Held, OpenCommands
from domain.enforcement.model import Command, CommandState
from domain.enrolment.live import Credentials
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.kinds import KINDS, LIVE
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.tokens.live import TokenDigests
from domain.tokens.model import Token, TokenKind
from domain.towers.cells import Cells
from domain.towers.live import OnTower, checks_of, tower_counts, tower_state
from domain.towers.model import Cell, Tower, TowerKind, TowerState, TowerStatus

ENT = 'ent'
DEVICES, TOWERS, POLICIES = ('d0', 'd1', 'd2', 'd3'), ('t0', 't1', 't2'), ('p0', 'p1')
IMEIS = ('490154203237518', '356938035643809', '352099001761481')
CELLS, CHECKS = (1, 2, 3, 4), ('c0', 'c1')
HOME = Enterprise(id=ENT, name='Port', created_at=0.0)


def cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=number % 2, cell_id=number)


def check(id: str) -> Check:
    return Check(id=id, target=TcpTarget('h', 1))


def picture(fleet: Fleet) -> dict[str, Any]:
    """Everything the picture says, asked at its doors."""
    return {
        'devices': dict(fleet[Device]),
        'states': dict(fleet[DeviceState]),
        'towers': dict(fleet[Tower]),
        'tower states': {id: tower_state(fleet, id) for id in fleet[Tower]},
        'stray tower states': set(fleet[TowerState]) - set(fleet[Tower]),
        'checks': {id: checks_of(fleet, tower) for id, tower in fleet[Tower].items()},
        'stray checks': set(fleet[CheckState]) - {one.id for tower in fleet[Tower].values() for one in tower.checks},
        'presence': +fleet.index(StatusCounters).presence,
        'compliance': +fleet.index(StatusCounters).compliance,
        'tower counts': +tower_counts(fleet),
        'tallies': {policy: dict(+tally) for policy, tally in fleet.index(StatusCounters).by_policy.items() if +tally},
        'heard': +fleet.index(StatusCounters).heard,
        'heard tallies': {
            policy: dict(+tally) for policy, tally in fleet.index(StatusCounters).heard_by_policy.items() if +tally
        },
        'not compliant': {
            policy: found for policy, found in fleet.index(StatusCounters).not_compliant.items() if found
        },
        'on tower': {id: set(fleet.index(OnTower).devices(id)) for id in TOWERS},
        'labels': {label: set(fleet.index(LabelIndex).ids(*label)) for label in fleet.index(LabelIndex)},
        'imeis': {imei: set(fleet.index(DeviceIdentifiers).devices('imei', imei)) for imei in IMEIS},
        'cells': {number: fleet.index(Cells).tower_of(cell(number)) for number in CELLS},
        'areas': {tac: fleet.index(Cells).knows_area('204', '08', tac) for tac in (0, 1, 2)},
        'held': set(fleet.index(Held).devices),
        'commands': {id: dict(fleet.index(OpenCommands).of(id)) for id in DEVICES},
        'open': (set(fleet[Command]), set(fleet[Violation]), set(fleet[Alert]), set(fleet[Policy])),
        'alerts': {key: fleet.index(AlertKeys).open(key) for key in ('k0', 'k1')},
        'alerts alike': {key: {one.id for one in fleet.index(AlertKeys).alike(key)} for key in ('k0', 'k1')},
        'alerts by severity': {
            severity: count for severity, count in fleet.index(AlertCounts).severities().items() if count
        },
        'calling': set(fleet.index(AlertCounts).calling()),
        'listed': {sort: select(fleet, DeviceQuery(sort=sort)).ids for sort in ('name', 'last_seen', 'tower', 'rsrp')},
    }


def recount(rows: Mapping[type, Mapping[str, Any]]) -> dict[str, Any]:
    """What the picture should say, counted from the live rows alone."""
    devices = {id: row for id, row in rows[Device].items() if row.retired_at is None}
    towers = {id: row for id, row in rows[Tower].items() if row.retired_at is None}
    states = {id: rows[DeviceState].get(id) or DeviceState(id, ENT) for id in devices}
    tallies: defaultdict[str, Counter[str]] = defaultdict(Counter)
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
    not_compliant: defaultdict[str, dict[str, Compliance]] = defaultdict(dict)
    labels: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for id, state in states.items():
        for policy, verdict in state.verdicts.items():
            tallies[policy][verdict.status] += 1
            if state.presence is Presence.ONLINE:
                heard[policy][verdict.status] += 1
            if verdict.status not in (Compliance.COMPLIANT, Compliance.NOT_APPLICABLE):
                not_compliant[policy][id] = verdict.status
        for label in devices[id].labels.items():
            labels[label].add(id)
    commands = {id: row for id, row in rows[Command].items() if row.is_open}
    return {
        'devices': devices,
        'states': states,
        'towers': towers,
        'presence': Counter(state.presence for state in states.values()),
        'compliance': Counter(state.compliance for state in states.values()),
        'tallies': {policy: dict(tally) for policy, tally in tallies.items()},
        'heard': Counter(state.compliance for state in states.values() if state.presence is Presence.ONLINE),
        'heard tallies': {policy: dict(tally) for policy, tally in heard.items()},
        'not compliant': dict(not_compliant),
        'on tower': {tower: {id for id, state in states.items() if state.tower == tower} for tower in TOWERS},
        'labels': dict(labels),
        'imeis': {imei: {id for id, row in devices.items() if row.identifiers.imei == imei} for imei in IMEIS},
        'cells': {
            number: next((id for id, row in towers.items() if cell(number) in row.cells), None) for number in CELLS
        },
        'areas': {tac: any(one.tac == tac for row in towers.values() for one in row.cells) for tac in (0, 1, 2)},
        'held': {id for id, state in states.items() if state.quarantined}
        | {row.device for row in commands.values() if row.holds},
        'commands': {device: {id: row for id, row in commands.items() if row.device == device} for device in DEVICES},
        'alerts': {
            key: next((row for row in rows[Alert].values() if row.key == key and row.is_open), None)
            for key in ('k0', 'k1')
        },
        'alerts alike': {
            key: {row.id for row in rows[Alert].values() if row.key == key and row.is_open} for key in ('k0', 'k1')
        },
        'alerts by severity': Counter(row.severity for row in rows[Alert].values() if row.is_open),
        'calling': {row.id for row in rows[Alert].values() if row.calls},
        'stray tower states': set(),
        'stray checks': set(),
    }


class Stream(RuleBasedStateMachine):
    """Rows as the transactor applies them: in groups, by kind, in any order within a kind."""

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(HOME, LIVE)
        self.rows: dict[type, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.commands = 0
        self.dropped: set[str] = set()

    def apply(self, *rows: Any) -> None:
        for row in rows:
            self.rows[type(row)][row.id] = row
            self.fleet.apply(row)

    def checks_of(self, tower: str) -> tuple[Check, ...]:
        row = self.rows[Tower].get(tower)
        return row.checks if row is not None else ()

    def gone(self, kind: type, id: str) -> bool:
        row = self.rows[kind].get(id)
        return row is not None and row.retired_at is not None

    @rule(
        order=st.permutations(DEVICES),
        names=st.lists(st.sampled_from(['a1', 'a2', 'a10', 'b']), min_size=4, max_size=4),
        imeis=st.lists(st.sampled_from([None, *DEVICES]), min_size=3, max_size=3),
        labels=st.lists(st.dictionaries(st.sampled_from('xy'), st.sampled_from('12')), min_size=4, max_size=4),
        most=st.integers(1, 4),
    )
    def devices(
        self, order: list[str], names: list[str], imeis: list[str | None], labels: list[dict[str, str]], most: int
    ) -> None:
        """A group of edits; identifiers may change hands within it."""
        everybody = order[: 4 if any(imeis) else most]
        owner = {device: imei for imei, device in zip(IMEIS, imeis, strict=True)}
        changed = [
            Device(
                id=id,
                enterprise=ENT,
                name=name,
                kind=DeviceKind.PHONE,
                created_at=0.0,
                labels=label,
                identifiers=Identifiers(imei=owner.get(id)),
            )
            for id, name, label in zip(everybody, names, labels, strict=False)
            if not self.gone(Device, id)
        ]
        if len(everybody) == 4 or not self.rows[Device]:
            self.apply(*changed)
        else:
            self.apply(*[replace(row, identifiers=self.rows[Device].get(row.id, row).identifiers) for row in changed])

    @rule(
        id=st.sampled_from(DEVICES),
        presence=st.sampled_from(Presence),
        whole=st.sampled_from(Compliance),
        tower=st.sampled_from([None, *TOWERS]),
        verdicts=st.dictionaries(st.sampled_from(POLICIES), st.sampled_from(Compliance)),
        rsrp=st.sampled_from([None, -80.0, -100.0]),
        seen=st.integers(1, 5),
        quarantined=st.booleans(),
    )
    def state(
        self,
        id: str,
        presence: Presence,
        whole: Compliance,
        tower: str | None,
        verdicts: dict[str, Compliance],
        rsrp: float | None,
        seen: int,
        quarantined: bool,
    ) -> None:
        if id not in self.rows[Device]:
            return
        before = self.rows[DeviceState].get(id) or DeviceState(id, ENT)
        kept = {name: verdict for name, verdict in before.verdicts.items() if verdicts.get(name) is verdict.status}
        row = replace(
            before,
            presence=presence,
            compliance=whole,
            tower=tower,
            radio=Radio(Rat.LTE, rsrp=rsrp),
            last_seen=float(seen),
            quarantined=quarantined,
            verdicts={name: kept.get(name) or Verdict(status, 0.0, 1) for name, status in verdicts.items()},
        )
        self.apply(row)

    @rule(id=st.sampled_from(DEVICES))
    def retire_device(self, id: str) -> None:
        """As the service does it: what is open is closed first."""
        if id not in self.rows[Device] or self.gone(Device, id):
            return
        open_commands = [row for row in self.rows[Command].values() if row.device == id and row.is_open]
        self.apply(replace(self.rows[Device][id], retired_at=1.0))
        self.apply(*[replace(row, state=CommandState.CANCELLED) for row in open_commands])

    @rule(
        order=st.permutations(TOWERS),
        owners=st.lists(st.sampled_from([None, *TOWERS]), min_size=4, max_size=4),
        checks=st.lists(st.sets(st.sampled_from(CHECKS)), min_size=3, max_size=3),
    )
    def towers(self, order: list[str], owners: list[str | None], checks: list[set[str]]) -> None:
        """A group of edits; cells may change hands within it. The id of a dropped check never comes back."""
        self.dropped |= {one.id for tower in self.fleet[Tower].values() for one in tower.checks}
        self.apply(
            *[
                Tower(
                    id=id,
                    enterprise=ENT,
                    name=id,
                    kind=TowerKind.MACRO,
                    created_at=0.0,
                    cells=tuple(cell(number) for number, owner in zip(CELLS, owners, strict=True) if owner == id),
                    checks=tuple(
                        check(f'{id}/{name}')
                        for name in sorted(names)
                        if f'{id}/{name}' not in self.dropped
                        or f'{id}/{name}' in {one.id for one in self.checks_of(id)}
                    ),
                )
                for id, names in zip(order, checks, strict=True)
                if not self.gone(Tower, id)
            ]
        )

    @rule(id=st.sampled_from(TOWERS), name=st.sampled_from(CHECKS), status=st.sampled_from(TowerStatus))
    def poll(self, id: str, name: str, status: TowerStatus) -> None:
        """An answer that was decided in the same group as an edit or a retirement may come after it."""
        known = self.dropped | {one.id for one in self.checks_of(id)}
        if f'{id}/{name}' in known:
            self.apply(TowerState(id, ENT, status), CheckState(f'{id}/{name}', ENT, id, CheckStatus.OK))

    @rule(id=st.sampled_from(TOWERS))
    def retire_tower(self, id: str) -> None:
        if id in self.rows[Tower] and not self.gone(Tower, id):
            self.apply(replace(self.rows[Tower][id], retired_at=1.0))

    @rule(id=st.sampled_from(POLICIES), retired=st.booleans())
    def policy(self, id: str, retired: bool) -> None:
        policy = Policy(id=id, enterprise=ENT, name=id, rule='true', created_at=0.0, changed_at=0.0)
        self.apply(replace(policy, retired_at=1.0 if retired else None))

    @rule(device=st.sampled_from(DEVICES), action=st.sampled_from(Action), state=st.sampled_from(CommandState))
    def command(self, device: str, action: Action, state: CommandState) -> None:
        if device not in self.fleet[Device]:
            return
        self.commands += 1
        self.apply(
            Command(
                id=f'c{self.commands % 5}{device}',
                enterprise=ENT,
                device=device,
                action=action,
                key='k',
                state=state,
                requested_at=0.0,
                moved_at=0.0,
                expires_at=0.0,
            )
        )

    @rule(
        key=st.sampled_from(['k0', 'k1']),
        cleared=st.booleans(),
        severity=st.sampled_from([Severity.MINOR, Severity.MAJOR]),
        seen=st.booleans(),
    )
    def alert(self, key: str, cleared: bool, severity: Severity, seen: bool) -> None:
        open_alert = self.fleet.index(AlertKeys).open(key)
        row = open_alert or Alert(
            id=f'{key}/{len(self.rows[Alert])}',
            enterprise=ENT,
            key=key,
            alarm_type=AlarmType.SECURITY,
            severity=Severity.MINOR,
            probable_cause=ProbableCause.LOSS_OF_SIGNAL,
            problem='p',
            object_kind='device',
            object_id='d0',
            object_name='d0',
            raised_at=0.0,
            changed_at=0.0,
            peak_severity=Severity.MINOR,
            first_problem='p',
            told_severity=Severity.MINOR,
        )
        row = replace(row, severity=severity, told_at=1.0, acknowledged_at=2.0 if seen else None)
        self.apply(replace(row, cleared_at=1.0 if cleared else None, devices=row.devices + 1))

    @invariant()
    def the_picture_equals_a_recount(self) -> None:
        seen, counted = picture(self.fleet), recount(self.rows)
        assert {name: seen[name] for name in counted} == counted

    @invariant()
    def a_reload_gives_the_same_picture(self) -> None:
        again = Fleet(HOME, LIVE)
        for kind in KINDS:
            for row in self.rows[kind].values():
                owner = {DeviceState: (Device, row.id), TowerState: (Tower, row.id)}.get(kind)
                owner = (Tower, row.tower) if isinstance(row, CheckState) else owner
                if owner is None or not self.gone(*owner):
                    again.apply(row)
        assert picture(again) == picture(self.fleet)


TestStream = pytest.mark.filterwarnings('ignore')(Stream.TestCase)
TestStream.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


def credential(device: str, digest: bytes) -> Credential:
    return Credential(device, ENT, digest, 0.0)


def a_device(id: str = 'd0') -> Device:
    return Device(id=id, enterprise=ENT, name=id, kind=DeviceKind.PHONE, created_at=0.0)


def test_a_new_credential_replaces_the_old_one_and_a_retirement_ends_it() -> None:
    fleets = Fleets(LIVE)
    for row in (HOME, a_device(), credential('d0', b'old'), credential('d0', b'new')):
        fleets.apply(row)
    assert fleets.index(Credentials).device(b'old') is None
    assert fleets.index(Credentials).device(b'new') == a_device()
    fleets.apply(replace(a_device(), retired_at=1.0))
    assert fleets.index(Credentials).device(b'new') is None


def test_a_revoked_token_opens_nothing() -> None:
    fleets = Fleets(LIVE)
    token = Token(id='t', enterprise=ENT, kind=TokenKind.API, name='t', digest='x', created_at=0.0)
    for row in (HOME, token):
        fleets.apply(row)
    assert fleets.index(TokenDigests).token('x') == token
    fleets.apply(replace(token, revoked_at=1.0))
    assert fleets.index(TokenDigests).token('x') is None
    assert not fleets.of(ENT)[Token]


def test_what_belongs_to_one_enterprise_is_not_found_in_another() -> None:
    fleets = Fleets(LIVE)
    other = Enterprise(id='other', name='Other', created_at=0.0)
    for row in (HOME, other, a_device()):
        fleets.apply(row)
    assert fleets.of(ENT).need(Device, 'd0').id == 'd0'
    with pytest.raises(NotFound):
        fleets.of('other').need(Device, 'd0')
    with pytest.raises(NotFound):
        fleets.of('nobody')
