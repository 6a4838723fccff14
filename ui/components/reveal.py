"""The button in a password field that shows what was typed, and the word that Caps Lock is on; ``passwords.js`` moves both."""

from nicegui import ui

from ui.components.card import text


def reveal(label: str) -> None:
    """Stand at the end of the field called ``label``, inside an element of the class ``cw-secret`` that holds both."""
    with ui.element('span').classes('cw-reveal'):
        text('', 'span').classes('cw-caps').props('role=status')
        with ui.element('button').props('type=button data-reveal'):
            text('Show')
            text(f' {label[:1].lower()}{label[1:]}').classes('cw-sr')
