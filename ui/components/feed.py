"""Sentences of what is happening, newest first."""

from nicegui import ui

from ui.components.page_state import Empty


class feed(ui.element, component='feed.js'):  # noqa: N801 (NiceGUI's element style)
    """Follow a topic of entries ``{seq, at, subject: {kind, id, name, href}, state, family?, text, why}``; keep the newest ``most``.

    An entry with ``inside`` (``{seq, at, name, href}``) is one line for many and opens; it takes the place of those whose ``seq`` its
    ``folds`` names. Entries that are ``pinned`` stay on top.

    On the page of the subject itself ``hide_subject`` leaves its name out.
    """

    def __init__(self, topic: str, *, most: int = 50, hide_subject: bool = False, empty: Empty | None = None) -> None:
        super().__init__()
        self._props['topic'] = topic
        self._props['most'] = most
        self._props['hide-subject'] = hide_subject
        quiet = Empty(title='Nothing has happened yet', text='What devices, towers and people do appears here.')
        self._props['empty'] = (empty or quiet).spec()
