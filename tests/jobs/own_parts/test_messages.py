"""What channels are told past the outbox: real receivers, and a file that outlives the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain.access.permissions import Role
from domain.channels.model import ChannelHealth, Delivery
from domain.channels.status import ChannelStatus, channel_status
from domain.common.own_parts import OwnPart
from jobs.own_parts.messages import AGAIN_S, OwnMessages
from tests.domain.channels.channels import webhook
from tests.fakes import RunningApplication, running_application
from tests.jobs.loopback import eventually
from tests.jobs.notifications.receiver import Receiver, receiving
from tests.jobs.notifications.test_push import notified, push_service
from tests.jobs.own_parts.parts import outside_check, own_sender, stand


@asynccontextmanager
async def speaking(application: RunningApplication, file: Path) -> AsyncIterator[OwnMessages]:
    """Messages of a process that begins here and ends with the block."""
    sender = own_sender(application)
    messages = OwnMessages(
        fleets=application.fleets, telling=application.telling, send=sender.attempt, file=file, clock=application.clock
    )
    messages.open()
    try:
        yield messages
    finally:
        await messages.close()
        await sender.close()


def told(receiver: Receiver) -> list[str]:
    """The types of what arrived."""
    return [one.json['type'] for one in receiver.got]


async def until_told(messages: OwnMessages, receiver: Receiver, count: int) -> None:
    """Look until so much has arrived and is kept."""
    await messages.look()
    await receiver.until(count)
    await eventually(lambda: all(task.done() for task in messages._tasks.values()))
    await messages.look()


async def test_every_channel_is_told_that_the_database_is_behind_and_that_it_is_over(tmp_path: Path) -> None:
    async with receiving() as one, receiving() as two, receiving() as check, running_application() as application:
        _, secret = await webhook(application, 'one', one.url)
        await webhook(application, 'two', two.url)
        await outside_check(application, check.url)
        application.store.gate.clear()  # nothing is kept from here on
        async with speaking(application, tmp_path / 'said.json') as messages:
            stand(application, OwnPart.DATABASE)
            await until_told(messages, one, 1)
            await two.until(1)
            assert one.got[0].is_signed_with(secret)
            said = one.got[0].json['data']
            assert said['problem'] == 'The database is behind: changes are not kept'
            assert said['detail'] == 'the disk is full'
            assert said['severity'] == 'critical'
            stand(application)
            await until_told(messages, one, 2)
            await two.until(2)
        assert told(one) == told(two) == ['alert.raised', 'alert.cleared']
        assert check.got == []
        assert not application.fleet[Delivery]


async def test_a_restart_tells_nothing_twice_and_forgets_no_recovery(tmp_path: Path) -> None:
    file = tmp_path / 'said.json'
    async with receiving() as receiver, running_application() as application:
        await webhook(application, 'one', receiver.url)
        stand(application, OwnPart.NOTIFIER)
        async with speaking(application, file) as messages:
            await until_told(messages, receiver, 1)
        async with speaking(application, file) as messages:
            application.clock.tick(AGAIN_S * 3)
            await messages.look()
            assert told(receiver) == ['alert.raised']
        stand(application)
        async with speaking(application, file) as messages:
            await until_told(messages, receiver, 2)
            assert told(receiver) == ['alert.raised', 'alert.cleared']
            assert receiver.got[0].json['data']['alert_id'] == receiver.got[1].json['data']['alert_id']
        async with speaking(application, file) as messages:
            await messages.look()
            assert len(receiver.got) == 2


async def test_what_is_killed_before_it_is_kept_is_sent_again_with_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / 'said.json'
    async with receiving() as receiver, running_application() as application:
        await webhook(application, 'one', receiver.url)
        stand(application, OwnPart.DATABASE)
        receiver.answers = [None]  # it has the message, and the answer never comes
        async with speaking(application, file) as messages:
            await messages.look()
            await receiver.until(1)
        async with speaking(application, file) as messages:
            await until_told(messages, receiver, 2)
        assert receiver.got[0].key == receiver.got[1].key


async def test_a_channel_that_fails_is_tried_again(tmp_path: Path) -> None:
    async with receiving() as receiver, running_application() as application:
        await webhook(application, 'one', receiver.url)
        receiver.answers = [(500, {}, b'')]
        stand(application, OwnPart.DATABASE)
        async with speaking(application, tmp_path / 'said.json') as messages:
            await until_told(messages, receiver, 1)
            assert len(receiver.got) == 1
            application.clock.tick(AGAIN_S)
            await until_told(messages, receiver, 2)


async def test_a_file_that_is_broken_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    file = tmp_path / 'said.json'
    file.write_text('{"database": [')
    async with receiving() as receiver, running_application() as application:
        await webhook(application, 'one', receiver.url)
        stand(application, OwnPart.DATABASE)
        async with speaking(application, file) as messages:
            await until_told(messages, receiver, 1)


async def test_a_channel_that_was_told_of_nothing_else_was_tried(tmp_path: Path) -> None:
    async with receiving() as receiver, running_application() as application:
        channel, _ = await webhook(application, 'one', receiver.url)
        async with speaking(application, tmp_path / 'said.json') as messages:
            stand(application, OwnPart.NOTIFIER)
            await until_told(messages, receiver, 1)
        health = application.fleet[ChannelHealth][channel.id]
        assert (health.tried_at, health.said) == (application.clock(), 'HTTP 204')
        assert channel_status(channel, health) is ChannelStatus.OK


async def test_browsers_of_people_are_told_too_each_once_and_a_click_leads_to_the_doctor(tmp_path: Path) -> None:
    async with push_service() as browser, running_application() as application:
        ana = await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.OPERATOR, 'correct horse battery'
        )
        await notified(application, ana, browser)
        for _ in range(2):
            async with speaking(application, tmp_path / 'said.json') as messages:
                stand(application, OwnPart.NOTIFIER)
                await messages.look()
                await eventually(lambda: len(browser.got) == 1)
                await eventually(lambda: all(task.done() for task in messages._tasks.values()))
        async with speaking(application, tmp_path / 'said.json') as messages:
            stand(application)
            await messages.look()
            await eventually(lambda: len(browser.got) == 2)
        assert [(one['path'], one['over'], one['alert'] != '') for one in browser.got] == [
            ('/doctor', False, True),
            ('/doctor', True, True),
        ]
