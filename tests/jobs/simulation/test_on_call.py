"""The pager of the demo: it hears what a channel sends, and survives what is no message."""

import asyncio
from datetime import date

import aiohttp
import pytest

from jobs.simulation.on_call import PEOPLE, Pager, first_turn
from ui.operator.demo import NIGHT_DESK


async def test_the_pager_hears_a_message_and_answers_nothing_else() -> None:
    heard: list[tuple[str, str]] = []
    pager = Pager(lambda kind, problem: heard.append((kind, problem)))
    address = await pager.open()
    try:
        async with aiohttp.ClientSession() as client:
            said = {'type': 'alert.raised', 'data': {'problem': 'Mast is down'}}
            async with client.post(address, json=said) as answer:
                assert answer.status == 204
        reader, writer = await asyncio.open_connection('127.0.0.1', int(address.rstrip('/').rpartition(':')[2]))
        writer.write(b'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]')
        assert await reader.read(40) == b''
        writer.close()
    finally:
        pager.close()
    assert heard == [('alert.raised', 'Mast is down')]


async def test_a_pager_that_opens_again_has_the_address_that_is_known_unless_another_program_has_it() -> None:
    first, second, third = Pager(), Pager(), Pager()
    try:
        address = await first.open()
        assert await second.open(address) != address, 'its port is taken'
        first.close()
        assert await third.open(address) == address
    finally:
        for pager in (first, second, third):
            pager.close()


@pytest.mark.parametrize('known', ['', 'https://pager.example.com/', 'http://127.0.0.1:22/', 'http://127.0.0.1:x/'])
async def test_a_pager_opens_anywhere_when_what_is_known_is_no_address_of_its_own(known: str) -> None:
    pager = Pager()
    try:
        assert await pager.open(known) != known
    finally:
        pager.close()


def test_the_people_of_the_simulation_are_those_whom_the_demo_adds() -> None:
    assert PEOPLE == NIGHT_DESK


def test_turns_have_begun_before_the_first_handover_of_any_day_on_which_a_demo_starts() -> None:
    assert first_turn(date(2026, 12, 1)) < date(2026, 12, 1)
    assert first_turn(date(2027, 1, 1)) == date(2026, 12, 1)
