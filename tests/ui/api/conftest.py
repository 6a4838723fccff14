"""The API on a house of its own for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes import house
from tests.ui.api.served import Served, serving


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """The API, one enterprise, nobody in it."""
    async with house() as home, serving(home) as found:
        yield found
