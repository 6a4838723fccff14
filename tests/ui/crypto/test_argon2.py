"""Passwords: Argon2id, salted, as slow without an account as with one, and off the event loop."""

import asyncio
import time

from argon2 import PasswordHasher

from ui.crypto.argon2 import Argon2Hasher


async def test_a_hash_is_argon2id_with_a_salt_of_its_own_and_knows_its_password() -> None:
    hasher = Argon2Hasher()
    one, other = await asyncio.gather(hasher.hash('four words and then some'), hasher.hash('four words and then some'))
    assert one.startswith('$argon2id$v=19$m=65536,t=3,p=4$')
    assert one != other
    assert await hasher.verify(one, 'four words and then some')
    assert not await hasher.verify(one, 'four words and then some ')


async def test_a_hash_of_other_costs_is_outdated_and_still_knows_its_password() -> None:
    hasher, weaker = Argon2Hasher(), PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    old = weaker.hash(b'four words and then some')
    assert hasher.is_outdated(old)
    assert await hasher.verify(old, 'four words and then some')
    assert not hasher.is_outdated(await hasher.hash('four words and then some'))


async def test_the_same_characters_open_whichever_way_a_keyboard_writes_them() -> None:
    hasher = Argon2Hasher()
    hashed = await hasher.hash('four words for Zu\u0308rich')
    assert await hasher.verify(hashed, 'four words for Z\u00fcrich')
    assert not await hasher.verify(hashed, 'four words for Z\ud800rich'), 'half a character is no error'


async def test_an_account_without_a_hash_or_with_a_broken_one_lets_nobody_in() -> None:
    hasher = Argon2Hasher()
    assert not await hasher.verify(None, 'nobody has this password')
    assert not await hasher.verify('', '')
    assert not await hasher.verify('plain text', 'plain text')


async def test_the_loop_stays_free_and_an_unknown_account_costs_about_the_same() -> None:
    hasher = Argon2Hasher()
    known = await hasher.hash('four words and then some')
    await hasher.verify(None, 'warm')

    async def cost(hashed: str | None) -> float:
        best = 9.0
        for _ in range(3):
            began = time.perf_counter()
            await hasher.verify(hashed, 'a wrong password')
            best = min(best, time.perf_counter() - began)
        return best

    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    with_account, without = await cost(known), await cost(None)
    turning.cancel()
    assert 0.3 < without / with_account < 3
    assert turns > 100, 'a hash was computed on the loop'
