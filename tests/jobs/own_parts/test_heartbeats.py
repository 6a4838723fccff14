"""Outside checks, as real receivers on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.alerts.model import Alert
from domain.channels.input import NewChannel
from domain.channels.model import Channel, ChannelHealth
from domain.common.errors import Invalid
from domain.common.own_parts import OwnPart
from jobs.own_parts.heartbeats import Heartbeats
from tests.domain.channels.channels import outage
from tests.fakes import RunningApplication, running_application
from tests.jobs.loopback import eventually
from tests.jobs.notifications.receiver import receiving
from tests.jobs.own_parts.parts import outside_check, own_sender, stand


@asynccontextmanager
async def beating() -> AsyncIterator[tuple[RunningApplication, Heartbeats]]:
    """An application whose outside checks are told by the test's clock."""
    async with running_application() as application:
        sender = own_sender(application)
        beats = Heartbeats(
            fleets=application.fleets,
            telling=application.telling,
            send=sender.attempt,
            steady=application.clock.steady,
        )
        try:
            yield application, beats
        finally:
            await beats.close()
            await sender.close()


async def turns(application: RunningApplication, beats: Heartbeats, seconds: int) -> None:
    """So much time passes, looked at each second."""
    for _ in range(seconds):
        beats.look()
        await eventually(lambda: all(task.done() for task in beats._tasks.values()))
        application.clock.tick(1)


async def test_it_hears_at_its_pace_that_the_console_lives() -> None:
    async with receiving() as check, beating() as (application, beats):
        channel = await outside_check(application, check.url)
        stand(application)
        await turns(application, beats, 35)
        assert len(check.got) == 4
        assert {one.body for one in check.got} == {b''}
        health = application.fleet[ChannelHealth][channel.id]
        assert (health.failures, health.said) == (0, 'HTTP 204')


async def test_nothing_is_said_before_every_part_has_turned() -> None:
    async with receiving() as check, beating() as (application, beats):
        await outside_check(application, check.url)
        await turns(application, beats, 15)
        assert check.got == []


async def test_what_is_behind_is_withheld_or_told_where_there_is_an_address_for_it() -> None:
    async with receiving() as plain, receiving() as lives, receiving() as fails, beating() as (application, beats):
        await outside_check(application, plain.url)
        await outside_check(application, lives.url, fail_url=fails.url, method='POST')
        stand(application, OwnPart.DATABASE)
        await turns(application, beats, 5)
        assert plain.got == lives.got == []
        assert fails.got[0].body == b'The database is behind: changes are not kept. the disk is full'
        stand(application)
        await turns(application, beats, 10)
        assert len(plain.got) == len(lives.got) == 1


async def test_no_alert_is_told_on_it_but_that_it_does_not_answer_is_an_alert() -> None:
    async with receiving() as check, beating() as (application, beats):
        channel = await outside_check(application, check.url)
        check.usual = (500, {}, b'no')
        stand(application)
        await outage(application)
        await turns(application, beats, 360)
        assert all(one.body == b'' for one in check.got)
        assert application.fleet[ChannelHealth][channel.id].failures > 3
        problems = {alert.problem for alert in application.fleet[Alert].values()}
        assert f'Channel {channel.name} does not deliver' in problems


async def test_one_that_is_gone_is_switched_off() -> None:
    async with receiving() as check, beating() as (application, beats):
        channel = await outside_check(application, check.url)
        check.usual = (410, {}, b'')
        stand(application)
        await turns(application, beats, 30)
        assert len(check.got) == 1
        assert not application.fleet[Channel][channel.id].enabled


@pytest.mark.parametrize('every_s', ['9', '3601', 'soon', '-1', '1' * 30])
async def test_a_pace_out_of_bounds_is_refused(every_s: str) -> None:
    async with running_application() as application:
        new = NewChannel(name='check', kind='heartbeat', settings={'url': 'https://e.com/x', 'every_s': every_s})
        with pytest.raises(Invalid) as refused:
            await application.channels.add(application.actor, new)
        assert refused.value.field == 'settings.every_s'
