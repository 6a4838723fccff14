"""One example of every body, for the description; the tests hold them against the types they stand for."""

from typing import Any

DEVICE_ID = '01KAPX5T1GZ3Q8R2V7W4Y6N0BD'
TOWER_ID = '01KAPX6B7HJ5M9S3T8X2Z4P1CE'
POLICY_ID = '01KAPX7C2FK6N0T4V9Y3A5Q2DG'
COMMAND_ID = '01KAPX8D3GM7P1V5W0Z4B6R3EH'

NEW_DEVICE: dict[str, Any] = {
    'name': 'crane-117',
    'kind': 'tablet',
    'labels': {'site': 'port-1'},
    'identifiers': {'imei': '490154203237518', 'serial': 'SN-0117', 'msisdn': '+31612345678'},
    'interval_s': 60,
}
ENROLLED: dict[str, Any] = {
    'device_id': DEVICE_ID,
    'credential': 'cwd_…',
    'interval_s': 60,
    'sequence': 0,
    'enterprise': {'id': '01KAPX4S0FY2P7Q1T6V3X5M9AC', 'name': 'Port of Delft'},
}
_RADIO: dict[str, Any] = {
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
CHECK_IN: dict[str, Any] = {
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
DEVICE_CHECK_IN: dict[str, Any] = {'device': DEVICE_ID, **CHECK_IN}
_ORDER: dict[str, Any] = {
    'id': COMMAND_ID,
    'action': 'quarantine',
    'reason': 'breaks Disk encryption on',
    'requested_at': '2026-11-22T07:58:12.431Z',
}
CHECK_IN_ANSWER: dict[str, Any] = {
    'accepted': 'current',
    'received_at': '2026-11-22T08:00:01.118Z',
    'interval_s': 60,
    'commands': [_ORDER],
}
BATCH_ANSWER: dict[str, Any] = {
    'accepted': 2,
    'rejected': [
        {'line': 3, 'title': 'Invalid value', 'detail': 'must be between -160 and -20, is 7', 'field': 'radio.rsrp'}
    ],
    'commands': {DEVICE_ID: [_ORDER]},
}
COMMAND_RESULT: dict[str, Any] = {'outcome': 'rejected', 'detail': 'no hook for quarantine'}
NEW_COMMAND: dict[str, Any] = {'action': 'quarantine', 'reason': 'reported stolen'}
NEW_POLICY: dict[str, Any] = {
    'name': 'Disk encryption on',
    'description': 'A lost device must not give away its data.',
    'rule': 'device.storage.encrypted',
    'severity': 'major',
    'selector': {'kinds': ['tablet', 'phone'], 'labels': {'site': 'port-1'}},
    'mode': 'enforce',
    'grace_s': 3600,
}
RULE: dict[str, Any] = {'rule': 'device.os.patch_age_days <= 60'}
RULE_CHECKED: dict[str, Any] = {'ok': True, 'fields': ['device.os.patch_age_days'], 'timed': True}
PREVIEW: dict[str, Any] = {'rule': 'device.storage.encrypted', 'selector': {'kinds': ['tablet']}, 'mode': 'enforce'}
NEW_TOWER: dict[str, Any] = {
    'name': 'Europoort-West',
    'kind': 'macro',
    'operator': 'Delta Mobile',
    'region': 'Rotterdam',
    'latitude': 51.9512,
    'longitude': 4.1404,
    'cells': [{'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'pci': 12, 'azimuth': 120}],
    'checks': [{'kind': 'tcp', 'host': '10.20.0.7', 'port': 36412, 'interval_s': 30}],
    'maintenance_until': '2026-11-22T12:00:00Z',
}
ACKNOWLEDGE: dict[str, Any] = {'comment': 'crew is on its way'}
RENAME: dict[str, Any] = {'name': 'crane-118', 'labels': {'site': None}}
