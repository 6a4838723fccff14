"""Looks again now and then while a page is open, for what no topic tells."""

from collections.abc import Awaitable, Callable

from nicegui import context, ui


def look_every(interval_s: float, look: Callable[[], Awaitable[None] | None]) -> None:
    """Call ``look`` once the page is connected, and every ``interval_s`` seconds from then on.

    A timer of NiceGUI waits for the connection by itself, and a page for which something waits is sent at once: without its first picture.
    """
    place, begun = ui.element('div').style('display: none'), False

    def begin() -> None:
        nonlocal begun
        if not begun and not place.is_deleted:
            begun = True
            with place:
                ui.timer(interval_s, look)

    context.client.on_connect(begin)
