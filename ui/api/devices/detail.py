"""One device in JSON, with everything that is known of it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.common.reading import OddValue
from domain.devices import model
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts
from domain.devices.live import state_of
from domain.devices.model import Reporting
from domain.devices.plausibility import implausible
from domain.devices.sims import is_expected, sims_of
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Lock
from domain.enrolment.live import Waiting
from domain.fleet.fleet import Fleet
from ui.api.devices.schemas import DEVICE, FACTS, Device, device_fields
from ui.api.enforcement.schemas import COMMAND, Command, command
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.notes import NOTES, Note, notes_of
from ui.api.http.refs import POLICY_REF, Ref, policy_ref
from ui.api.http.schema import Schema


class Verdict(Struct, kw_only=True, frozen=True):
    """What one policy says of the device; ``evidence`` holds the values the rule saw, ``reason`` why it could not be answered."""

    policy: Ref
    status: Compliance
    since: Time
    violation_id: str | None
    evidence: Mapping[str, Any]
    reason: str | None


class OddValues(Struct, frozen=True):
    """The values that were last left out of a check-in, or with ``refused`` why a whole one was; ``current`` until the device has
    checked in for a day without any."""

    at: Time
    refused: bool
    current: bool
    values: tuple[OddValue, ...]


class Sim(Struct, kw_only=True, frozen=True):
    """A SIM that the device has or had; without numbers, the time in which it had none. ``until`` is null for the present one."""

    iccid: str | None
    imsi: str | None
    msisdn: str | None
    since: Time
    until: Time | None


class DeviceDetail(Device, kw_only=True, frozen=True):
    """A device with its facts, the verdict of each policy and its open commands. ``locked_since`` and ``wiped_at`` are what it has
    confirmed; without ``approved`` a person has to let it in first. ``odd_values`` could not be kept; its clock is ``clock_offset_s``
    seconds ahead of ours (negative: behind), null when it is not known to be wrong, and stands still at ``clock_stands_at`` where that is
    not null. The client certificate that it showed last ends at ``certificate_until``. ``implausible`` are facts that cannot be true; no
    rule believes them. Of its ``sims`` the present one is the last. ``doubtful`` names identifiers that are kept as reported and are
    placeholders, or have a wrong check digit."""

    approved: bool
    doubtful: tuple[str, ...]
    locked_since: Time | None
    wiped_at: Time | None
    sims: tuple[Sim, ...]
    sim_expected: bool

    odd_values: OddValues | None
    clock_offset_s: float | None
    clock_stands_at: Time | None
    certificate_until: Time | None
    implausible: tuple[OddValue, ...]

    facts: Facts
    verdicts: tuple[Verdict, ...]
    commands: tuple[Command, ...]
    notes: tuple[Note, ...]


DEVICE_DETAIL = Schema(
    DeviceDetail,
    {
        **DEVICE.example,
        'approved': True,
        'doubtful': [],
        'locked_since': None,
        'wiped_at': None,
        'odd_values': {
            'at': '2026-11-22T07:59:58.002Z',
            'refused': False,
            'current': True,
            'values': [{'field': 'radio.tac', 'detail': 'must be between 0 and 65535 on LTE, is 2147483647'}],
        },
        'clock_offset_s': None,
        'clock_stands_at': None,
        'certificate_until': '2027-04-01T00:00:00.000Z',
        'implausible': [],
        'sims': [
            {
                'iccid': '8931086416018044112',
                'imsi': '204080123456789',
                'msisdn': None,
                'since': '2026-11-01T09:30:00.000Z',
                'until': None,
            }
        ],
        'sim_expected': True,
        'facts': FACTS,
        'verdicts': [
            {
                'policy': POLICY_REF,
                'status': 'violating',
                'since': '2026-11-22T07:58:12.431Z',
                'violation_id': COMMAND.example['violation_id'],
                'evidence': {'device.storage.encrypted': False},
                'reason': None,
            }
        ],
        'commands': [COMMAND.example],
        'notes': NOTES,
    },
)


def _sim(card: model.SimCard) -> Sim:
    return Sim(
        iccid=card.iccid,
        imsi=card.imsi,
        msisdn=card.msisdn,
        since=time_text(card.since),
        until=maybe_time(card.until),
    )


def device_detail(fleet: Fleet, row: model.Device, now: float) -> DeviceDetail:
    """A device with everything known of it now."""
    state = state_of(fleet, row.id)
    verdicts = tuple(
        Verdict(
            policy=policy_ref(fleet, policy_id),
            status=verdict.status,
            since=time_text(verdict.since),
            violation_id=verdict.violation,
            evidence=verdict.evidence or {},
            reason=verdict.reason,
        )
        for policy_id, verdict in state.verdicts.items()
    )
    lock = fleet[Lock].get(row.id)
    reporting = fleet[Reporting].get(row.id)
    open_commands = sorted(fleet.index(OpenCommands).of(row.id).values(), key=lambda each: each.id)
    return DeviceDetail(
        **device_fields(fleet, row),
        doubtful=row.identifiers.doubtful,
        approved=row.id not in fleet.index(Waiting).credentials,
        locked_since=maybe_time(lock.locked_at if lock is not None else None),
        wiped_at=maybe_time(lock.wiped_at if lock is not None else None),
        odd_values=_odd(reporting),
        clock_offset_s=None if reporting is None else reporting.clock_offset_s,
        clock_stands_at=None if reporting is None else maybe_time(reporting.clock_stands_at),
        certificate_until=None if reporting is None else maybe_time(reporting.certificate_until),
        implausible=tuple(OddValue(f'facts.{path}', why) for path, why in implausible(state.facts, now).items()),
        sims=tuple(map(_sim, sims_of(row))),
        sim_expected=is_expected(row),
        facts=state.facts,
        verdicts=verdicts,
        commands=tuple(command(fleet, each) for each in open_commands),
        notes=notes_of(row.notes),
    )


def _odd(reporting: Reporting | None) -> OddValues | None:
    if reporting is None or reporting.odd_at is None:
        return None
    return OddValues(time_text(reporting.odd_at), reporting.refused, reporting.is_odd, reporting.odd)


class NewDeviceAnswer(Struct, frozen=True):
    """The device and the credential it checks in with, told this once."""

    device: DeviceDetail
    credential: str


NEW_DEVICE_ANSWER = Schema(NewDeviceAnswer, {'device': DEVICE_DETAIL.example, 'credential': 'cwd_…'})
