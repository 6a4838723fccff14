"""What every test may ask for."""

import gc
from typing import Any

import pytest
import structlog
from hypothesis import settings

pytest_plugins = ['tests.real.postgres']

# an example that is slow because two cores are shared is no finding
settings.register_profile('house', deadline=None)
settings.load_profile('house')

_configure = structlog.configure


def configure(**set_up: Any) -> None:
    """A logger that keeps what one test has set up would hide its lines from ``capture_logs`` in another."""
    _configure(**{**set_up, 'cache_logger_on_first_use': False})


structlog.configure = configure  # type: ignore[assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that at the end no worker waits for the last one."""
    long = ('tests/real/test_kill', 'tests/real', 'tests/browser', 'tests/persistence')
    places = {
        item: next((n for n, start in enumerate(long) if item.nodeid.startswith(start)), len(long)) for item in items
    }
    items.sort(key=places.__getitem__)


def pytest_collection_finish() -> None:
    """What is loaded for all tests stays to the end: no pass of the garbage collector looks at it again.

    NiceGUI's tests ask for two whole passes each, and thousands of collected tests make a pass take a second.
    """
    gc.collect()
    gc.freeze()
