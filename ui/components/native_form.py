"""Forms that the browser sends by itself, for people who have not signed in: they work before any script has run."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.components.card import text
from ui.frame import MARK


@contextmanager
def doorway(title: str, *lines: str) -> Iterator[None]:
    """The narrow column of a page without a frame: the mark, a title, what this is about."""
    with ui.element('div').classes('cw-door-in'):
        with ui.element('div').classes('mark'):
            ui.html(MARK, sanitize=False)
            text(title, 'h1')
            for line in lines:
                text(line, 'p')
        yield


@contextmanager
def native_form(action: str, label: str, *, refused: str = '', news: str = '') -> Iterator[None]:
    """A card with a form that is posted to ``action``; ``refused`` says why it was not taken, ``news`` what was done."""
    with ui.element('section').classes('cw-card'), ui.element('form') as form:
        form.props['method'] = 'post'
        form.props['action'] = action
        form.props['aria-label'] = label
        if refused:
            text(refused, 'p').classes('cw-refused').props('role=alert data-testid=refused id=refused')
        if news:
            text(news, 'p').classes('cw-news').props('role=status')
        yield


def native_input(
    name: str,
    label: str,
    *,
    value: str = '',
    kind: str = 'text',
    autocomplete: str = 'off',
    hint: str = '',
    focus: bool = False,
    wrong: bool = False,
    optional: bool = False,
    fixed: bool = False,
    most: int = 254,
) -> None:
    """A field with its label above and a hint below. ``wrong`` ties it to the refusal, ``fixed`` shows it without letting it change."""
    with ui.element('label'):
        text(label).classes('cw-label')
        field = ui.element('input').classes('cw-input')
        field.props.update({'name': name, 'type': kind, 'value': value, 'autocomplete': autocomplete})
        field.props['maxlength'] = str(most)
        field.props['data-testid'] = name
        if not optional:
            field.props['required'] = 'required'
        if fixed:
            field.props['readonly'] = 'readonly'
        if wrong:
            field.props['aria-describedby'] = 'refused'
        if focus:
            field.props['autofocus'] = 'autofocus'
            field.on('vue:mounted', js_handler='(vnode) => vnode.el.focus()')  # autofocus is for pages that come whole
        if hint:
            text(hint).classes('cw-hint')


def hidden(name: str, value: str) -> None:
    """A field that travels along."""
    field = ui.element('input')
    field.props.update({'type': 'hidden', 'name': name, 'value': value})


def submit(words: str, mark: str) -> None:
    """The button that sends the form."""
    text(words, 'button').classes('cw-btn primary').props(f'type=submit data-testid={mark}').mark(mark)
