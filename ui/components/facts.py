"""A live definition list."""

from collections.abc import Sequence

from nicegui import ui

from ui.components.columns import Column


class facts(ui.element, component='facts.js'):  # noqa: N801 (NiceGUI's element style)
    """The fields of an object topic, one a line; a field that is not known is left out unless its column says what to show then."""

    def __init__(self, topic: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['columns'] = [column.spec() for column in columns]
