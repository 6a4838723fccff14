"""A probe that hangs or stumbles costs its own line."""

import asyncio
import threading

import pytest

from ui.doctor.bounded import examine, in_thread
from ui.doctor.model import Probe, Said, State, ok, worst


async def test_a_probe_that_hangs_is_a_fault_and_the_others_are_told() -> None:
    async def well(_: None) -> Said:
        return ok('Well.')

    async def hangs(_: None) -> Said:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:  # a driver may hang in its cancellation, too
                if released.is_set():
                    raise

    async def stumbles(_: None) -> Said:
        raise ZeroDivisionError('a secret that must not be told')

    released = asyncio.Event()
    probes = [Probe('a', 'A', hangs, 'Ask it.'), Probe('b', 'B', stumbles), Probe('c', 'C', well)]
    found = await examine(probes, None, within_s=0.05)
    assert [finding.said.state for finding in found] == [State.FAULT, State.UNKNOWN, State.OK]
    assert (found[0].said.words, found[0].said.advice) == ('It did not answer within 0.05 s.', 'Ask it.')
    assert 'secret' not in str(found[1].shown())
    assert worst(found) is State.FAULT
    released.set()


async def test_work_in_a_thread_is_not_waited_for() -> None:
    go = threading.Event()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(in_thread(go.wait), 0.05)
    go.set()
    assert await in_thread(lambda: 7) == 7
    with pytest.raises(OSError, match='gone'):
        await in_thread(lambda: (_ for _ in ()).throw(OSError('gone')))


def test_the_worst_line_is_the_report() -> None:
    assert worst([]) is State.UNKNOWN
