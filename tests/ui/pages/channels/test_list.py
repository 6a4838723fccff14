"""The page of channels: set up, refused at the field, tried, previewed, removed."""

from typing import Any

from nicegui import ui

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.channels.input import NewChannel
from domain.channels.model import Answered, Attempt, Channel, Outcome
from tests.domain.channels.channels import outage, webhook
from tests.fakes import RunningApplication
from tests.ui.conftest import Console
from tests.ui.until import until


async def answer(application: RunningApplication, outcome: Outcome, said: str) -> None:
    """Everything that is due is tried, with that answer."""
    for one in list(application.telling.due({})):
        await application.telling.record(one, Answered(outcome=outcome, said=said), 0.01)


def rows(application: RunningApplication, kind: type[Any]) -> list[Any]:
    """All that was ever stored of a kind."""
    return list(application.store.rows.get(kind, {}).values())


async def test_a_channel_is_set_up_and_its_secret_shown_once(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/channels')
    console.user.find(marker='new-channel').click()
    await console.user.should_see(marker='name')
    console.user.find(marker='name').type('Night desk')
    console.user.find(marker='url').type('ftp://example.com')
    console.user.find(marker='save').click()
    (url,) = console.user.find(kind=ui.input, marker='url').elements
    await until(lambda: 'https://' in str(url.error))
    url.value = 'https://example.com/hook'
    console.user.find(marker='save').click()
    await console.user.should_see('It is not shown again')
    (channel,) = console.application.fleet[Channel].values()
    assert (channel.name, channel.settings['url']) == ('Night desk', 'https://example.com/hook')


def act(console: Console, action: str, channel: str) -> None:
    """What the table tells when a person presses a button on a row."""
    (table,) = console.user.find(marker='channels').elements
    listener = next(one for one in table._event_listeners.values() if one.type == 'act')
    table._handle_event({'listener_id': listener.id, 'args': {'action': action, 'id': channel}})


async def test_a_test_says_what_the_other_side_said(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    act(console, 'test', channel.id)
    await until(lambda: list(console.application.telling.due({})))
    await answer(console.application, Outcome.LATER, 'HTTP 403: who are you?')
    await console.user.should_see('Test did not arrive on desk: HTTP 403: who are you?')
    assert [one.channel for one in rows(console.application, Attempt)] == [channel.id]


async def test_an_open_alert_can_be_read_as_the_receiver_would_get_it(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await outage(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    act(console, 'edit', channel.id)
    await console.user.should_see(marker='preview')
    (picked,) = console.user.find(kind=ui.select, marker='preview').elements
    picked.value = next(iter(console.application.fleet[Alert]))
    await console.user.should_see('alert.raised')


async def test_words_of_its_own_are_tried_on_an_open_alert_before_they_are_saved(console: Console) -> None:
    new = NewChannel(name='Chat', kind='slack', settings={'url': 'https://hooks.slack.com/services/T0/B0/x'})
    channel, _ = await console.application.channels.add(console.application.actor, new)
    await outage(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    act(console, 'edit', channel.id)
    await console.user.should_see(marker='preview')
    (headline,) = console.user.find(kind=ui.input, marker='headline').elements
    headline.value = 'Look here: {problem}'
    (picked,) = console.user.find(kind=ui.select, marker='preview').elements
    picked.value = next(iter(console.application.fleet[Alert]))
    await console.user.should_see('Look here: ')
    await console.user.should_see('Severity: major')
    await console.user.should_see('As it is sent')
    await console.user.should_not_see('services/T0/B0/x')
    headline.value = 'Look here: {riddle}'
    console.user.find(marker='save').click()
    await until(lambda: 'has no field {riddle}' in str(headline.error).lower())
    headline.value = 'Look here: {problem}'
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[Channel][channel.id].settings.get('headline'))


async def test_a_channel_is_removed_after_a_question(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    act(console, 'edit', channel.id)
    await console.user.should_see(marker='remove')
    console.user.find(marker='remove').click()
    await console.user.should_see('The log of what was told stays')
    console.user.find(marker='confirm').click()
    await until(lambda: not console.application.fleet[Channel])


async def test_who_may_not_change_channels_is_offered_nothing(console: Console) -> None:
    await webhook(console.application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/channels')
    (table,) = console.user.find(marker='channels').elements
    assert (table.props['topic'], table.props['actions']) == ('channels', [])
    await console.user.should_not_see(marker='new-channel')


async def test_the_log_follows_one_alert_or_one_channel(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await outage(console.application)
    await console.sign_in()
    (alert,) = console.application.fleet[Alert]
    for path, topic in (
        ('/channels', 'tellings'),
        (f'/channels?channel={channel.id}', f'tellings?channel={channel.id}'),
        (f'/alerts/{alert}', f'tellings?alert={alert}'),
    ):
        await console.user.open(path)
        (table,) = console.user.find(marker='told').elements
        assert table.props['topic'] == topic


async def test_what_is_about_alerts_is_not_asked_of_an_outside_check(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/channels')
    console.user.find(marker='new-channel').click()
    await console.user.should_see('Most messages in a minute')
    (kind,) = console.user.find(kind=ui.select, marker='kind').elements
    kind.value = 'heartbeat'
    await console.user.should_not_see('Most messages in a minute')
    await console.user.should_not_see('Falls to')
    await console.user.should_see('It is asked')
    kind.value = 'apprise'
    await console.user.should_see('Most messages in a minute')
