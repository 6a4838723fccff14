"""What a field of a stored row may hold: bounds that both databases keep, and that the product can show again.

One table for all kinds; a test walks it against the tables on SQLite and PostgreSQL. The transactor looks at all rows of people, programs
and jobs before they are stored (:func:`domain.misfits.check_written`). Check-ins come by the thousand and are checked field by field where
they are taken in, within these bounds. What is nested (labels, cells, facts, evidence) is looked at value by value.
"""

from collections.abc import Mapping

from domain.access.enterprises import Enterprise
from domain.accounts.model import Account, Person
from domain.alerts.model import Alert, AlertTuning
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.channels.model import Attempt, BouncingAddress, Channel, ChannelHealth, Delivery, NotifiedBrowser
from domain.checks.model import CheckResult, CheckState
from domain.common.bounds import COUNT, Bound, Bytes, Nested, Real, Text, Whole, fields_within
from domain.desks.model import Desk, View
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.unknown_cells.model import UnknownCell
from domain.enforcement.model import Command, Lock
from domain.enrolment.model import Credential
from domain.incidents.links.model import IncidentLink
from domain.journal.model import Subject
from domain.maintenance import bounds as maintenance
from domain.measurements.model import Measurement
from domain.oncall import bounds as oncall
from domain.own_rules.model import FactHold, OwnRule
from domain.people.model import Link
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.sign_in.model import Guesses, Identity, Session
from domain.status_page.model import Availability, Notice, StatusPage
from domain.tokens.model import Token
from domain.towers.model import Tower, TowerState
from domain.triage.model import Handover

LATEST = 253_402_214_400.0
"""9999-12-31T00:00:00Z in epoch seconds: later moments have no date that RFC 3339 could write, in every time zone."""
_INT8 = 2**63 - 1


def _all(bound: Bound, names: str) -> dict[str, Bound]:
    return dict.fromkeys(names.split(), bound)


