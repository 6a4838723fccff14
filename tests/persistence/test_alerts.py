"""Cleared alerts page by page: filtered, ordered and counted over all there are, as the same question to the rows at hand would be."""

from dataclasses import replace

import pytest

from domain.alerts.archive import ORDERS, AlertOrder, AlertQuery, in_order
from domain.alerts.model import AlarmType, Alert
from domain.common.severity import Severity
from persistence.store import TortoiseStore
from tests.persistence.samples import ALERT, HARBOUR, T, changes

CLEARED = [
    replace(
        ALERT,
        id=f'A{number:03}',
        key=f'k{number}',
        severity=list(Severity)[number % 4],
        alarm_type=list(AlarmType)[number % 2],
        problem=f'Mast {number} is down' if number % 3 else 'The CLOCK of 100%_crane is wrong',
        object_name=('Łódź', 'mast', 'Mast', 'élan')[number % 4],
        raised_at=T + 60 * number,
        cleared_at=T + 60 * number + 7 * (number % 5 + 1),
        peak_devices=number % 7,
    )
    for number in range(40)
]
QUERIES = (
    AlertQuery(),
    AlertQuery(severities=('critical', 'minor')),
    AlertQuery(types=('equipmentAlarm',), object_kinds=('tower',), object_id='T1'),
    AlertQuery(since=T + 600, until=T + 1200),
    AlertQuery(text='clock of 100%_'),
    AlertQuery(text="'; DROP TABLE alert"),
    AlertQuery(severities=('no such',)),
    AlertQuery(causes=(ALERT.probable_cause.value,)),
    AlertQuery(causes=('fire',)),
)


@pytest.fixture
async def kept(store: TortoiseStore) -> TortoiseStore:
    await store.commit(changes(*CLEARED, ALERT, replace(CLEARED[0], id='B1', enterprise='OTHER')))
    return store


@pytest.mark.parametrize('query', QUERIES, ids=str)
async def test_every_question_is_answered_as_the_rows_at_hand_would(kept: TortoiseStore, query: AlertQuery) -> None:
    fitting = [alert for alert in CLEARED if query.fits(alert)]
    for by in ORDERS:
        for down in (True, False):
            order = AlertOrder(by, down)
            expected = in_order(fitting, order)
            assert await kept.cleared_alerts(HARBOUR, query, order, limit=100) == expected
            assert await kept.cleared_alerts(HARBOUR, query, order, skip=3, limit=4) == expected[3:7]
    counts = await kept.cleared_counts(HARBOUR, query)
    assert sum(counts.values()) == len(fitting)
    assert all(
        count == sum((alert.severity, alert.alarm_type) == pair for alert in fitting) for pair, count in counts.items()
    )


@pytest.mark.parametrize('is_open', [None, True, False])
async def test_pages_by_id_leave_nothing_out_and_tell_nothing_twice(kept: TortoiseStore, is_open: bool | None) -> None:
    query, found, before = AlertQuery(since=T), list[Alert](), None
    while page := await kept.alerts_before(HARBOUR, query, is_open=is_open, before=before, limit=7):
        found += page
        before = page[-1].id
    rows = [alert for alert in [ALERT, *CLEARED] if query.fits(alert) and is_open in (None, alert.is_open)]
    assert found == sorted(rows, key=lambda alert: alert.id, reverse=True)
