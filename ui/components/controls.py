"""Buttons, fields, dialogs and toasts: NiceGUI's elements in our clothes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Self

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from domain.common.errors import DomainError, Stale
from domain.common.text import apart
from ui.components.card import Text, text
from ui.components.draft import draft, kept
from ui.components.fields import Area, Check, Choice, Line
from ui.components.reveal import reveal
from ui.design import Tone
from ui.durations import sentence

Rank = Literal['plain', 'primary', 'danger', 'quiet']

BUSY_AFTER_S = 0.2
"""What takes longer is told by the server; a shorter press is shown by the page alone (``ui/static/pressed.js``)."""
_STALE = 'This was changed meanwhile. Close this form and open it again to see the change.'

#: Enter in a line of text presses the button that the sheet is for; a list or a form of its own knows what Enter means there.
_ENTER = """(event) => {
  const line = event.target;
  if (line.tagName !== "INPUT" || line.type === "checkbox" || line.form || line.closest(".q-select") || event.isComposing) return;
  event.currentTarget.querySelector(".ends .cw-btn:is(.primary, .danger)")?.click();
}"""


def button(words: str, on_click: Callable[[], object] | None = None, *, rank: Rank = 'plain') -> ui.button:
    """A button that says the verb and the object. One ``primary`` a page; ``danger`` only inside a dialog that tells what will happen.

    While what it began is under way, a second press does nothing.
    """
    element = ui.button(words, color=None)
    if on_click is not None:
        element.on_click(_one_at_a_time(on_click, element))
    element.props('flat no-caps :ripple=false').classes('cw-btn')
    return element.classes(rank) if rank != 'plain' else element


def _one_at_a_time(act: Callable[[], object], element: ui.button) -> Callable[[], object]:
    busy = False

    def shown(now: bool) -> None:
        if not element.is_deleted and not element.client.is_deleted:
            element.props(**({'add': 'aria-busy=true'} if now else {'remove': 'aria-busy'}))

    def press() -> object:
        nonlocal busy
        if busy:
            return None
        result = act()
        if not asyncio.iscoroutine(
            result
        ):  # a dialog can be awaited too, but what is returned by its close() must not be
            return result
        busy = True

        async def finish() -> None:
            nonlocal busy
            later = asyncio.get_running_loop().call_later(BUSY_AFTER_S, shown, True)
            try:
                await result
            finally:
                busy = False
                later.cancel()
                if 'aria-busy' in element.props:
                    shown(False)

        return finish()

    return press


def door(words: str, href: str, *, rank: Rank = 'plain') -> ui.element:
    """A link that looks like a button."""
    element = text(words, 'a').classes('cw-btn' + (f' {rank}' if rank != 'plain' else ''))
    element.props['href'] = href
    return element


@contextmanager
def labelled(label: str, *, hint: str = '') -> Iterator[str]:
    """A field with its label above and a hint below; gives the id of the hint."""
    with ui.element('div') as holder:
        text(label, 'div').classes('cw-label')
        below = text(hint, 'div').classes('cw-hint') if hint else None
        yield below.html_id if below is not None else ''
        if below is not None:
            below.move(holder)


def field(
    label: str,
    *,
    value: str = '',
    placeholder: str = '',
    hint: str = '',
    password: bool = False,
    area: bool = False,
    mono: bool = False,
    autocomplete: str = '',
    is_kept: bool = True,
    check: Check | None = None,
) -> Line | Area:
    """A text field. ``check`` is the rule of the domain that is asked while it is typed, see :class:`ui.components.fields.Checked`."""
    with labelled(label, hint=hint) as told:
        element: Line | Area
        if area:
            element = Area(value=value, placeholder=placeholder).classes('area').props('rows=3 autogrow')
        else:
            element = Line(value=value, placeholder=placeholder, password=password)
        element.check = check
        element.classes('cw-field' + (' mono' if mono else '')).props(
            'borderless dense hide-bottom-space no-error-icon'
        )
        element.props['aria-label'] = label
        if autocomplete:
            element.props['autocomplete'] = autocomplete
        if not is_kept:
            element.props['data-unkept'] = True
        element.with_note(hint=told)
        if password:
            with element.classes('cw-secret').add_slot('append'):
                reveal(label)
    return element


def select(
    label: str, options: dict[str, str], *, value: str | None = None, hint: str = '', many: bool = False
) -> Choice:
    """A choice of one (or ``many``) of ``options``: value -> word."""
    with labelled(label, hint=hint) as told:
        element = Choice(options, value=([value] if value else []) if many else value, multiple=many)
        element.classes('cw-field').props('borderless dense options-dense hide-bottom-space dropdown-icon=expand_more')
        element.props['aria-label'] = label
        element.with_note(hint=told)
    return element


def check(label: str, *, value: bool = False) -> ui.checkbox:
    """A box to tick."""
    return kept(ui.checkbox(label, value=value).props('dense :ripple=false'))


class _Sheet(ui.dialog):
    """A dialog that a button closes has been saved or cancelled: what was typed in it is wanted no more. Escape keeps it."""

    form: draft | None = None

    def close(self) -> Self:
        if self.form is not None:
            self.form.done()
        return super().close()


@contextmanager
def sheet(title: str) -> Iterator[ui.dialog]:
    """A dialog with its title; open it with ``.open()``. Enter in one of its fields presses its primary or danger button.

    What is typed in it is kept until a button closes it, see :class:`ui.components.draft.draft`.
    """
    with _Sheet() as dialog, ui.card().classes('cw-sheet').on('keydown.enter', js_handler=_ENTER):
        dialog.props['aria-label'] = title
        text(apart(title), 'h2')
        with draft(title) as dialog.form:
            yield dialog


def ask(
    title: str,
    consequences: Sequence[str],
    verb: str,
    act: Callable[[], Awaitable[Any] | Any],
    *,
    danger: bool = False,
) -> ui.dialog:
    """A question before something happens: says what, to how many, and where. It closes, then ``act`` runs. Opens at once."""
    with sheet(title) as dialog:
        for line in consequences:
            text(line, 'p')

        async def go() -> None:
            dialog.close()
            result = act()
            if hasattr(result, '__await__'):
                await result

        with ui.element('div').classes('ends'):
            cancel = button('Cancel', dialog.close)
            confirm = button(verb, go, rank='danger' if danger else 'primary').props('data-testid=confirm')
            confirm.mark('confirm')
            (cancel if danger else confirm).props('autofocus')
    dialog.on('hide', dialog.delete)
    dialog.open()
    return dialog


class complaint(Text):  # noqa: N801 (NiceGUI's element style)
    """A line in a form that says why it was refused; a screen reader speaks it. Empty until :meth:`say` or :meth:`refuse`.

    ``fields`` are the fields of the form under the names by which services refuse their values.
    """

    def __init__(self, **fields: ValidationElement[Any]) -> None:
        super().__init__('p', '')
        self._fields = fields
        self.classes('cw-complaint').props('role=alert')

    def say(self, words: str) -> None:
        """Show these words; none takes the line away, and what was said at the fields."""
        for field in self._fields.values():
            field.error = None
        mark_wrong(self._fields.values())
        self.text = words

    def refuse(self, refusal: DomainError) -> None:
        """Say why at the field that has to change, and go there; a refusal of the whole is said in the line."""
        place = self._fields.get((refusal.field or '').partition('.')[0])
        said = sentence(refusal.detail)
        words = _STALE if isinstance(refusal, Stale) else said if said.endswith('?') else f'{said}.'
        self.say('' if place is not None else words)
        if place is not None:
            place.error = words
            focus_wrong([place])


def mark_wrong(fields: Iterable[ValidationElement[Any]]) -> None:
    """Tell screen readers which of these fields say an error (ARIA 1.2, ``aria-invalid``), which Quasar shows to the eye alone."""
    for field in fields:
        if field.error:
            field.props('aria-invalid=true')
        elif 'aria-invalid' in field.props:
            field.props(remove='aria-invalid')


def focus_wrong(fields: Iterable[ValidationElement[Any]]) -> None:
    """Go to the first of these fields, in the order of the page, that says an error."""
    fields = list(fields)
    mark_wrong(fields)
    wrong = next((field for field in fields if field.error), None)
    if wrong is not None:
        wrong.run_method('focus')


def toast(words: str, tone: Tone = 'ok') -> None:
    """A word on something that was done, or could not be; it goes by itself, so nothing that matters may be said only here."""
    ui.notify(
        apart(words),
        position='bottom-left',
        timeout=6000 if tone in {'bad', 'crit'} else 3500,
        classes=f'cw-toast cw-{tone}',
        html=False,
    )
