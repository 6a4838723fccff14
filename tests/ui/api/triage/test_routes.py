from datetime import UTC, datetime

from tests.domain.triage.test_service import person
from tests.ui.api.served import Served, furnish


async def test_what_is_decided_of_an_alert_is_answered_with_it(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    path = f'/alerts/{owned.alert}'
    ana = await person(served.application, 'Ana')
    assert {'id': ana.id, 'name': 'Ana'} in (await program.send('GET', '/assignees')).json()
    given = (await program.post(f'{path}/assign', {'person_id': ana.id})).json()
    assert (given['assigned_to']['name'], given['assigned_to']['by'], given['ack_state']) == (
        'Ana',
        'program',
        'unacknowledged',
    )
    until = datetime.fromtimestamp(served.application.clock() + 3600, UTC).isoformat()
    quiet = (await program.post(f'{path}/snooze', {'until': until, 'reason': 'works'})).json()
    assert (quiet['snooze']['by'], quiet['snooze']['reason']) == ('program', 'works')
    assert (await program.post(f'{path}/wake', None)).json()['snooze'] is None
    assert (await program.post(f'{path}/wake', None)).status_code == 409
    false = (await program.post(f'{path}/mark-false', {'reason': 'a test'})).json()
    assert (false['false_alarm']['reason'], false['acknowledged_by']) == ('a test', 'program')
    assert (await program.post(f'{path}/unmark-false', None)).json()['ack_state'] == 'unacknowledged'
    seen = (await program.post(f'{path}/acknowledge', {'until': until})).json()
    assert seen['acknowledged_until'] == quiet_until(until)
    assert (await program.post(f'{path}/release', {})).json()['assigned_to'] is None


async def test_what_cannot_be_decided_names_its_field(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    path = f'/alerts/{owned.alert}'
    for act, body, field in (
        ('assign', {'person_id': 'nobody'}, 'person'),
        ('take', None, 'person'),
        ('snooze', {'until': '2001-01-01T00:00:00Z'}, 'until'),
        ('acknowledge', {'until': '2001-01-01T00:00:00Z'}, 'until'),
        ('mark-false', {'reason': ' '}, 'reason'),
        ('merge', {'into': owned.alert}, 'into'),
    ):
        refused = await program.post(f'{path}/{act}', body)
        assert (refused.status_code, refused.json()['field']) == (422, field), act


def quiet_until(until: str) -> str:
    return datetime.fromisoformat(until).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
