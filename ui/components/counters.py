"""A number with what it is made of."""

from nicegui import ui


class counters(ui.element, component='counters.js'):  # noqa: N801 (NiceGUI's element style)
    """A card: big number, caption, stacked bar, legend. ``parts`` is the path to ``{state: count}`` inside the topic.

    ``big`` and ``caption`` are templates over the topic (``{devices}``, ``{share|percent}``); ``href`` is the address of the list
    with ``{state}`` in it; ``quiet`` replaces the caption when there is nothing to count.
    """

    def __init__(
        self,
        title: str,
        *,
        family: str,
        parts: str,
        big: str,
        caption: str,
        href: str,
        topic: str = 'counters',
        quiet: str = '',
    ) -> None:
        super().__init__()
        self.classes('cw-card')
        for name, value in {
            'heading': title,
            'topic': topic,
            'big': big,
            'caption': caption,
            'family': family,
            'parts': parts,
            'href': href,
            'quiet': quiet,
        }.items():
            self._props[name] = value
