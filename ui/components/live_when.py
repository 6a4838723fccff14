"""Parts of a page that come and go with the state of what the page shows."""

from collections.abc import Sequence

from nicegui import ui


class live_when(ui.element, component='live_when.js'):  # noqa: N801 (NiceGUI's element style)
    """Show what is built inside only while ``field`` of ``topic`` has one of ``values`` (``None``: it is not there).

    With ``unless`` it is shown while the field has none of them.
    ``shown`` is what to do until the first frame. Hiding is for the eye: whether something may be done is asked when it is done.
    """

    def __init__(
        self, topic: str, field: str, values: Sequence[str | int | bool | None], *, shown: bool, unless: bool = False
    ) -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['field'] = field
        self._props['values'] = list(values)
        self._props['shown'] = shown
        self._props['unless'] = unless
