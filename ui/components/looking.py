"""Looks once a page is connected, and again now and then while it is open, for what no topic tells.

A timer of NiceGUI waits for the connection by itself, and a page for which something waits is sent at once: without its first picture.
"""

from collections.abc import Awaitable, Callable

from nicegui import context, ui


def look_once(look: Callable[[], Awaitable[object] | None]) -> None:
    """Call ``look`` once the page is connected."""
    _connected(lambda: ui.timer(0, look, once=True))


def look_every(interval_s: float, look: Callable[[], Awaitable[None] | None]) -> None:
    """Call ``look`` once the page is connected, and every ``interval_s`` seconds from then on."""
    _connected(lambda: ui.timer(interval_s, look))


def _connected(start: Callable[[], object]) -> None:
    place, begun = ui.element('div').style('display: none'), False

    def begin() -> None:
        nonlocal begun
        if not begun and not place.is_deleted:
            begun = True
            with place:
                start()

    context.client.on_connect(begin)
