"""Forms that the browser sends by itself, for people who have not signed in: they work before any script has run."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.components.card import text
from ui.components.reveal import reveal
from ui.frame import MARK

_REFUSED = 'refused'
_FOCUS = '(vnode) => document.getElementById("cw-first")?.contains(document.activeElement) || vnode.el.focus()'
"""The focus goes on from the first picture, where ``autofocus`` has set it or the reader moved it; it is set here where nothing has it."""


@contextmanager
def doorway(title: str, *lines: str, news: str = '') -> Iterator[None]:
    """The narrow column of a page without a frame: the mark, a title, what this is about; ``news`` is what has just happened."""
    with ui.element('div').classes('cw-door-in'):
        with ui.element('div').classes('mark'):
            ui.html(MARK, sanitize=False)
            text(title, 'h1')
            for line in lines:
                text(line, 'p')
        if news:
            text(news, 'p').classes('cw-news').props('role=status')
        yield


@contextmanager
def native_form(action: str, label: str, *, refused: str = '') -> Iterator[None]:
    """A card with a form that is posted to ``action``; ``refused`` says why it was not taken, where no field alone is to blame."""
    with ui.element('section').classes('cw-card'), ui.element('form') as form:
        form.props['method'] = 'post'
        form.props['action'] = action
        form.props['aria-label'] = label
        if refused:
            text(refused, 'p').classes('cw-refused').props(f'role=alert data-testid=refused id={_REFUSED}')
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
    wrong: str = '',
    blamed: bool = False,
    optional: bool = False,
    fixed: bool = False,
    plain: bool = False,
    most: int = 254,
    least: int = 0,
) -> None:
    """A field with its label above and a hint below.

    ``wrong`` says at the field what to change in it, ``blamed`` ties it to what the form was refused for. ``fixed`` shows it without
    letting it change, ``plain`` is for codes: no keyboard corrects or capitalises them. What a password field holds can be shown.
    """
    told = [_REFUSED] if blamed else []
    with ui.element('div'):
        tag = text(label, 'label').classes('cw-label')
        if kind == 'password':
            with ui.element('div').classes('cw-secret'):
                field = ui.element('input').classes('cw-input')
                reveal(label)
        else:
            field = ui.element('input').classes('cw-input')
        tag.props['for'] = field.props['id'] = field.html_id  # said, so that it stands in the first picture as well
        if wrong:
            told.append(_under(wrong, 'cw-wrong', 'alert'))
        if hint:
            told.append(_under(hint, 'cw-hint'))
    field.props.update({'name': name, 'type': kind, 'value': value, 'autocomplete': autocomplete})
    field.props['maxlength'] = str(most)
    if least:
        field.props['data-least'] = str(least)  # doors.js says so while it is typed
    field.props['data-testid'] = name
    if not optional:
        field.props['required'] = 'required'
    if fixed:
        field.props['readonly'] = 'readonly'
    if plain:
        field.props.update({'autocapitalize': 'none', 'autocorrect': 'off', 'spellcheck': 'false'})
    if wrong or blamed:
        field.props['aria-invalid'] = 'true'
    if told:
        field.props['aria-describedby'] = ' '.join(told)
    if focus:
        field.props['autofocus'] = 'autofocus'
        field.on('vue:mounted', js_handler=_FOCUS)


def _under(words: str, look: str, role: str = '') -> str:
    """A line below a field; its id on the page."""
    line = text(words, 'p').classes(look)
    if role:
        line.props['role'] = role
    line.props['id'] = line.html_id
    return line.html_id


def native_check(name: str, label: str, *, checked: bool = False, hint: str = '') -> None:
    """A box to tick, with its label beside it and a hint below."""
    with ui.element('div'), ui.element('label').classes('cw-tick'):
        box = ui.element('input')
        box.props.update({'type': 'checkbox', 'name': name, 'value': '1', 'data-testid': name})
        if checked:
            box.props['checked'] = 'checked'
        with ui.element('span'):
            text(label)
            if hint:
                text(hint).classes('cw-hint')


def hidden(name: str, value: str) -> None:
    """A field that travels along."""
    field = ui.element('input')
    field.props.update({'type': 'hidden', 'name': name, 'value': value})


def submit(words: str, mark: str) -> None:
    """The button that sends the form."""
    text(words, 'button').classes('cw-btn primary').props(f'type=submit data-testid={mark}').mark(mark)
