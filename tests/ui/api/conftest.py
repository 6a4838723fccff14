"""The API on an application of its own for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes import running_application
from tests.ui.api.served import Served, serving


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """The API, one enterprise, nobody in it."""
    async with running_application() as application, serving(application) as found:
        yield found
