"""What is down, for one hand in the dark."""

from nicegui import ui


class night(ui.element, component='night.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic of alerts: each with what is down, how many it hurts, since when and who has it, and one big button to take it.

    Without ``may`` there is no button.
    """

    def __init__(self, topic: str, *, may: bool) -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['may'] = may
