"""Receivers that hang hold up no other channel and no other enterprise."""

import asyncio
from dataclasses import replace

from domain.channels.input import NewChannel
from jobs.notifications.places import MOST
from tests.domain.channels.channels import outage
from tests.jobs.notifications.receiver import receiving
from tests.jobs.notifications.test_sender import sending

SOON_S = 5
"""Far less than the attempt that hangs lasts."""


async def test_hanging_receivers_of_one_enterprise_delay_no_first_attempt_of_another_nor_of_its_own_other_channels() -> (
    None
):
    async with receiving() as hangs, receiving() as works, receiving() as theirs, sending(within_s=25) as desk:
        hangs.answers = [None] * 1000
        for number in range(20):
            await desk.channel(hangs.url, f'hangs {number}')
        for number in range(12):
            await desk.outage(f'{number}')
        await desk.until(lambda: len(hangs.got) >= MOST)
        other = await desk.application.enterprises.add('Other')
        actor = replace(desk.application.actor, enterprise=other.id)
        new = NewChannel(name='theirs', kind='webhook', settings={'url': theirs.url})
        await desk.application.channels.add(actor, new)
        await desk.channel(works.url, 'works')
        for number in range(5):
            await desk.outage(f'later {number}')
            await outage(desk.application, f'theirs {number}', enterprise=other.id)
        async with asyncio.timeout(SOON_S):
            await theirs.until(5)
            await works.until(5)
