"""Search, copying and trying on the page of the API."""

from nicegui import ui


class api_reference(ui.element, component='api_reference.js'):  # noqa: N801 (NiceGUI's element style)
    """The search field above the operations, which are plain HTML on the same page; a form to try each one that allows it.

    Requests go to ``/ui/try/``, past NiceGUI's socket. Emits ``proof`` when one is refused until the person has proved anew who they
    are; :meth:`again` then sends it once more.
    """

    def __init__(self, *, enterprise: str) -> None:
        super().__init__()
        self._props['enterprise'] = enterprise

    def again(self) -> None:
        """Send what was refused for want of a proof."""
        self.run_method('again')
