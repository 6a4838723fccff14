"""Looks once a page is connected, and again now and then while it is open, for what no topic tells.

A timer of NiceGUI waits for the connection by itself, and a page for which something waits is sent at once: without its first picture.
"""

from collections.abc import Awaitable, Callable

from nicegui import context, ui

LOOK_S = 5.0


def look_once(look: Callable[[], Awaitable[object] | None]) -> None:
    """Call ``look`` once the page is connected."""
    _connected(lambda: ui.timer(0, look, once=True))


def look_every(interval_s: float, look: Callable[[], Awaitable[None] | None]) -> None:
    """Call ``look`` once the page is connected, and every ``interval_s`` seconds from then on."""
    _connected(lambda: ui.timer(interval_s, look))


class DrawnAnew:
    """A part of a page that is drawn again when what it tells is not any more what it was: ``newest`` says what that is, ``draw`` draws it.

    Nothing is drawn until :meth:`show` or :meth:`follow`. What a person does on the page calls :meth:`show`, so that they see it at once.
    """

    def __init__(self, newest: Callable[[], object], draw: Callable[[], None]) -> None:
        self._newest = newest
        self._draw = draw
        self._shown: object = None

    def show(self) -> None:
        """Draw it as it is now."""
        self._shown = self._newest()
        self._draw()

    def look(self) -> None:
        """Draw it if it has moved, as when another person has changed it meanwhile."""
        if self._shown != self._newest():
            self.show()

    def follow(self, interval_s: float = LOOK_S) -> None:
        """Draw it, and look every ``interval_s`` seconds while the page is open."""
        self.show()
        look_every(interval_s, self.look)


def _connected(start: Callable[[], object]) -> None:
    place, begun = ui.element('div').style('display: none'), False

    def begin() -> None:
        nonlocal begun
        if not begun and not place.is_deleted:
            begun = True
            with place:
                start()

    context.client.on_connect(begin)
