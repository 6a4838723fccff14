"""What the demo tells on its log of a fleet of any size."""

import asyncio

import pytest
from structlog.testing import capture_logs

from jobs.simulation import log_summary
from tests.jobs.simulation.console import eventually


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_summary, 'EVERY_S', 0.01)


async def test_many_answers_to_commands_are_one_line_and_none_is_no_line() -> None:
    gathered = log_summary.LogSummary()
    with capture_logs() as lines:
        task = asyncio.create_task(gathered.tell())
        for number in range(7):
            gathered.answered(f'crane-{number}', 'quarantine', 'confirmed')
        gathered.answered('van-1', 'quarantine', 'rejected')
        await eventually(lambda: len(lines) == 2)
        await asyncio.sleep(0.05)
        task.cancel()
    assert [(line['outcome'], line['devices']) for line in lines] == [
        ('confirmed', 'crane-0, crane-1, crane-2, crane-3, crane-4 and 2 more'),
        ('rejected', 'van-1'),
    ]


async def test_a_fleet_that_is_still_coming_in_says_how_far_it_is() -> None:
    with capture_logs() as lines:
        task = asyncio.create_task(log_summary.tell_progress(lambda: 4000, 20_000))
        await eventually(lambda: bool(lines))
        task.cancel()
    assert (lines[0]['event'], lines[0]['joined'], lines[0]['devices']) == ('fleet_joining', 4000, 20_000)