ID = Text(64)
_WORD, _SHORT, _DIGEST, _EMAIL = Text(32), Text(16), Text(64), Text(320)
_LINE, _TEXT, _LONG = Text(1000), Text(20_000), Text(100_000)
MOMENT = Real(0.0, LATEST)
FLAG, LARGE = Whole(0, 1), Whole(0, _INT8)
NUMBER = Real(-1e300, 1e300)
_NESTED = Nested()
_ROW = _all(ID, 'id enterprise')
BOUNDS: Mapping[type, Mapping[str, Bound]] = {
    Enterprise: _all(ID, 'id')
    | _all(_LINE, 'name')
    | _all(MOMENT, 'created_at')
    | _all(Real(0, 1), 'quarantine_share')
    | _all(COUNT, 'quarantine_least')
    | _all(FLAG, 'browsers_keep links_answer'),
    Account: _all(ID, 'id')
    | _all(_EMAIL, 'email')
    | _all(_LINE, 'name password_hash')
    | _all(MOMENT, 'created_at password_at suspended_at')
    | _all(_TEXT, 'totp')
    | _all(LARGE, 'totp_step')
    | _all(_NESTED, 'recovery')
    | _all(FLAG, 'owner')
    | _all(COUNT, 'version'),
    Identity: fields_within((ID, 'id account'), (Text(64), 'provider'), (_TEXT, 'issuer subject'))
    | _all(MOMENT, 'created_at seen_at relink_until forgotten_at'),
    Guesses: _all(ID, 'id') | _all(_NESTED, 'times') | _all(MOMENT, 'newest_at'),
    Link: _ROW
    | _all(_WORD, 'kind role')
    | _all(_DIGEST, 'digest')
    | _all(MOMENT, 'created_at expires_at spent_at')
    | fields_within((_LINE, 'by name'), (ID, 'issuer account'), (_EMAIL, 'email'), (_NESTED, 'scope')),
    Person: _ROW
    | fields_within((ID, 'account'), (_EMAIL, 'email'), (_LINE, 'name'), (_WORD, 'role kind'))
    | _all(MOMENT, 'created_at disabled_at')
    | _all(_NESTED, 'scope')
    | _all(Text(64), 'provider')
    | _all(COUNT, 'version'),
    Session: _ROW
    | _all(_DIGEST, 'digest')
    | _all(ID, 'account person')
    | _all(MOMENT, 'created_at expires_at seen_at raised_at ended_at')
    | _all(_LINE, 'address browser ended_because')
    | _all(Text(64), 'method provider')
    | _all(_TEXT, 'provider_session')
    | _all(_LONG, 'identity_token')
    | _all(FLAG, 'pending'),
    Token: _ROW
    | _all(_WORD, 'kind criticality')
    | _all(_LINE, 'name created_by')
    | _all(_DIGEST, 'digest')
    | _all(MOMENT, 'created_at expires_at used_at revoked_at')
    | _all(_NESTED, 'scopes labels')
    | _all(COUNT, 'uses_left')
    | _all(ID, 'person')
    | _all(FLAG, 'approval replaces')
    | _all(Text(64), 'used_from')
    | _all(_SHORT, 'beginning'),
    Desk: _ROW
    | fields_within(
        (_WORD, 'theme density hours loud'), (Text(64), 'zone locale'), (_NESTED, 'columns'), (ID, 'landing')
    )
    | _all(FLAG, 'sound'),
    View: _ROW
    | _all(ID, 'owner')
    | _all(_LINE, 'name')
    | _all(Text(64), 'list')
    | _all(_TEXT, 'query')
    | _all(MOMENT, 'created_at ended_at')
    | _all(_NESTED, 'columns')
    | _all(FLAG, 'shared'),
    Credential: _ROW
    | _all(Bytes(32), 'digest previous')
    | _all(MOMENT, 'created_at revoked_at')
    | _all(Text(64), 'fingerprint')
    | _all(FLAG, 'approved'),
    Policy: _ROW
    | _all(_LINE, 'name')
    | _all(_TEXT, 'rule description')
    | _all(MOMENT, 'created_at changed_at retired_at')
    | _all(_WORD, 'severity mode action')
    | _all(_NESTED, 'selector')
    | _all(LARGE, 'grace_s')
    | _all(COUNT, 'version'),
    Tower: _ROW
    | _all(_LINE, 'name operator region')
    | _all(_WORD, 'kind')
    | _all(MOMENT, 'created_at maintenance_until retired_at')
    | _all(Real(-90, 90), 'latitude')
    | _all(Real(-180, 180), 'longitude')
    | _all(ID, 'parent maintenance_window')
    | _all(_NESTED, 'cells checks backups power notes')
    | _all(COUNT, 'version'),
    TowerState: _ROW
    | _all(_WORD, 'status')
    | _all(MOMENT, 'since down_at')
    | _all(_LONG, 'because')
    | _all(Nested(16777216), 'served lost'),
    CheckState: _ROW
    | _all(ID, 'tower')
    | _all(_WORD, 'status')
    | _all(MOMENT, 'since checked_at')
    | _all(COUNT, 'attempts turns')
    | _all(NUMBER, 'rtt_ms')
    | _all(_TEXT, 'error remark'),
    Device: _ROW
    | _all(_LINE, 'name')
    | _all(_WORD, 'kind criticality')
    | _all(MOMENT, 'created_at retired_at')
    | _all(_NESTED, 'labels identifiers permitted_sims sims notes')
    | _all(COUNT, 'interval_s version'),
    Identifiers: _all(_WORD, 'imei iccid imsi msisdn') | _all(Text(128), 'serial') | _all(Text(8), 'imei_svn'),
    DeviceState: _ROW
    | _all(LARGE, 'sequence')
    | _all(MOMENT, 'observed_at received_at last_seen presence_since compliance_since')
    | _all(_WORD, 'presence compliance')
    | _all(_NESTED, 'radio facts verdicts')
    | _all(ID, 'tower')
    | _all(FLAG, 'quarantined settled'),
    Reporting: _ROW
    | fields_within(
        (_NESTED, 'odd'),
        (MOMENT, 'odd_at clock_since radio_at fell_at numbers_at certificate_until'),
        (ID, 'fell_from boot_id'),
    )
    | fields_within(
        (FLAG, 'refused is_odd unordered certificate_ends'),
        (NUMBER, 'clock_offset_s clock_stands_at'),
        (LARGE, 'run_high'),
    ),
    UnknownCell: _ROW
    | fields_within(
        (Text(96), 'key'), (_SHORT, 'rat basis'), (Text(8), 'mcc mnc'), (LARGE, 'tac cell_id'), (ID, 'near')
    )
    | fields_within((COUNT, 'times devices version'), (_NESTED, 'sightings'), (_LINE, 'by'), (_TEXT, 'reason'))
    | _all(MOMENT, 'first_at last_at trusted_until rogue_at ended_at'),
    Lock: _ROW | _all(MOMENT, 'locked_at wiped_at ended_at'),
    Violation: _ROW
    | _all(ID, 'device policy tower command')
    | _all(COUNT, 'policy_version')
    | _all(_WORD, 'severity')
    | _all(MOMENT, 'opened_at excused_at cleared_at')
    | _all(_NESTED, 'evidence')
    | _all(_TEXT, 'cleared_because'),
    Command: _ROW
    | _all(ID, 'device policy violation')
    | _all(_WORD, 'action state')
    | _all(_LINE, 'key requested_by')
    | _all(MOMENT, 'requested_at moved_at expires_at delivered_at')
    | _all(_TEXT, 'reason because')
    | _all(COUNT, 'deliveries'),
    Alert: _ROW
    | fields_within(
        (_LINE, 'key object_name acknowledged_by assigned_name assigned_by snoozed_by false_by merged_by silenced_by')
    )
    | fields_within(
        (_WORD, 'severity object_kind peak_severity told_severity'), (Text(64), 'alarm_type probable_cause')
    )
    | fields_within(
        (ID, 'object_id parent assigned_to silence'),
        (_TEXT, 'problem comment first_problem snooze_reason false_reason silence_reason'),
    )
    | _all(
        MOMENT, 'raised_at changed_at cleared_at acknowledged_at reopened_at acknowledged_until assigned_at false_at'
    )
    | _all(MOMENT, 'held_since told_at waits_since tell_at flapping_since snoozed_at snoozed_until silenced_until')
    | _all(_LONG, 'detail first_detail recovery')
    | _all(COUNT, 'devices version peak_devices told_devices awaited missing children')
    | fields_within((Real(0, 1), 'score'), (_NESTED, 'witnesses acknowledgements comments keys evidence condition')),
    AlertTuning: _ROW
    | fields_within(
        (_WORD, 'rule severity'), (_TEXT, 'reason'), (_LINE, 'by'), (_NESTED, 'limits scope'), (FLAG, 'enabled')
    )
    | fields_within((MOMENT, 'changed_at'), (NUMBER, 'after_s'), (COUNT, 'version')),
    OwnRule: _ROW
    | fields_within((_LINE, 'name by'), (_TEXT, 'expression text'), (_WORD, 'severity over'), (_NESTED, 'counted'))
    | fields_within((MOMENT, 'created_at changed_at holds_since retired_at asks_since'), (NUMBER, 'for_s'))
    | fields_within((COUNT, 'version at_least'), (FLAG, 'enabled each')),
    FactHold: _ROW | _all(ID, 'rule device') | _all(MOMENT, 'since due_at ended_at') | _all(_TEXT, 'reading'),
    Measurement: _ROW
    | _all(Text(64), 'series')
    | _all(COUNT, 'step_s count')
    | _all(MOMENT, 'at')
    | _all(NUMBER, 'low mean high'),
    StatusPage: _ROW
    | _all(_NESTED, 'draft shown')
    | _all(Text(48), 'slug')
    | _all(MOMENT, 'changed_at published_at')
    | _all(COUNT, 'version'),
    Notice: _ROW
    | _all(_WORD, 'kind impact')
    | _all(_LINE, 'title')
    | _all(_NESTED, 'components updates')
    | _all(MOMENT, 'created_at begins_at ends_at closed_at removed_at')
    | _all(ID, 'alert')
    | _all(COUNT, 'version'),
    Channel: _ROW
    | fields_within((_LINE, 'name'), (_WORD, 'kind least_severity'), (_NESTED, 'settings'), (_LONG, 'sealed'))
    | fields_within(
        (COUNT, 'per_minute version next_after_min'),
        (ID, 'next_channel'),
        (_TEXT, 'disabled_because'),
        (FLAG, 'enabled'),
    )
    | _all(MOMENT, 'created_at changed_at former_until retired_at'),
    ChannelHealth: _ROW
    | fields_within((COUNT, 'failures'), (_TEXT, 'said'))
    | _all(MOMENT, 'failing_since delivered_at tried_at held_until ended_at'),
    Delivery: _ROW
    | fields_within(
        (ID, 'channel alert recipient key fell_from'), (_NESTED, 'announcement'), (_WORD, 'state'), (COUNT, 'attempts')
    )
    | _all(_TEXT, 'said address')
    | _all(MOMENT, 'created_at next_at tried_at done_at ended_at not_before fell_at'),
    BouncingAddress: _ROW
    | fields_within((ID, 'channel delivery recipient'), (_TEXT, 'address said'), (MOMENT, 'at ended_at')),
    NotifiedBrowser: _ROW
    | fields_within((ID, 'person session digest'), (_LINE, 'name'), (_LONG, 'sealed'), (_TEXT, 'said'))
    | _all(MOMENT, 'created_at delivered_at ended_at'),
    Attempt: _ROW
    | fields_within((ID, 'delivery channel alert recipient'), (_WORD, 'news outcome'), (COUNT, 'code'))
    | fields_within((MOMENT, 'at next_at'), (_TEXT, 'said problem'), (NUMBER, 'took_s')),
    IncidentLink: _ROW
    | fields_within(
        (ID, 'alert'), (_LINE, 'title label created_by revoked_by'), (_DIGEST, 'digest'), (_NESTED, 'parts')
    )
    | fields_within((MOMENT, 'created_at expires_at revoked_at opened_at ended_at'), (COUNT, 'opened')),
    Handover: _ROW
    | fields_within(
        (ID, 'giver person'), (_LINE, 'by name taken_by'), (_TEXT, 'note'), (COUNT, 'open version'), (_NESTED, 'alerts')
    )
    | _all(MOMENT, 'at taken_at ended_at'),
    **maintenance.BOUNDS,
    **oncall.BOUNDS,
    Availability: _ROW | _all(_NESTED, 'days') | _all(MOMENT, 'removed_at'),
    RadioSample: _all(ID, 'device tower') | _all(MOMENT, 'observed_at') | _all(_NESTED, 'radio'),
    Radio: _all(_SHORT, 'rat')
    | _all(Text(8), 'mcc mnc')
    | _all(LARGE, 'tac cell_id')
    | _all(COUNT, 'pci arfcn')
    | _all(NUMBER, 'rsrp rsrq sinr')
    | _all(_WORD, 'registration')
    | _all(FLAG, 'roaming'),
    CheckResult: _all(ID, 'tower check')
    | fields_within((MOMENT, 'at'), (FLAG, 'ok'), (NUMBER, 'rtt_ms'))
    | _all(_TEXT, 'error flaw remark'),
    Subject: _all(Text(64), 'kind') | _all(ID, 'id') | _all(_LINE, 'name'),
}
"""By kind and field. A journal entry has :data:`ENTRY` and, for the fields of its own, the bounds of what is nested."""
ENTRY: Mapping[str, Bound] = {'at': MOMENT, 'enterprise': ID, 'by': _LINE, 'actor': Text(96), 'address': Text(64)}
