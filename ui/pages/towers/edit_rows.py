"""The rows of the tower editor: one cell or one check a row, read back into domain objects, errors told where they are."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from nicegui import ui

from domain.cellular.radio import Rat
from domain.checks.kinds import KINDS
from domain.checks.kinds.kind import CheckKind, Field, Target
from domain.checks.model import TIMING, Check
from domain.common.errors import Invalid
from domain.towers.input import checked_cell
from domain.towers.model import Cell
from ui.components.controls import button, complaint, field, select
from ui.durations import sentence

_RATS = {rat.value: rat.value for rat in Rat}


class Unreadable(ValueError):
    """Some fields do not hold what they should; they say so themselves."""


def _number(text: str, *, whole: bool) -> Any:
    words = text.replace(' ', '')
    if not words:
        return None
    try:
        return int(words, 0 if words.lower().startswith('0x') else 10) if whole else float(words)
    except ValueError:
        raise Invalid('write a whole number' if whole else 'write a number') from None


class Row:
    """One line of fields with a button that takes it away."""

    def __init__(self, shape: str, dropped: Callable[['Row'], None]) -> None:
        self.fields: dict[str, Any] = {}
        self._dropped = dropped
        self.element = ui.element('div').classes(f'cw-line {shape}').props(f'data-testid={shape}-row')

    def say(self, name: str, words: str) -> None:
        """Tell an error at the field of that name, or below the row."""
        target = self.fields.get(name)
        if target is None:
            self._complaint.say(words)
        else:
            target.error = words

    def in_order(self) -> Iterator[Any]:
        """The fields that can say an error, as they stand on the page."""
        yield from self.fields.values()

    def _add(self, name: str, label: str, value: object, placeholder: str = '') -> None:
        shown = '' if value is None else str(value)
        made = field(label, value=shown, placeholder=placeholder, check=partial(self._check, name))
        self.fields[name] = made.props(f'data-testid={name}').mark(name)

    def _check(self, name: str, words: str) -> None:
        """Refuse what the field of that name cannot mean; what is missing is said when the whole is read."""
        raise NotImplementedError

    def _end(self, noun: str) -> None:
        remove = button('✕', lambda: self._dropped(self), rank='quiet').classes('drop')
        remove.props['aria-label'] = f'Remove this {noun}'
        self._complaint = complaint().classes('cw-wrong')

    def text(self, name: str) -> str:
        """What the field holds."""
        return str(self.fields[name].value or '').strip()

    def number(self, name: str, *, needed: bool = True, whole: bool = True) -> Any:
        """The number in the field, decimal or 0x hexadecimal; an unreadable one marks the field."""
        try:
            found = _number(self.text(name), whole=whole)
        except Invalid as refusal:
            self.fields[name].error = f'{sentence(refusal.detail)}.'
            return None
        if found is None:
            self.fields[name].error = 'Needed.' if needed else None
        return found


class CellRow(Row):
    """A cell in 3GPP terms."""

    def __init__(self, dropped: Callable[[Row], None], cell: Cell | None, like: Cell | None) -> None:
        super().__init__('cell', dropped)
        base = cell or like  # a tower's cells mostly share network and area
        with self.element:
            self.fields['rat'] = select('RAT', _RATS, value=base.rat if base else Rat.LTE.value)
            self._add('mcc', 'MCC', base.mcc if base else None, '204')
            self._add('mnc', 'MNC', base.mnc if base else None, '08')
            self._add('tac', 'TAC or LAC', base.tac if base else None, '4417')
            self._add('cell_id', 'Cell id', f'0x{cell.cell_id:X}' if cell else None, '0x1A2B3 or 107187')
            self._add('pci', 'PCI', cell.pci if cell else None)
            self._add('arfcn', 'ARFCN', base.arfcn if base else None)
            self._add('azimuth', 'Azimuth °', cell.azimuth if cell else None)
            self._end('cell')

    def _check(self, name: str, words: str) -> None:
        if not words.strip():
            return
        given = {name: words.strip() if name in {'mcc', 'mnc'} else _number(words, whole=True)}
        alone: dict[str, Any] = {'mcc': '001', 'mnc': '01', 'tac': None, 'cell_id': 1, 'pci': None, 'arfcn': None}
        checked_cell(Cell(rat=Rat(self.fields['rat'].value), **alone | given), '')

    def read(self) -> Cell:
        """The cell, or ``Unreadable`` with the fields marked."""
        if not self.text('mcc'):
            self.fields['mcc'].error = 'Needed.'
        if not self.text('mnc'):
            self.fields['mnc'].error = 'Needed.'
        numbers = {
            name: self.number(name, needed=name == 'cell_id') for name in ('tac', 'cell_id', 'pci', 'arfcn', 'azimuth')
        }
        if any(element.error for element in self.fields.values()):
            raise Unreadable
        return Cell(rat=Rat(self.fields['rat'].value), mcc=self.text('mcc'), mnc=self.text('mnc'), **numbers)


class CheckRow(Row):
    """A way to ask the tower: the fields of the chosen kind, and how often."""

    def __init__(self, dropped: Callable[[Row], None], check: Check | None) -> None:
        super().__init__('check', dropped)
        base = check or Check(id='', target=next(iter(KINDS.values())).target())
        self._id = base.id
        self._shown: CheckKind | None = None
        self._typed: dict[str, dict[str, Any]] = {}
        with self.element:
            kinds = {key: kind.label for key, kind in KINDS.items()}
            choice = select('Check', kinds, value=base.kind.key).props('data-testid=check-kind').mark('check-kind')
            self.fields['kind'] = choice
            self._own = ui.element('div').classes('own')
            self._show(base.target)
            for timing in TIMING:
                value = getattr(base, timing.name)
                self._put(timing, int(value) if value == int(value) else value)
            self._end('check')
        self.fields['kind'].on_value_change(lambda: self._show(self._kind.target()))

    @property
    def _kind(self) -> CheckKind:
        return KINDS[self.fields['kind'].value]

    def _show(self, target: Target) -> None:
        """The fields of the chosen kind; what was typed for another kind is there again when that one is chosen again."""
        if self._shown is not None:
            self._typed[self._shown.key] = {
                field.name: self.fields.pop(field.name).value for field in self._shown.fields
            }
        self._shown = self._kind
        typed = self._typed.get(self._shown.key, {})
        self._own.clear()
        with self._own:
            for field in self._shown.fields:
                with ui.element('div').classes('far' if field.is_wide else ''):
                    self._put(field, typed.get(field.name, getattr(target, field.name)))

    def _put(self, field: Field, value: object) -> None:
        label = f'{field.label}, {field.unit}' if field.unit else field.label
        if field.choices:
            options = {choice: choice for choice in field.choices}
            element = select(label, options, value=str(value)).props(f'data-testid={field.name}').mark(field.name)
            self.fields[field.name] = element
        else:
            self._add(field.name, label, value or None, field.hint)

    def _check(self, name: str, words: str) -> None:
        if not words.strip():
            return
        for timing in TIMING:
            if timing.name == name:
                timing.check(_number(words, whole=timing.type is int), '')
                return
        known = {field.name: field for field in self._kind.fields}
        told = {key: self.text(key) for key, field in known.items() if field.type is str}
        own = known[name]
        told[name] = words.strip() if own.type is str else _number(words, whole=own.type is int)
        try:
            self._kind.target(**{key: value for key, value in told.items() if value}).checked('')
        except Invalid as refusal:
            if (refusal.field or '').rpartition('.')[2] == name:  # another field is complained of when that is typed
                raise

    def read(self) -> Check:
        """The check, or ``Unreadable`` with the fields marked."""
        kind = self._kind
        mine = {field.name: self._value(field) for field in kind.fields}
        timings = {timing.name: self._value(timing) for timing in TIMING}
        if any(self.fields[name].error for name in (*mine, *timings)):
            raise Unreadable
        return Check(id=self._id, target=kind.target(**mine), **timings)

    def in_order(self) -> Iterator[Any]:
        """Those of the chosen kind come before the timing."""
        own = [field.name for field in self._kind.fields]
        timing = [each.name for each in TIMING]
        return (self.fields[name] for name in ('kind', *own, *timing))

    def _value(self, field: Field) -> Any:
        if field.type is str:
            typed = self.text(field.name)
            if not typed and not field.is_optional and not field.choices:
                self.fields[field.name].error = 'Needed.'
            return typed or (None if field.is_optional else '')
        return self.number(field.name, whole=field.type is int)
