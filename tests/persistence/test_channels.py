"""The log of attempts: who was told of an alert is found by an index, and what is old goes with what else is closed."""

from dataclasses import replace
from typing import Any

import pytest

from domain.changes.store import Retention
from domain.channels.model import Attempt
from persistence.database import opened_store
from persistence.store import TortoiseStore
from tests.persistence.samples import EVERY, HARBOUR, T, changes

DAY = 86_400.0
ATTEMPT = next(each for each in EVERY if isinstance(each, Attempt))


@pytest.mark.parametrize(
    ('equal', 'index'),
    [({'alert': 'A7'}, 'attempt_alert'), ({'channel': 'C3'}, 'attempt_channel'), ({}, 'attempt_newest')],
)
async def test_attempts_are_found_without_walking_through_the_log(url: str, equal: dict[str, str], index: str) -> None:
    async with opened_store(url) as store:
        rows = [replace(ATTEMPT, id=f'X{n:04}', alert=f'A{n % 10}', channel=f'C{n % 5}') for n in range(200)]
        await store.commit(changes(*rows))
        plan: list[Any] = []
        fetch = store._fetch

        async def explained(query: str, where: Any) -> Any:
            if not url.startswith('sqlite'):
                await store._client.execute_query('SET enable_seqscan = off', [])
            prefix = 'EXPLAIN QUERY PLAN ' if url.startswith('sqlite') else 'EXPLAIN '
            plan.extend(str(tuple(row)) for row in await fetch(prefix + query, where))
            return []

        store._fetch = explained  # type: ignore[method-assign]
        await store.history(Attempt, HARBOUR, equal=equal, is_open=None, before=None, limit=50)
        said = ' '.join(plan)
        assert index in said
        assert 'Sort' not in said
        assert 'TEMP B-TREE' not in said


async def test_attempts_are_kept_for_as_long_as_closed_alerts(store: TortoiseStore) -> None:
    now = T + 1000 * DAY
    rows = [replace(ATTEMPT, id=f'X{days}', at=now - days * DAY) for days in (1, 399, 401)]
    await store.commit(changes(*rows))
    assert (await store.thin(now, Retention()))['delivery_attempt'] == 1
    kept = await store.history(Attempt, HARBOUR, equal={}, is_open=None, before=None, limit=9)
    assert [row.id for row in kept] == ['X399', 'X1']
