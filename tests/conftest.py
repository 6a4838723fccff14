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

gc.disable()  # what is loaded while the tests are collected stays: see ``pytest_collection_finish``
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
    """What is loaded for all tests is left alone by the garbage collector, and later what each file leaves loaded behind it.

    NiceGUI's tests ask for two whole passes each, and a pass over all that thousands of tests have loaded takes a second.
    """
    _leave_alone()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """See ``pytest_collection_finish``."""
    if nextitem is None or nextitem.path != item.path:
        _leave_alone()


def _leave_alone() -> None:
    gc.collect()
    gc.freeze()
