"""One example of every shape, by the name of its schema, for the description; the tests hold them against the shapes."""

from collections.abc import Mapping
from typing import Any

from domain.checks.kinds import KINDS
from domain.checks.model import check_of
from ui.api.access_examples import ACCESS
from ui.api.towers.checks import example

_DEVICE = {'id': '01KAPX5T1GZ3Q8R2V7W4Y6N0BD', 'name': 'crane-117'}
_TOWER = {'id': '01KAPX6B7HJ5M9S3T8X2Z4P1CE', 'name': 'Europoort-West'}
_POLICY = {'id': '01KAPX7C2FK6N0T4V9Y3A5Q2DG', 'name': 'Disk encryption on'}
_COMMAND = '01KAPX8D3GM7P1V5W0Z4B6R3EH'
_VIOLATION = '01KAPX9E4HN8Q2W6X1A5C7S4FJ'
_CHECK = '01KAPXAF5JP9R3X7Y2B6D8T5GK'

_NEW_DEVICE: dict[str, Any] = {
    'name': 'crane-117',
    'kind': 'tablet',
    'labels': {'site': 'port-1'},
    'identifiers': {'imei': '490154203237518', 'iccid': None, 'imsi': None, 'serial': 'SN-0117', 'msisdn': None},
    'interval_s': 60,
}
_RADIO = {
    'rat': 'LTE',
    'mcc': '204',
    'mnc': '08',
    'tac': 4417,
    'cell_id': 1712819,
    'pci': 12,
    'arfcn': 1300,
    'rsrp': -92,
    'rsrq': -11,
    'sinr': 8,
    'registration': 'home',
    'roaming': False,
}
_CHECK_IN = {
    'sequence': 17,
    'observed_at': '2026-11-22T08:00:00Z',
    'sent_at': '2026-11-22T08:00:01Z',
    'facts': {
        'os': {'name': 'Android', 'version': '16', 'patch_level': '2026-11-05'},
        'storage': {'encrypted': True, 'total_bytes': 128000000000, 'free_bytes': 61000000000},
        'battery': {'level': 81, 'health': 97, 'charging': False},
        'security': {'screen_lock': True, 'rooted': False},
        'uptime_s': 86400,
        'custom': {'shift': 'night'},
    },
    'radio': _RADIO,
}
_ORDER = {
    'id': _COMMAND,
    'action': 'quarantine',
    'reason': 'breaks Disk encryption on',
    'requested_at': '2026-11-22T07:58:12.431Z',
}
_COMMAND_SHOWN = {
    'id': _COMMAND,
    'device': _DEVICE,
    'action': 'quarantine',
    'state': 'delivered',
    'reason': 'breaks Disk encryption on',
    'because': 'waits for the answer of the device',
    'policy': _POLICY,
    'violation_id': _VIOLATION,
    'requested_by': 'policy',
    'requested_at': '2026-11-22T07:58:12.431Z',
    'moved_at': '2026-11-22T08:00:01.118Z',
    'expires_at': '2026-11-22T08:05:01.118Z',
    'delivered_at': '2026-11-22T08:00:01.118Z',
    'deliveries': 1,
}
_DEVICE_SHOWN = {
    **_NEW_DEVICE,
    'id': _DEVICE['id'],
    'presence': 'online',
    'presence_since': '2026-11-22T06:12:44.020Z',
    'compliance': 'violating',
    'compliance_since': '2026-11-22T07:58:12.431Z',
    'quarantined': False,
    'last_seen': '2026-11-22T08:00:00.118Z',
    'observed_at': '2026-11-22T08:00:00.118Z',
    'sequence': 17,
    'tower': _TOWER,
    'radio': _RADIO,
    'created_at': '2026-11-01T09:30:00.000Z',
    'version': 3,
}
_VERDICT = {
    'policy': _POLICY,
    'status': 'violating',
    'since': '2026-11-22T07:58:12.431Z',
    'violation_id': _VIOLATION,
    'evidence': {'device.storage.encrypted': False},
    'reason': None,
}
_DEVICE_DETAIL = {
    **_DEVICE_SHOWN,
    'approved': True,
    'locked_since': None,
    'wiped_at': None,
    'facts': _CHECK_IN['facts'],
    'verdicts': [_VERDICT],
    'commands': [_COMMAND_SHOWN],
}
_CELL = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'pci': 12, 'azimuth': 120}
_NEW_TOWER: dict[str, Any] = {
    'name': 'Europoort-West',
    'kind': 'macro',
    'operator': 'Delta Mobile',
    'region': 'Rotterdam',
    'latitude': 51.9512,
    'longitude': 4.1404,
    'parent_id': None,
    'cells': [_CELL],
    'checks': [example(kind) for kind in KINDS.values()],
    'maintenance_until': '2026-11-22T12:00:00Z',
}
_LABEL = check_of(_NEW_TOWER['checks'][0]).label
_NEW_POLICY: dict[str, Any] = {
    'name': 'Disk encryption on',
    'description': 'A lost device must not give away its data.',
    'rule': 'device.storage.encrypted',
    'severity': 'major',
    'selector': {'kinds': ['phone', 'tablet'], 'labels': {'site': 'port-1'}},
    'mode': 'enforce',
    'grace_s': 3600,
    'action': 'quarantine',
}

