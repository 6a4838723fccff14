"""Long work is done in slices, one at a time, and in places that are shared out."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.access.actors import Actor, ActorKind
from domain.access.shares import MOST_OF_ENTERPRISE, MOST_OF_PERSON, SLICE_S, Shares, TooMuchAtOnce

ANNA = Actor(ActorKind.PERSON, 'anna', 'Anna', 'port', frozenset())


def another(id: str, enterprise: str = 'port') -> Actor:
    return replace(ANNA, id=id, enterprise=enterprise)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_works_for_each_person_and_two_for_each_enterprise() -> None:
    shares, working, done = Shares(), [], asyncio.Event()

    async def work(actor: Actor) -> None:
        async with shares.place(actor, 'exports'):
            working.append(actor.id)
            await done.wait()

    people = [ANNA, ANNA, another('bert'), another('carl'), another('dora', 'yard')]
    tasks = [asyncio.create_task(work(actor)) for actor in people]
    await settle()
    assert working == ['anna', 'bert', 'dora']
    done.set()
    await asyncio.gather(*tasks)
    assert sorted(working) == ['anna', 'anna', 'bert', 'carl', 'dora']


async def test_a_line_has_an_end_for_each_person_and_each_enterprise() -> None:
    shares = Shares()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(shares.place(ANNA, 'exports'))

        async def wait(actor: Actor) -> None:
            async with shares.place(actor, 'exports'):
                await asyncio.Event().wait()

        tasks = [asyncio.create_task(wait(ANNA)) for _ in range(MOST_OF_PERSON - 1)]
        await settle()
        with pytest.raises(TooMuchAtOnce, match='of your'):
            await asyncio.wait_for(shares.place(ANNA, 'exports').__aenter__(), 1)
        tasks += [asyncio.create_task(wait(another(f'p{n}'))) for n in range(MOST_OF_ENTERPRISE - MOST_OF_PERSON)]
        await settle()
        with pytest.raises(TooMuchAtOnce, match='of your colleagues') as refused:
            await asyncio.wait_for(shares.place(another('last'), 'exports').__aenter__(), 1)
        assert refused.value.retry_after > 0
        async with shares.place(another('dora', 'yard'), 'exports'):
            pass
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with shares.place(another('last'), 'exports'), shares.place(ANNA, 'exports'):
        pass


async def test_work_is_done_whole_and_gives_way_after_each_slice() -> None:
    shares, done, longest = Shares(), [], 0.0

    def busy(item: int) -> None:
        until = time.perf_counter() + SLICE_S / 4
        while time.perf_counter() < until:
            pass
        done.append(item)

    async def watch() -> None:
        nonlocal longest
        while True:
            before = len(done)
            await asyncio.sleep(0)
            longest = max(longest, len(done) - before)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(shares.each(f'e{n}', range(20), busy) for n in range(3)))
    watching.cancel()
    assert sorted(done) == sorted([*range(20)] * 3)
    assert longest <= 5  # items between two looks of another task: one slice, of one of the three


async def test_slices_go_round_by_enterprise() -> None:
    shares, order = Shares(), []

    async def once(enterprise: str) -> None:
        async with shares.slice(enterprise):
            order.append(enterprise)

    async with shares.slice('port'):
        tasks = [asyncio.create_task(once(name)) for name in ('port', 'port', 'port', 'yard', 'quay')]
        await settle()
        tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ['port', 'yard', 'quay', 'port']


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(['work', 'stop', 'cancel'])), max_size=40))
def test_no_place_is_ever_lost_or_given_twice(steps: list[tuple[int, str]]) -> None:
    async def play() -> None:
        shares, stops, working = Shares(), [], 0
        tasks: list[asyncio.Task[None]] = []
        most = 0

        async def work(actor: Actor, stop: asyncio.Event) -> None:
            nonlocal working, most
            async with shares.place(actor, 'exports'):
                working += 1
                most = max(most, working)
                try:
                    await stop.wait()
                finally:
                    working -= 1

        for number, step in steps:
            if step == 'work':
                stops.append(asyncio.Event())
                tasks.append(asyncio.create_task(work(another(f'p{number}'), stops[-1])))
            elif tasks and step == 'stop':
                stops[number % len(stops)].set()
            elif tasks:
                tasks[number % len(tasks)].cancel()
            if number:
                await asyncio.sleep(0)
        for stop in stops:
            stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (working, most <= 2) == (0, True)
        async with asyncio.timeout(30), shares.place(another('p0'), 'exports'), shares.place(another('p1'), 'exports'):
            pass

    asyncio.run(play())


async def test_who_gives_up_just_when_a_place_becomes_free_leaves_in_order() -> None:
    shares = Shares()

    async def wait() -> None:
        async with shares.place(ANNA, 'exports'):
            await asyncio.Event().wait()

    working, waiting = [asyncio.create_task(wait()) for _ in range(2)]
    await settle()
    working.cancel()
    waiting.cancel()
    ended = await asyncio.gather(working, waiting, return_exceptions=True)
    assert [type(each) for each in ended] == [asyncio.CancelledError] * 2
    async with asyncio.timeout(30), shares.place(ANNA, 'exports'):
        pass  # and the place is free


async def test_a_slice_whose_change_does_not_arrive_keeps_no_other_enterprise_waiting() -> None:
    shares, arrived, order = Shares(), asyncio.Event(), []

    async def walk() -> None:
        async with shares.slice('port'):
            await arrived.wait()
        order.append('port')

    walking = asyncio.create_task(walk())
    await settle()
    async with asyncio.timeout(30), shares.slice('yard'):
        order.append('yard')
    arrived.set()
    await walking
    async with asyncio.timeout(30), shares.slice('yard'):  # the late end of the first has not let two in at once
        assert order == ['yard', 'port']
