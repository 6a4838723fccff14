"""Across routes: text that would deceive a reader or swamp a page is refused or left out, with the name of the field that it came in."""

from itertools import count
from typing import Any

import pytest

from tests.ui.api.served import Caller, Served, check_in, furnish

HOSTILE = {
    '64 KB': 'W' * 64_000,
    'null': 'crane\x00',
    'zero width': 'cra\u200bne',
    'right to left': 'crane\u202egpj.exe',
    'line separator': 'crane\u2028x',
}
TEXTS: list[tuple[str, str, dict[str, Any]]] = [
    ('/devices', 'name', {'kind': 'tablet'}),
    ('/devices', 'labels.site', {'kind': 'tablet', 'name': 'x'}),
    ('/towers', 'name', {}),
    ('/towers', 'operator', {'name': 'x'}),
    ('/towers', 'region', {'name': 'x'}),
    ('/policies', 'name', {'rule': 'device.storage.encrypted'}),
    ('/policies', 'description', {'name': 'x', 'rule': 'device.storage.encrypted'}),
    ('/alerts/{alert_id}/acknowledge', 'comment', {}),
    ('/alerts/{alert_id}/comments', 'text', {}),
    ('/devices/{device_id}/notes', 'text', {}),
    ('/towers/{tower_id}/notes', 'text', {}),
    ('/devices/{device_id}/commands', 'reason', {'action': 'lock'}),
    ('/enrolments/{device_id}/refuse', 'because', {}),
    ('/enrolment-tokens', 'name', {}),
    ('/enrolment-tokens', 'labels.site', {'name': 'x'}),
    ('/people', 'name', {'role': 'viewer'}),
    ('/invitations', 'email', {'role': 'viewer'}),
    ('/invitations', 'name', {'email': 'x@example.com', 'role': 'viewer'}),
    ('/checkins', 'facts.os.name', check_in(2)),
    ('/checkins', 'facts.network.hostname', check_in(2)),
    ('/commands/{command_id}/result', 'detail', {'outcome': 'rejected'}),
]


@pytest.mark.parametrize('hostile', HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_is_refused_by_its_field_and_nothing_is_kept(served: Served, hostile: str) -> None:
    owned = await furnish(served.application, served.application.enterprise, 1)
    program, device = await served.program(), Caller(served.client, owned.credential)
    await device.post('/checkins', check_in(1))  # the first contact is in the journal
    before, numbers = served.application.fleet.sequence, count(2)
    for path, field, body in TEXTS:
        asked: dict[str, Any] = dict(body)
        *outer, last = field.split('.')
        inner = asked
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = hostile
        caller = device if path.startswith(('/checkins', '/commands/')) else program
        asked |= check_in(next(numbers)) if path == '/checkins' else {}
        answer = await caller.post(path.format(**owned.ids()), asked)
        if path == '/checkins':  # an odd value costs itself, not the check-in
            (ignored,) = answer.json()['ignored']
            assert (answer.status_code, ignored['field']) == (200, field)
            assert hostile not in ignored['detail']
            continue
        assert (answer.status_code, answer.json()['field']) == (422, field), (path, field, answer.text[:300])
        assert hostile not in answer.json()['detail']
    assert served.application.fleet.sequence == before
