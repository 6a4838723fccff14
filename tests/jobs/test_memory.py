"""Memory that was freed between what is still in use is the system's again."""

import ctypes

import psutil
import pytest

from jobs.memory import hand_back

KB, BLOCKS, ONE_IN = 1024, 40_000, 100


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), 'malloc_trim'), reason='the C library has no malloc_trim')
def test_pages_that_are_free_between_others_go_back() -> None:
    blocks = [bytes(2 * KB) for _ in range(BLOCKS)]
    kept = blocks[::ONE_IN]
    del blocks
    before = psutil.Process().memory_info().rss
    hand_back()
    freed = before - psutil.Process().memory_info().rss
    assert len(kept) == BLOCKS // ONE_IN
    assert freed > BLOCKS * 2 * KB / 2
