"""What the server has drawn by itself, drawn again when a topic has news: an open page asks for nothing meanwhile."""

from collections.abc import Callable

from nicegui import ui


class live_news(ui.element, component='live_news.js'):  # noqa: N801 (NiceGUI's element style)
    """Call ``look`` with each frame of ``topic``: with the first, and whenever something has moved. Shows nothing."""

    def __init__(self, topic: str, look: Callable[[], object]) -> None:
        super().__init__()
        self._props['topic'] = topic
        self.on('news', lambda: look(), [])
