"""HTML as text; every value is escaped here and nowhere else."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

_VOID = frozenset({'input', 'br', 'hr', 'img'})
_special = re.compile(r'[&<>"\']').search


def attributes(values: Mapping[str, Any]) -> str:
    """``' class="cw-note" hidden'``: ``None`` and ``False`` are left out, ``True`` is a name without a value."""
    written = ''
    for name, value in values.items():
        if value is True:
            written += f' {name}'
        elif value is not None and value is not False:
            text = value if type(value) is str else str(value)
            written += f' {name}="{escape(text) if _special(text) else text}"'
    return written


def tag(name: str, inside: str = '', /, cls: str = '', **values: Any) -> str:
    """An element around HTML. ``data_field`` is written as ``data-field``, ``for_`` as ``for``."""
    opening = f'<{name} class="{escape(cls)}"' if cls else f'<{name}'
    if values:
        opening += attributes({_spelled(key): value for key, value in values.items()})
    return f'{opening}>' if name in _VOID else f'{opening}>{inside}</{name}>'


def scripted(button: str, words: str, cls: str = '') -> str:
    """A button that waits for a script, and its words alone for a reader who lets none run (``20-frame.css`` leaves the button out)."""
    return button + tag('noscript', span(words, cls))


@cache
def _spelled(key: str) -> str:
    return key.rstrip('_').replace('_', '-')


def span(text: str, cls: str = '') -> str:
    """Plain words in a ``span``."""
    return f'<span class="{cls}">{escape(text)}</span>' if cls else f'<span>{escape(text)}</span>'
