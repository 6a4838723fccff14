"""One suite, both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from persistence.database import opened_store
from persistence.store import TortoiseStore


@pytest.fixture(params=['sqlite', 'postgres'])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == 'sqlite':
        return f'sqlite://{tmp_path}/fleet.sqlite3'
    return str(request.getfixturevalue('postgres'))


@pytest.fixture
async def store(url: str) -> AsyncIterator[TortoiseStore]:
    """An open store on an empty database."""
    async with opened_store(url) as store:
        yield store
