"""Violations as a file, and the devices that break policies."""

import csv
import io
from datetime import UTC, datetime

from domain.devices.facts import Facts, Os
from domain.policies.input import NewPolicy
from tests.ui.conftest import Console

RULE = 'device.os.version != "9"'


async def test_the_file_names_device_policy_value_since_and_answer(console: Console) -> None:
    await _break(console, 'crane-1', '=pump')
    rows, name = await _file(console, '/ui/violations.csv', q='crane')
    (row,) = rows
    assert (row['device'], row['policy'], row['severity']) == ('crane-1', 'Not Android 9', 'minor')
    assert (row['value'], row['answer'], row['tower']) == ('system version 9, must not be 9', 'Recorded only', '')
    assert datetime.fromisoformat(row['since']) == datetime.fromtimestamp(int(console.application.clock()), UTC)
    assert name == 'violations-crane.csv'
    assert {each['device'] for each in (await _file(console, '/ui/violations.csv'))[0]} == {'crane-1', "'=pump"}


async def test_the_name_of_a_file_says_what_was_filtered(console: Console) -> None:
    policy = await _break(console, 'crane-1')
    query = {'policy': policy, 'severity': 'minor,major', 'label': 'site=Q1'}
    assert (await _file(console, '/ui/violations.csv', **query))[
        1
    ] == 'violations-not-android-9-minor-major-site-q1.csv'
    query = {'compliance': 'violating', 'policy': policy}
    rows, name = await _file(console, '/ui/devices.csv', **query)
    assert name == 'devices-violating-not-android-9.csv'
    assert (rows[0]['violations'], rows[0]['violated_policies']) == ('1', 'Not Android 9')
    assert rows[0]['violation_values'] == 'system version 9, must not be 9'
    assert rows[0]['violating_since']


async def test_a_filter_that_does_not_exist_is_refused_in_plain_words(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/ui/violations.csv', params={'severity': 'grave'})
    assert (answer.status_code, answer.json()['title']) == (422, 'Invalid value')


async def _break(console: Console, *names: str) -> str:
    application = console.application
    policy = await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
    for name in names:
        device = await application.device(name, labels={'site': 'Q1'})
        await application.check_in(device.id, facts=Facts(os=Os(version='9')))
    await console.sign_in()
    return policy.id


async def _file(console: Console, path: str, **query: str) -> tuple[list[dict[str, str]], str]:
    answer = await console.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    name = answer.headers['content-disposition'].partition('filename="')[2].rstrip('"')
    return list(csv.DictReader(io.StringIO(answer.content.decode('utf-8-sig')))), name
