"""What the fleet's tests share."""

from collections.abc import AsyncIterator

import pytest

from jobs.simulation.population import Fleet, build_fleet
from tests.jobs.simulation.console import Console


@pytest.fixture(scope='session')
def fleet() -> Fleet:
    return build_fleet(seed=7, devices=500, towers=40)


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    console = Console()
    await console.start()
    yield console
    await console.stop()
