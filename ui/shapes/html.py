"""HTML as text; every value is escaped here and nowhere else."""

from collections.abc import Mapping
from html import escape
from typing import Any

_VOID = frozenset({'input', 'br', 'hr', 'img'})


def attributes(values: Mapping[str, Any]) -> str:
    """``' class="cw-note" hidden'``: ``None`` and ``False`` are left out, ``True`` is a name without a value."""
    return ''.join(
        f' {name}' if value is True else f' {name}="{escape(str(value))}"'
        for name, value in values.items()
        if value is not None and value is not False
    )


def tag(name: str, inside: str = '', /, cls: str = '', **values: Any) -> str:
    """An element around HTML. ``data_field`` is written as ``data-field``, ``for_`` as ``for``."""
    named = {key.rstrip('_').replace('_', '-'): value for key, value in values.items()}
    opening = f'<{name}{attributes({"class": cls or None, **named})}>'
    return opening if name in _VOID else f'{opening}{inside}</{name}>'


def span(text: str, cls: str = '') -> str:
    """Plain words in a ``span``."""
    return f'<span class="{cls}">{escape(text)}</span>' if cls else f'<span>{escape(text)}</span>'
