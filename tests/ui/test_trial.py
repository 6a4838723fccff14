"""The API asked from its page: as the person, with their permissions, and with a fresh proof where pages ask for one."""

from domain.access.permissions import Role
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.sign_in.sessions import RAISED_S
from tests.ui.conftest import PASSWORD, Console

NEW = {'name': 'crane-117', 'kind': 'tablet'}


async def test_a_person_asks_with_their_own_permissions(console: Console) -> None:
    assert (await console.client.get('/ui/try/devices')).status_code == 401
    person = await console.sign_in(Role.VIEWER)
    assert (await console.client.get('/ui/try/devices')).json()['total'] == 0
    refused = await console.client.post('/ui/try/devices', json=NEW)
    assert (refused.status_code, 'devices:write' in refused.json()['detail']) == (403, True)
    console.becomes(person, Role.ADMIN)
    added = await console.client.post('/ui/try/devices', json=NEW)
    assert added.status_code == 201
    assert (await console.client.get('/ui/try/devices', params={'q': 'crane'})).json()['total'] == 1


async def test_what_is_done_stands_in_the_trail_under_their_name(console: Console) -> None:
    person = await console.sign_in()
    await console.client.post('/ui/try/devices', json=NEW)
    entries = (await console.client.get('/ui/try/audit')).json()['items']
    assert [entry['actor'] for entry in entries if entry['kind'] == 'device_enrolled'] == [f'person/{person.id}']


async def test_another_site_is_turned_away_before_anything_is_asked(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.post('/ui/try/devices', json=NEW, headers={'origin': 'https://evil.example'})
    assert answer.status_code == 403
    assert (await console.client.get('/ui/try/devices')).json()['total'] == 0


async def test_what_pages_ask_a_proof_for_asks_for_it_here(console: Console) -> None:
    await console.sign_in()
    console.application.clock.tick(RAISED_S + 1)
    person = {'email': 'bo@example.com', 'role': 'viewer'}
    refused = await console.client.post('/ui/try/invitations', json=person)
    assert (refused.status_code, refused.json()['type']) == (403, 'urn:cellwarden:problem:confirm-that-it-is-you')
    assert (await console.client.post('/auth/step-up', data={'password': PASSWORD})).status_code == 204
    assert (await console.client.post('/ui/try/invitations', json=person)).status_code == 201


async def test_a_token_beside_the_session_counts_for_nothing_and_devices_stay_among_themselves(
    console: Console,
) -> None:
    await console.sign_in(Role.VIEWER)
    added = await console.application.enrolments.add(
        console.application.actor, NewDevice(name='crane-1', kind=DeviceKind.TABLET)
    )
    head = {'authorization': f'Bearer {added.credential}'}
    assert (await console.client.post('/ui/try/checkins', json={}, headers=head)).status_code == 401


async def test_nothing_that_goes_by_the_cookie_is_packed(console: Console) -> None:
    await console.sign_in()
    for number in range(5):
        await console.client.post('/ui/try/devices', json={**NEW, 'name': f'crane-{number}'})
    answer = await console.client.get('/ui/try/devices', headers={'accept-encoding': 'gzip'})
    assert (len(answer.content) > 1000, 'content-encoding' in answer.headers) == (True, False)
