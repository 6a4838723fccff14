"""What was typed in a form and not saved: it outlives a reload, a lost session and a restart of the server.

The browser keeps it, for one tab, one person and one page (``ui/static/drafts.js``). The form on the server says what its fields are called
and how they began; only what differs from that is kept, so that it can be laid over a form that has been changed meanwhile.
"""

import asyncio
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from nicegui import context, events, ui
from nicegui.element import Element

PAUSE_S = 0.2
"""After the last change, until the browser is told; what is typed it knows by itself."""
MOST_ROWS = 256
_SECRET = frozenset(('one-time-code', 'current-password', 'new-password'))
_MISSING = object()

E = TypeVar('E', bound=Element)


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines of a form that people add and take away."""

    count: Callable[[], int]
    add: Callable[[], object]
    drop_last: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form holds: the value of each field by its name, and how many lines of each sort there are."""

    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def imprint(self) -> str:
        """Another one for another content."""
        return f'{zlib.crc32(msgspec.json.encode([self.values, self.rows])):08x}'

    def beside(self, first: 'Kept') -> dict[str, Any]:
        """What differs from the beginning."""
        values = {name: value for name, value in self.values.items() if first.values.get(name, _MISSING) != value}
        return {'values': values, 'rows': self.rows if self.rows != first.rows else {}}


class draft(ui.element, component='draft.js'):  # noqa: N801 (NiceGUI's element style)
    """Build a form inside. ``name`` tells it from other forms of the same page.

    Fields of :mod:`ui.components.controls` belong to it by themselves; those that are made otherwise are named to :func:`kept`. Passwords
    and one-time codes never do. Call :meth:`done` when the content has been saved; :func:`ui.pages.page.guarded` does.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.classes('cw-draft')
        self._props['name'] = name
        self._rows: dict[str, Rows] = {}
        self._members: set[int] = set()
        self._first = Kept()
        self._later: asyncio.TimerHandle | None = None
        self._begun = False
        self.on('restore', self._restore)
        self.on('discard', lambda: self._put(self._first))

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        self.begin()

    def rows(self, name: str, rows: Rows) -> None:
        """Lines that people add and take away."""
        self._rows[name] = rows

    def add(self, member: Element) -> None:
        """A field belongs to the form."""
        self._members.add(member.id)

    def begin(self) -> None:
        """What the form holds now is how it began."""
        self._begun = True
        self._first = self._now()
        self._props['ids'] = self._typed()
        self._props['base'] = self._first.imprint

    def done(self) -> None:
        """The content has been saved, or is not wanted any more: the browser forgets it."""
        if self.is_deleted:
            return
        self._first = self._now()
        self.client.run_javascript(f'window.cellwarden.drafts.forget({json.dumps(self._props["name"])})')

    def changed(self) -> None:
        """Something was changed; the browser is told in a moment."""
        if not self._begun:
            return
        if self._later is not None:
            self._later.cancel()
        self._later = asyncio.get_running_loop().call_later(PAUSE_S, self._tell)

    def _tell(self) -> None:
        if not self.is_deleted and not self.client.is_deleted:
            self.run_method('told', {'ids': self._typed(), **self._now().beside(self._first)})

    def _fields(self) -> Iterator[tuple[str, Element]]:
        """Each field by a name of its own: its label, and the how-manieth it is of that label."""
        seen: Counter[str] = Counter()
        for element in self.descendants():
            if element.id in self._members and not _is_secret(element):
                label = str(element.props.get('aria-label') or element.props.get('label') or 'Rule')
                yield f'{label}#{seen[label]}', element
                seen[label] += 1

    def _typed(self) -> dict[str, str]:
        """The fields that the browser hears being typed in, by the ids of their elements on the page."""
        return {element.html_id: name for name, element in self._fields() if _is_text(element)}

    def _now(self) -> Kept:
        rows = {name: rows.count() for name, rows in self._rows.items()}
        return Kept({name: _value(element) for name, element in self._fields()}, rows)

    def _restore(self, event: events.GenericEventArguments) -> None:
        """Take what the browser had kept; it is as good as typed, and what does not fit is left out."""
        try:
            kept = msgspec.convert(event.args, Kept)
        except msgspec.ValidationError:
            return
        self._put(kept)
        self.run_method('told', {'ids': self._typed(), **self._now().beside(self._first)})

    def _put(self, kept: Kept) -> None:
        for name, rows in self._rows.items():
            wanted = min(max(kept.rows.get(name, self._first.rows.get(name, 0)), 0), MOST_ROWS)
            while rows.count() < wanted:
                rows.add()
            while rows.count() > wanted:
                rows.drop_last()
        fields = dict(self._fields())
        for name, value in kept.values.items():
            element = fields.get(name)
            if element is None or not _fits(element, value) or value == _value(element):
                continue
            if isinstance(element, ui.select) and isinstance(element.options, list) and isinstance(value, list):
                element.options = [*element.options, *(one for one in value if one not in element.options)]
            element.set_value(value)  # type: ignore[attr-defined]
            if isinstance(element, ui.select):  # it may have brought fields of its own
                fields = dict(self._fields())


def kept(element: E) -> E:
    """The field belongs to the form around it, if there is one."""
    form = around(element)
    if form is not None:
        form.add(element)
        element.on_value_change(form.changed)  # type: ignore[attr-defined]
    return element


def around(element: Element | None = None) -> draft | None:
    """The form around an element, or around the place where an event is being handled."""
    if element is None:
        try:
            element = context.slot.parent
        except RuntimeError:
            return None
        if isinstance(element, draft):
            return element
    return next((one for one in element.ancestors() if isinstance(one, draft)), None)


def _is_secret(element: Element) -> bool:
    props: Mapping[str, Any] = element.props
    return props.get('type') == 'password' or props.get('autocomplete') in _SECRET or 'data-unkept' in props


def _is_text(element: Element) -> bool:
    return isinstance(element, ui.input | ui.textarea) or type(element).__name__ == 'rule_field'


def _value(element: Element) -> Any:
    value = element.value  # type: ignore[attr-defined]
    return list(value) if isinstance(value, tuple) else value


def _fits(element: Element, value: object) -> bool:
    if isinstance(element, ui.checkbox):
        return isinstance(value, bool)
    if isinstance(element, ui.select):
        many = bool(element.multiple)
        picked = value if isinstance(value, list) else [value]
        free = 'new-value-mode' in element.props
        known = all(one in element.options or (free and isinstance(one, str)) for one in picked)
        return many == isinstance(value, list) and (known or value is None)
    if _is_text(element):
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
