"""The page of channels: set up, refused at the field, tried, previewed, removed."""

from typing import Any

from nicegui import ui

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.channels.model import Answered, Attempt, Channel, Delivery, Outcome
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
    await console.user.should_see('Alerts are seen in this console alone')
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


async def test_a_test_says_what_the_other_side_said(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    console.user.find(marker='test').click()
    await until(lambda: list(console.application.telling.due({})))
    await answer(console.application, Outcome.LATER, 'HTTP 403: who are you?')
    await console.user.should_see('Test did not arrive: HTTP 403: who are you?')
    assert [one.channel for one in rows(console.application, Attempt)] == [channel.id]


async def test_an_open_alert_can_be_read_as_the_receiver_would_get_it(console: Console) -> None:
    await webhook(console.application)
    await outage(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='preview')
    (picked,) = console.user.find(kind=ui.select, marker='preview').elements
    picked.value = next(iter(console.application.fleet[Alert]))
    await console.user.should_see('alert.raised')


async def test_a_channel_is_removed_after_a_question(console: Console) -> None:
    await webhook(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='remove')
    console.user.find(marker='remove').click()
    await console.user.should_see('The log of what was told stays')
    console.user.find(marker='confirm').click()
    await until(lambda: not console.application.fleet[Channel])


async def test_who_may_not_change_channels_reads_them(console: Console) -> None:
    await webhook(console.application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/channels')
    await console.user.should_see('desk')
    await console.user.should_not_see(marker='edit')
    await console.user.should_not_see(marker='test')


async def test_the_page_of_an_alert_says_who_was_told(console: Console) -> None:
    await webhook(console.application)
    await outage(console.application)
    await answer(console.application, Outcome.DELIVERED, 'HTTP 204')
    (delivery,) = rows(console.application, Delivery)
    await console.sign_in()
    await console.user.open(f'/alerts/{delivery.alert}')
    await console.user.should_see('Who was told')
    await console.user.should_see('HTTP 204')
