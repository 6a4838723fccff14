"""Examples of the shapes that tell who is let in: enrolment, people, invitations, tokens."""

from collections.abc import Mapping
from typing import Any

_SCOPE: dict[str, Any] = {'labels': {'site': ['port-1']}, 'regions': []}
_ENROLMENT_TOKEN: dict[str, Any] = {
    'id': '01KAPXCH7MR1T5Z9A4D8F0W7JN',
    'name': 'Cranes, port 1',
    'beginning': 'cwe_9fQk',
    'state': 'valid',
    'labels': {'site': 'port-1'},
    'approval': True,
    'replaces': False,
    'uses_left': 18,
    'created_at': '2026-11-20T08:00:00.000Z',
    'created_by': 'Ana Admin',
    'expires_at': '2026-11-27T08:00:00.000Z',
    'used_at': '2026-11-22T07:41:10.512Z',
    'used_from': '203.0.113.7',
}
_PERSON: dict[str, Any] = {'name': 'Bob Crane', 'role': 'operator', 'scope': _SCOPE}
_SERVICE = {'id': '01KAPXDJ8NS2V6A0B5E9G1X8KP', 'name': 'collector'}
_INVITATION: dict[str, Any] = {
    'id': '01KAPXEK9PT3W7B1C6F0H2Y9MQ',
    'email': 'bob@example.com',
    **_PERSON,
    'state': 'open',
    'by': 'Ana Admin',
    'created_at': '2026-11-22T08:00:00.000Z',
    'expires_at': '2026-11-29T08:00:00.000Z',
}
_API_TOKEN: dict[str, Any] = {
    'id': '01KAPXFM0QV4X8C2D7G1J3Z0NR',
    'name': 'nightly',
    'beginning': 'cwt_Z1pm',
    'account': _SERVICE,
    'scopes': ['checkins:write', 'devices:read'],
    'state': 'active',
    'created_at': '2026-11-20T08:00:00.000Z',
    'created_by': 'Ana Admin',
    'expires_at': '2027-02-18T08:00:00.000Z',
    'used_at': '2026-11-22T07:59:02.127Z',
    'used_from': '203.0.113.9',
}

ACCESS: Mapping[str, dict[str, Any]] = {
    'WaitingDevice': {
        'device': {'id': '01KAPX5T1GZ3Q8R2V7W4Y6N0BD', 'name': 'crane-117'},
        'kind': 'tablet',
        'labels': {'site': 'port-1'},
        'identifiers': {'imei': '490154203237518', 'iccid': None, 'imsi': None, 'serial': 'SN-0117', 'msisdn': None},
        'place': 'new',
        'asked_at': '2026-11-22T07:41:10.512Z',
    },
    'EnrolmentApproval': {'asked_at': '2026-11-22T08:00:00.000Z'},
    'EnrolmentRefusal': {'because': 'nobody here knows this tablet'},
    'NewEnrolmentToken': {
        'name': 'Cranes, port 1',
        'uses': 20,
        'expires_in_s': 604800,
        'labels': {'site': 'port-1'},
        'approval': True,
        'replaces': False,
    },
    'EnrolmentToken': _ENROLMENT_TOKEN,
    'NewEnrolmentTokenAnswer': {'token': _ENROLMENT_TOKEN, 'secret': 'cwe_9fQk…'},  # nosec B105 - an example
    'PersonBody': _PERSON,
    'Person': {
        'id': '01KAPXGN1RW5Y9D3E8H2K4A1PS',
        'kind': 'person',
        **_PERSON,
        'email': 'bob@example.com',
        'provider': '',
        'state': 'active',
        'two_step': True,
        'created_at': '2026-10-02T10:00:00.000Z',
        'version': 2,
    },
    'NewInvitation': {'email': 'bob@example.com', **_PERSON},
    'Invitation': _INVITATION,
    'NewInvitationAnswer': {'invitation': _INVITATION, 'secret': 'cwl_…'},  # nosec B105 - an example
    'NewApiToken': {
        'account_id': _SERVICE['id'],
        'name': 'nightly',
        'scopes': ['checkins:write', 'devices:read'],
        'expires_in_s': 7776000,
    },
    'ApiToken': _API_TOKEN,
    'NewApiTokenAnswer': {'token': _API_TOKEN, 'secret': 'cwt_Z1pm…'},  # nosec B105 - an example
}
