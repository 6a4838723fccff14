"""Fields that say below themselves what is wrong with their content, while it is typed and when it is saved, by one and the same rule.

The line below is tied to the field (ARIA 1.2, ``aria-describedby``) and speaks politely; ``aria-invalid`` goes with it.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from domain.common.errors import DomainError
from domain.common.text import clean_line, clean_text
from ui.components.card import Text
from ui.components.draft import kept
from ui.durations import sentence

Check = Callable[[str], object]
"""A function of the domain that reads a text and raises a ``DomainError`` for one that it refuses."""

if TYPE_CHECKING:
    _Field = ValidationElement[Any]
else:  # an element among the bases would bring a component, its own or none, in the place of that of the field
    _Field = object

PAUSE_S = 0.6
"""After the last key, until something is said of a text that was right before: half a word is no mistake."""


class Checked(_Field):
    """A field with a line below. ``check`` is asked of what is typed, and again by :func:`all_fit` before it is saved."""

    check: Check | None = None
    _note: Text | None = None
    _later: asyncio.TimerHandle | None = None

    @property
    def error(self) -> str | None:
        """What is wrong, in words."""
        return self._error

    @error.setter
    def error(self, words: str | None) -> None:
        ValidationElement.error.fset(self, words)  # type: ignore[attr-defined]
        if self._note is None:
            return
        self._props.pop('error-message', None)  # said below instead, where the field points to
        self._note.text = words or ''
        if words:
            self._props['aria-invalid'] = 'true'
        else:
            self._props.pop('aria-invalid', None)

    def with_note(self, *, hint: str = '') -> None:
        """Put the line below it; ``hint`` is the id of what else describes the field."""
        self._note = Text('p', '')
        self._note.classes('cw-wrong at').props('aria-live=polite')
        self._props['aria-describedby'] = ' '.join(filter(None, (self._note.html_id, hint)))
        kept(self)

    def reason(self) -> str | None:
        """What the rule says of the present content; ``None`` for one that it takes."""
        if self.check is None:
            return None
        try:
            self.check(str(self.value or ''))
        except DomainError as refusal:
            return f'{sentence(refusal.detail)}.'
        return None

    def look(self) -> bool:
        """Ask the rule now and say what it says; whether it takes the content."""
        self._wait_no_more()
        if self.check is not None:
            self.error = self.reason()
        return self.error is None

    def _handle_value_change(self, value: Any) -> None:
        was = self.error
        super()._handle_value_change(value)  # which takes an error away
        if self.check is None:
            return
        self._wait_no_more()
        if was is not None:
            self.error = self.reason()
        elif self.reason() is not None:
            self._later = asyncio.get_running_loop().call_later(PAUSE_S, self._speak)

    def _speak(self) -> None:
        if not self.is_deleted and not self.client.is_deleted:
            self.error = self.reason()

    def _wait_no_more(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None


class Line(Checked, ui.input):
    """A line of text."""


class Area(Checked, ui.textarea):
    """Several lines of text."""


class Choice(Checked, ui.select):
    """One or several of some words."""


def all_fit(fields: Iterable[ValidationElement[Any]]) -> bool:
    """Whether every field takes what it holds; those that do not say so, and the first of them gets the focus."""
    wrong = [field for field in fields if isinstance(field, Checked) and field.check is not None and not field.look()]
    if wrong:
        wrong[0].run_method('focus')
    return not wrong


def line(*, most: int = 120, least: int = 1) -> Check:
    """One line of text of at least and at most so many characters."""
    return partial(clean_line, field='', most=most, least=least)


def lines(*, most: int = 4000) -> Check:
    """Several lines of text."""
    return partial(clean_text, field='', most=most)
