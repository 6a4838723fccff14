"""Looks once a page is connected, for what no topic tells.

A timer of NiceGUI waits for the connection by itself, and a page for which something waits is sent at once: without its first picture.
"""

from collections.abc import Awaitable, Callable

from nicegui import context, ui


def look_once(look: Callable[[], Awaitable[object] | None]) -> None:
    """Call ``look`` once the page is connected."""
    place, begun = ui.element('div').style('display: none'), False

    def begin() -> None:
        nonlocal begun  # a connection that comes back is not another beginning
        if not begun and not place.is_deleted:
            begun = True
            with place:
                ui.timer(0, look, once=True)

    context.client.on_connect(begin)
