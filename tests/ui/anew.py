"""NiceGUI as new, for tests that put pages on it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from nicegui.testing.general import nicegui_reset_globals


@contextmanager
def nicegui_anew() -> Iterator[None]:
    """What NiceGUI keeps per process is made and undone with the block.

    It would forget the modules of pages too, for the sake of pages that are registered by an import; ours are by a call, and to run thirty
    modules again takes longer than most tests.
    """
    loaded = dict(sys.modules)
    try:
        with nicegui_reset_globals():
            yield
    finally:
        for name, module in loaded.items():
            sys.modules.setdefault(name, module)