EXAMPLES: Mapping[str, dict[str, Any]] = {
    **ACCESS,
    'Problem': {
        'type': 'urn:cellwarden:problem:invalid-value',
        'title': 'Invalid value',
        'status': 422,
        'detail': 'must be between -160 and -20, is 7',
        'field': 'radio.rsrp',
    },
    'NewDevice': _NEW_DEVICE,
    'EnrolmentAnswer': {
        'device_id': _DEVICE['id'],
        'credential': 'cwd_…',
        'interval_s': 60,
        'sequence': 0,
        'enterprise': {'id': '01KAPX4S0FY2P7Q1T6V3X5M9AC', 'name': 'Port of Delft'},
        'approved': True,
    },
    'RotationAnswer': {'credential': 'cwd_…'},
    'CheckIn': _CHECK_IN,
    'DeviceCheckIn': {'device': _DEVICE['id'], **_CHECK_IN},
    'CheckInAnswer': {
        'accepted': 'current',
        'received_at': '2026-11-22T08:00:01.118Z',
        'interval_s': 60,
        'commands': [_ORDER],
    },
    'BatchAnswer': {
        'accepted': 2,
        'rejected': [
            {
                'line': 3,
                'title': 'Invalid value',
                'detail': 'must be between 0 and 503 on LTE, is 2000',
                'field': 'radio.pci',
            }
        ],
        'commands': {_DEVICE['id']: [_ORDER]},
    },
    'CommandResult': {'outcome': 'rejected', 'detail': 'no hook for quarantine'},
    'NewCommand': {'action': 'quarantine', 'reason': 'reported stolen'},
    'Command': _COMMAND_SHOWN,
    'Device': _DEVICE_SHOWN,
    'DeviceDetail': _DEVICE_DETAIL,
    'NewDeviceAnswer': {'device': _DEVICE_DETAIL, 'credential': 'cwd_…'},
    'Sample': {'observed_at': '2026-11-22T08:00:00.118Z', 'radio': _RADIO, 'tower': _TOWER},
    'Violation': {
        'id': _VIOLATION,
        'device': _DEVICE,
        'policy': _POLICY,
        'policy_version': 2,
        'severity': 'major',
        'opened_at': '2026-11-22T07:58:12.431Z',
        'excused_at': None,
        'cleared_at': None,
        'cleared_because': None,
        'evidence': {'device.storage.encrypted': False},
        'tower': _TOWER,
        'command_id': _COMMAND,
    },
    'TowerBody': _NEW_TOWER,
    'Tower': {
        **_NEW_TOWER,
        'id': _TOWER['id'],
        'checks': [{'id': _CHECK, **_NEW_TOWER['checks'][0]}],
        'status': 'degraded',
        'status_since': '2026-11-22T07:59:40.000Z',
        'because': f'{_LABEL}: refused (attempt 1 of 3)',
        'check_states': [
            {
                'id': _CHECK,
                'label': _LABEL,
                'status': 'soft',
                'since': '2026-11-22T07:59:40.000Z',
                'attempts': 1,
                'checked_at': '2026-11-22T07:59:40.000Z',
                'rtt_ms': 8.4,
                'error': 'refused',
            }
        ],
        'devices': 214,
        'down_at': '2026-11-17T23:12:08.000Z',
        'lost_devices': 188,
        'created_at': '2026-10-02T10:00:00.000Z',
        'version': 5,
    },
    'CheckResult': {'check': _CHECK, 'at': '2026-11-22T07:59:40.000Z', 'ok': False, 'rtt_ms': None, 'error': 'refused'},
    'NewPolicy': _NEW_POLICY,
    'Policy': {
        **_NEW_POLICY,
        'id': _POLICY['id'],
        'devices': {'compliant': 310, 'violating': 4, 'excused': 1, 'unknown': 12},
        'trouble': None,
        'created_at': '2026-10-02T10:00:00.000Z',
        'changed_at': '2026-11-20T14:21:09.377Z',
        'version': 2,
    },
    'RuleText': {'rule': 'device.os.patch_age_days <= 60'},
    'RuleChecked': {'ok': True, 'fields': ['device.os.patch_age_days'], 'timed': True},
    'Draft': {'rule': 'device.storage.encrypted', 'selector': {'kinds': ['tablet']}, 'mode': 'enforce', 'grace_s': 0},
    'PolicyPreview': {
        'selected': 327,
        'asked': 327,
        'devices': {'compliant': 310, 'violating': 4, 'excused': 1, 'unknown': 12},
        'towers': {'Europoort-West': 3, 'no known tower': 1},
        'examples': ['crane-117'],
        'commands': 4,
    },
    'Alert': {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'alarm_type': 'communicationsAlarm',
        'severity': 'major',
        'probable_cause': 'lossOfSignal',
        'problem': 'Europoort-West is down',
        'detail': 'TCP 10.20.0.7:36412: refused',
        'object': {'kind': 'tower', **_TOWER},
        'raised_at': '2026-11-22T08:00:00.000Z',
        'changed_at': '2026-11-22T08:00:00.000Z',
        'cleared_at': None,
        'devices': 214,
        'score': None,
        'witnesses': [],
        'acknowledged_at': None,
        'acknowledged_by': None,
        'comment': '',
        'version': 1,
    },
    'Acknowledgement': {'comment': 'crew is on its way'},
    'Event': {
        'sequence': 4711,
        'kind': 'presence_changed',
        'at': '2026-11-22T08:00:00.000Z',
        'subject': {'kind': 'device', **_DEVICE},
        'by': '',
        'data': {'before': 'online', 'after': 'offline', 'away_s': None},
    },
    'AuditEntry': {
        'sequence': 4712,
        'kind': 'device_changed',
        'at': '2026-11-22T08:01:00.000Z',
        'subject': {'kind': 'device', **_DEVICE},
        'actor': 'person/01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'by': 'Ana Admin',
        'address': '203.0.113.7',
        'data': {'changes': {'name': ['crane-17', 'crane-117']}},
        'digest': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
}
