"""A single value in the middle of a page that follows an object topic."""

from collections.abc import Sequence

from nicegui import ui

from ui.components.columns import Column


class live_value(ui.element, component='live_value.js'):  # noqa: N801 (NiceGUI's element style)
    """Show one field of ``topic``; with ``only`` it is there only while the field has one of these values (a chip for an exception).

    ``initial`` is the text until the first frame, so that a heading does not jump.
    """

    def __init__(self, column: Column, topic: str, *, only: Sequence[str] = (), initial: str = '') -> None:
        super().__init__()
        self._props['initial'] = initial
        self._props['topic'] = topic
        self._props['column'] = column.spec()
        self._props['keep'] = list(only)


def live_text(template: str, topic: str, *, initial: str = '') -> live_value:
    """A text with ``{field}`` in it, kept current: ``live_text('{towers} towers', 'counters')``."""
    return live_value(Column(field='', kind='template', template=template), topic, initial=initial)


def live_state(
    family: str,
    field: str,
    topic: str,
    *,
    only: Sequence[str] = (),
    suffix: str | None = None,
    stale: str | None = None,
) -> live_value:
    """A state as a chip, whatever the state; ``suffix`` is a field that follows the word ("Violating 2"), ``stale`` one that says of which
    moment it is once it is old."""
    column = Column(field=field, kind='state', family=family, how='chip', suffix=suffix, stale=stale, as_of=bool(stale))
    return live_value(column, topic, only=only)
