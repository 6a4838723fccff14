"""On call over the API: set up, changed, tried, and what is refused."""

from tests.domain.channels.channels import URL
from tests.ui.api.served import Served


async def test_a_rotation_a_policy_and_a_route_are_set_up_and_tried(served: Served) -> None:
    program = await served.program()
    channel = (await program.post('/channels', {'name': 'Desk', 'kind': 'webhook', 'settings': {'url': URL}})).json()
    target = {'kind': 'channel', 'id': channel['channel']['id']}
    policy = (
        await program.post('/escalation-policies', {'name': 'Nights', 'steps': [{'targets': [target]}], 'repeat': 1})
    ).json()
    conditions = {'severity': 'major', 'labels': {'site': 'west'}}
    made = await program.post('/alert-routes', {'name': 'West', 'policy': policy['id'], 'conditions': conditions})
    assert (made.status_code, made.json()['conditions']['zone']) == (201, 'UTC')
    heard = (await program.post('/alert-routes/test', {'severity': 'major', 'labels': {'site': 'west'}})).json()
    assert [(line['step'], line['round'], line['is_end']) for line in heard['lines']] == [
        (1, 1, False),
        (1, 2, False),
        (0, 0, True),
    ]
    assert (await program.post('/alert-routes/test', {'severity': 'minor'})).json()['routes'] == []
    refused = await program.delete(f'/escalation-policies/{policy["id"]}', 1)
    assert (refused.status_code, 'West' in refused.json()['detail']) == (409, True)
    path = f'/alert-routes/{made.json()["id"]}'
    changed = await program.patch(path, {'enabled': False}, 1)
    assert (changed.json()['enabled'], changed.json()['version']) == (False, 2)
    wrong = await program.patch(path, {'policy': 'nobody'}, 2)
    assert (wrong.status_code, wrong.json()['field']) == (422, 'policy')
    assert (await program.delete(path, 2)).status_code == 204


async def test_shifts_show_the_gap_of_a_rotation_without_layers(served: Served) -> None:
    program = await served.program()
    made = (await program.post('/rotations', {'name': 'Desk', 'zone': 'Europe/Amsterdam'})).json()
    (gap,) = (await program.get(f'/rotations/{made["id"]}/shifts'))['items']
    assert gap['person'] is None
    (now,) = (await program.get('/on-call'))['items']
    assert (now['rotation']['name'], now['person']) == ('Desk', None)
    feed = (await program.post(f'/rotations/{made["id"]}/feed')).json()
    assert feed['address'].startswith(f'/calendars/{made["id"]}.ics?key=cwf_')


async def test_what_tells_nobody_says_so_where_it_is_saved_and_read(served: Served) -> None:
    program = await served.program()
    team = (await program.post('/teams', {'name': 'Radio'})).json()
    assert team['warnings'] == ['Team Radio has nobody in it: nobody is called']
    steps = [{'targets': [{'kind': 'team', 'id': team['id']}]}]
    policy = (await program.post('/escalation-policies', {'name': 'Nights', 'steps': steps})).json()
    assert policy['warnings'] == ['Step 1 tells nobody: team Radio has nobody in it']
    route = (await program.post('/alert-routes', {'name': 'All', 'policy': policy['id']})).json()
    assert (await program.get(f'/alert-routes/{route["id"]}'))['warnings'] == [f'Nights: {policy["warnings"][0]}']
