"""A page that NiceGUI has built, as HTML: its elements, and among them the live components by their shapes."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from nicegui.element import Element
from nicegui.elements.html import Html

from ui.shapes.html import attributes, tag
from ui.shapes.parts import PARTS
from ui.shapes.picture import Picture, Shape
from ui.shapes.table import TABLE

SHAPES: Mapping[str, Shape] = {**PARTS, 'live_table': TABLE}
"""By the name of the component."""
WITHOUT: Mapping[str, str] = {
    'choices': 'stands in dialogs and forms',
    'live_news': 'shows nothing',
    'keep': 'shows what is kept once, in a dialog',
    'rule_field': 'is an editor: it writes nothing before its script has run',
    'step_up': 'asks in a dialog',
    'still': 'is HTML already, which the picture holds as it is',
}
"""Components without a shape, and why: but for ``still`` a first picture leaves them out."""
_PLAIN = frozenset(
    {
        'a', 'article', 'b', 'button', 'code', 'dd', 'details', 'div', 'dl', 'dt', 'em', 'fieldset', 'figure',
        'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'header', 'hr', 'i', 'img', 'input', 'label', 'legend', 'li',
        'main', 'nav', 'ol', 'option', 'p', 'pre', 'section', 'select', 'small', 'span', 'strong', 'summary',
        'table', 'tbody', 'td', 'textarea', 'th', 'thead', 'time', 'tr', 'ul',
    }
)  # fmt: skip
_GIVEN = frozenset(
    {
        'action', 'autocapitalize', 'autocomplete', 'autocorrect', 'autofocus', 'checked', 'cols', 'colspan', 'dir', 'disabled', 'download',
        'enctype', 'for', 'hidden', 'href', 'id', 'lang', 'max', 'maxlength', 'method', 'min', 'name', 'open', 'placeholder',
        'readonly', 'required', 'role', 'rows', 'scope', 'selected', 'spellcheck', 'step', 'tabindex', 'target', 'title', 'type',
        'value',
    }
)  # fmt: skip
_FIELDS = frozenset(('q-input', 'q-select', 'nicegui-input', 'nicegui-select', 'nicegui-textarea'))
_SPREAD = frozenset(('actions', 'cw-heading', 'cw-row', 'ends'))
_UNSEEN = frozenset(('q-dialog', 'q-menu', 'q-tooltip', 'q-notification', 'q-icon', 'q-inner-loading', 'nicegui-timer'))


def topics(root: Element, asked: Mapping[str, str]) -> list[str]:
    """The topics that the live components below an element follow at first, each once, in their order."""
    names: dict[str, None] = {}
    for element in _shown(root):
        shape = SHAPES.get(type(element).__name__)
        if shape is not None:
            names.update(dict.fromkeys(shape.topics(element.props, asked)))
    return list(names)


def drawn(element: Element, picture: Picture) -> str:
    """An element with all that is built inside."""
    if not element.visible or element.tag in _UNSEEN:
        return ''
    shape = SHAPES.get(type(element).__name__)
    inside = (' ' if _is_spread(element) else '').join(drawn(one, picture) for one in element.default_slot.children)
    if isinstance(html := getattr(element, 'html', None), str):  # of a ``still``
        return _root(element, 'div', html, own=True)
    if shape is not None:
        found = shape.draw(element.props, picture, inside)
        return _root(element, found.tag, found.inside, cls=found.cls, own=True, hidden=found.hidden, **found.more)
    if type(element).__name__ in WITHOUT:
        return ''
    if isinstance(element, Html):  # what only a browser's sanitizer makes safe waits for it
        return '' if element.props['sanitize'] else _root(element, 'div', element.content)
    if element.tag == 'q-btn':
        label = escape(str(element.props.get('label') or ''))
        return _root(element, 'button', label + inside, type='button', disabled=bool(element.props.get('disable')))
    if element.tag == 'q-checkbox':
        box = tag('input', type='checkbox', disabled=True, checked=bool(element.props.get('model-value')))
        words = getattr(element, '_text', None) or element.props.get('label') or ''
        return _root(element, 'label', f'{box} {escape(str(words))}')
    if element.tag in _FIELDS or type(element).__name__.lower() in ('input', 'select', 'textarea', 'number'):
        return _field(element)
    words = escape(text) if (text := getattr(element, '_text', None)) else ''
    return _root(element, element.tag if element.tag in _PLAIN else 'div', words + inside)


def _is_spread(element: Element) -> bool:
    """What stands inside has room between by its style: a browser for text needs a blank there, and others draw none."""
    if type(element).__name__ == 'live_when' and element.parent_slot is not None:
        return _is_spread(element.parent_slot.parent)
    return not _SPREAD.isdisjoint(element.classes)


def _field(element: Element) -> str:
    """A field that is typed in once its script has run."""
    value = element.props.get('value', element.props.get('model-value'))
    name = element.props.get('aria-label')
    chosen = value if isinstance(value, list) else [value]
    shown = ', '.join(_word(one) for one in chosen)
    if element.props.get('type') == 'textarea':
        lines = element.props.get('rows')
        return _root(
            element, 'div', tag('textarea', escape(shown), 'cw-input area', disabled=True, aria_label=name, rows=lines)
        )
    field = tag('input', '', 'cw-input', value=shown, disabled=True, aria_label=name)
    return _root(element, 'div', field)


def _word(value: object) -> str:
    if isinstance(value, dict):  # of a list
        value = value.get('label')
    return str(value) if isinstance(value, str | int | float) else ''


def _shown(element: Element) -> Iterator[Element]:
    if not element.visible or element.tag in _UNSEEN:
        return
    yield element
    for child in element.default_slot.children:
        yield from _shown(child)


def _root(element: Element, name: str, inside: str, *, cls: str = '', own: bool = False, **more: Any) -> str:
    """The element itself; with ``own`` it is a component, whose script takes all props but these."""
    style = ';'.join(f'{key}: {value}' for key, value in element.style.items())
    given = _passed_on if own else _is_given
    props = {key: value for key, value in element.props.items() if given(key)}
    classes = ' '.join(filter(None, (cls, *element.classes)))
    said = {**props, **more, 'class': classes or None, 'style': style or None}
    if name == 'input':
        return f'<{name}{attributes(said)}>'
    return f'<{name}{attributes(said)}>{inside}</{name}>'


def _is_given(key: str) -> bool:
    return key in _GIVEN or _passed_on(key)


def _passed_on(key: str) -> bool:
    return key == 'id' or key.startswith(('aria-', 'data-'))
