"""Empty and error states: what belongs here, and the one thing that puts it there."""

from dataclasses import asdict, dataclass

from nicegui import ui

from ui.components.card import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What a list says when there is nothing in it: a title, a sentence, and a command to copy or a link to follow."""

    title: str
    text: str = ''
    command: str = ''
    href: str = ''
    label: str = ''

    def spec(self) -> dict[str, str]:
        """What the browser gets."""
        return asdict(self)


def page_state(state: Empty, *, trouble: bool = False) -> None:
    """Stand in for a whole page, e.g. a device that is not there; with ``trouble`` a screen reader speaks up."""
    with (
        ui.element('section').classes('cw-card'),
        ui.element('div').classes('cw-note').props('role=alert' if trouble else ''),
    ):
        text(state.title, 'h2')
        if state.text:
            text(state.text, 'p')
        if state.href:
            door = text(state.label, 'a').classes('cw-btn primary')
            door.props['href'] = state.href
