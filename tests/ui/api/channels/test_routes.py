"""Channels over the API: set up, changed, tried, removed; secrets are not read again."""

from domain.alerts.model import Alert
from domain.channels.model import Answered, Outcome
from tests.domain.channels.channels import URL, outage
from tests.ui.api.served import Served

NEW = {'name': 'Night desk', 'kind': 'webhook', 'settings': {'url': URL}}


async def test_a_channel_is_set_up_changed_and_removed(served: Served) -> None:
    program = await served.program()
    made = await program.post('/channels', NEW)
    assert made.status_code == 201
    assert made.json()['secret'].startswith('whsec_')
    path = f'/channels/{made.json()["channel"]["id"]}'
    shown = await program.get(path)
    assert (shown['status'], shown['secrets'], 'secret' in shown) == ('untried', ['secret'], False)
    changed = await program.patch(path, {'least_severity': 'major', 'settings': {'url': 'https://example.org/'}}, 1)
    assert (changed.json()['least_severity'], changed.json()['settings']) == ('major', {'url': 'https://example.org/'})
    assert (await program.patch(path, {'name': 'Desk'}, 1)).status_code == 412
    wrong = await program.patch(path, {'settings': {'url': 'gopher://example.org'}}, 2)
    assert (wrong.status_code, wrong.json()['field']) == (422, 'settings.url')
    assert (await program.delete(path, 2)).status_code == 204
    assert (await program.get('/channels'))['items'] == []


async def test_an_address_that_is_a_secret_is_never_shown(served: Served) -> None:
    program = await served.program()
    url = 'https://hooks.slack.com/services/T0/B0/very-secret'
    made = await program.post('/channels', {'name': 'Chat', 'kind': 'slack', 'settings': {'url': url}})
    assert made.status_code == 201
    path = f'/channels/{made.json()["channel"]["id"]}'
    renamed = await program.patch(path, {'name': 'Chat of the night'}, 1)
    assert renamed.json()['secrets'] == ['url']
    assert 'very-secret' not in made.text + renamed.text
    await outage(served.application)
    (one,) = served.application.telling.due({})
    assert getattr(served.application.telling.write(one), 'url', '') == url
    alert = next(iter(served.application.fleet[Alert]))
    preview = await program.get(f'{path}/preview/{alert}')
    assert 'very-secret' not in str(preview)
    assert preview['reading']['title'] == f'■ Major: {served.application.fleet[Alert][alert].problem}'
    assert 'Severity: major' in preview['reading']['lines']
    assert preview['as_sent'].startswith('POST https://hooks.slack.com/services/T000')


async def test_the_log_says_who_was_told_of_an_alert(served: Served) -> None:
    program = await served.program()
    made = (await program.post('/channels', NEW)).json()['channel']
    await outage(served.application)
    (one,) = served.application.telling.due({})
    await served.application.telling.record(one, Answered(outcome=Outcome.LATER, said='HTTP 503', code=503), 0.02)
    alert = next(iter(served.application.fleet[Alert]))
    (attempt,) = (await program.get('/delivery-attempts', alert_id=alert))['items']
    assert attempt['problem'] == served.application.fleet[Alert][alert].problem
    assert (attempt['channel']['name'], attempt['code'], attempt['outcome'], attempt['took_ms']) == (
        'Night desk',
        503,
        'later',
        20.0,
    )
    assert (await program.get('/delivery-attempts', alert_id='another'))['items'] == []
    delivery = await program.get(f'/deliveries/{attempt["delivery_id"]}')
    assert (delivery['state'], delivery['attempts'], delivery['said']) == ('waiting', 1, 'HTTP 503')
    assert (await program.get(f'/channels/{made["id"]}'))['status'] == 'failing'


async def test_a_secret_is_rotated(served: Served) -> None:
    program = await served.program()
    made = (await program.post('/channels', NEW)).json()
    rotated = (await program.post(f'/channels/{made["channel"]["id"]}/rotate-secret')).json()
    assert rotated['secret'] != made['secret']
    assert rotated['channel']['former_secret_until'] is not None


async def test_channels_fall_to_one_another_but_not_in_a_circle(served: Served) -> None:
    program = await served.program()
    first = (await program.post('/channels', NEW)).json()['channel']['id']
    second = await program.post('/channels', {**NEW, 'name': 'Day desk', 'next_channel': first, 'next_after_min': 15})
    assert second.json()['channel']['next_channel'] == first
    wrong = await program.patch(f'/channels/{first}', {'next_channel': second.json()['channel']['id']}, 1)
    assert (wrong.status_code, wrong.json()['field']) == (409, 'next_channel')
