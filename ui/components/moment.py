"""A day and a time in the reader's own zone."""

from nicegui import events, ui


class moment(ui.element, component='moment.js'):  # noqa: N801 (NiceGUI's element style)
    """``value`` is the moment picked, in epoch seconds, or ``None``; it starts ``ahead_s`` seconds from now."""

    def __init__(self, label: str, *, ahead_s: int) -> None:
        super().__init__()
        self.value: float | None = None
        self._props['label'] = label
        self._props['ahead'] = ahead_s
        self.on('moment', self._picked)

    def _picked(self, event: events.GenericEventArguments) -> None:
        self.value = float(event.args) if isinstance(event.args, int | float) else None
