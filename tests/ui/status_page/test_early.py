"""The store at the start: where pages are answered meanwhile it is waited for."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from domain.common.errors import Conflict, Unavailable
from ui.status_page import early
from ui.status_page.early import opened


def store(*failures: Exception) -> tuple[Callable[[], AbstractAsyncContextManager[str]], list[str]]:
    """One that fails so often, and what was done with it."""
    left, done = list(failures), list[str]()

    @asynccontextmanager
    async def open_store() -> AsyncIterator[str]:
        if left:
            raise left.pop(0)
        yield 'store'
        done.append('closed')

    return open_store, done


async def test_a_store_that_is_away_is_waited_for_where_pages_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, 'AGAIN_S', 0)
    open_store, done = store(Unavailable('away'), Unavailable('away'))
    async with opened(open_store, waits=True) as found:
        assert found == 'store'
    assert done == ['closed']


async def test_it_is_not_waited_for_otherwise_nor_for_a_store_that_another_process_serves() -> None:
    for waits, failure in ((False, Unavailable('away')), (True, Conflict('served already'))):
        with pytest.raises(type(failure)):
            async with opened(store(failure)[0], waits=waits):
                pass


async def test_what_fails_inside_goes_out() -> None:
    open_store, _ = store()
    with pytest.raises(KeyError):
        async with opened(open_store, waits=True):
            raise KeyError
