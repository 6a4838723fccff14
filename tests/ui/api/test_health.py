import asyncio
from contextlib import suppress

import pytest

from domain.common.errors import Unavailable
from tests.ui.api.served import Served
from ui.api import health


async def test_alive_asks_no_store(served: Served) -> None:
    await served.application.transactor.stop()
    assert (await served.client.get('/healthz')).status_code == 200


async def test_ready_while_changes_are_taken(served: Served) -> None:
    assert (await served.client.get('/readyz')).text == 'ready\n'
    served.missing.append('the fleet is being loaded')
    answer = await served.client.get('/readyz')
    assert (answer.status_code, answer.text) == (503, 'not ready: the fleet is being loaded\n')
    served.missing.clear()
    await served.application.transactor.stop()
    answer = await served.client.get('/readyz')
    assert (answer.status_code, answer.headers['retry-after']) == (503, '2')


@pytest.mark.parametrize('path', ['/healthz', '/readyz', '/api/v1/openapi.json', '/api/v1/devices'])
async def test_head_is_answered_like_get_without_the_body(served: Served, path: str) -> None:
    program = await served.program()
    headers = {'authorization': f'Bearer {program.token}'}
    full, head = [await served.client.request(method, path, headers=headers) for method in ('GET', 'HEAD')]
    assert (head.status_code, head.headers, head.content) == (200, full.headers, b'')


async def test_not_ready_while_the_store_is_silent(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    thawed, asked = asyncio.Event(), 0

    async def frozen() -> None:
        nonlocal asked
        asked += 1
        while not thawed.is_set():  # a driver on a dead connection hangs when it is cancelled, too
            with suppress(asyncio.CancelledError):
                await thawed.wait()

    monkeypatch.setattr(served.application.store, 'probe', frozen)
    monkeypatch.setattr(health, 'STORE_ANSWERS_WITHIN_S', 0.01)
    async with asyncio.timeout(30):
        answers = [(await served.client.get('/readyz')).text for _ in range(3)]
    assert (set(answers), asked) == ({'not ready: the store does not answer\n'}, 1)
    thawed.set()
    monkeypatch.setattr(health, 'STORE_ANSWERS_WITHIN_S', 5)
    monkeypatch.setattr(health, 'ASKED_EVERY_S', 0.0)
    assert (await served.client.get('/readyz')).status_code == 200


async def test_a_store_that_takes_the_probe_and_no_change_is_not_ready(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken() -> None:
        """The row of the lease fits where nothing else does."""

    monkeypatch.setattr(served.application.store, 'probe', taken)
    served.application.store.failure = OSError('no space left')
    with pytest.raises(Unavailable):
        await served.application.device('crane-1')
    answer = await served.client.get('/readyz')
    assert (answer.status_code, answer.text) == (503, 'not ready: changes are not taken: no space left\n')
    served.application.store.failure = None
    await served.application.device('crane-2')
    assert (await served.client.get('/readyz')).status_code == 200


async def test_ready_means_that_a_change_was_written_and_is_asked_once_for_all_who_ask_at_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def refused() -> None:
        nonlocal asked
        asked += 1
        raise Unavailable('the database cannot be written: disk is full')

    monkeypatch.setattr(served.application.store, 'probe', refused)
    answers = [await served.client.get('/readyz') for _ in range(5)]
    assert {(answer.status_code, answer.text, answer.headers['retry-after']) for answer in answers} == {
        (503, 'not ready: changes are not taken: the database cannot be written: disk is full\n', '2')
    }
    assert asked == 1
