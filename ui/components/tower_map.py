"""The towers on a plain map."""

from nicegui import ui


class tower_map(ui.element, component='tower_map.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic of rows ``{id, name, status, latitude, longitude, devices, since}``; a click opens ``href``, its ``{id}`` filled.

    With ``list`` it shows what the live table of that topic is narrowed to by its search and filters.
    """

    def __init__(self, topic: str, *, href: str = '/towers/{id}', list: str = '') -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['href'] = href
        self._props['list'] = list
