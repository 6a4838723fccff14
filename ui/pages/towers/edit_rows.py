"""The rows of the tower editor: one cell or one check a row, read back into domain objects, errors told where they are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.cellular.radio import Rat
from domain.checks.model import Check, CheckKind
from domain.towers.model import Cell
from ui.components.controls import button, complaint, field, select

_RATS = {rat.value: rat.value for rat in Rat}
_KINDS = {CheckKind.TCP.value: 'TCP', CheckKind.HTTP.value: 'HTTP'}


class Unreadable(ValueError):
    """Some fields do not hold what they should; they say so themselves."""


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

    def _add(self, name: str, label: str, value: object, placeholder: str = '') -> None:
        shown = '' if value is None else str(value)
        self.fields[name] = field(label, value=shown, placeholder=placeholder).props(f'data-testid={name}').mark(name)

    def _end(self, noun: str) -> None:
        remove = button('✕', lambda: self._dropped(self), rank='quiet').classes('drop')
        remove.props['aria-label'] = f'Remove this {noun}'
        self._complaint = complaint().classes('cw-wrong')

    def text(self, name: str) -> str:
        """What the field holds."""
        return str(self.fields[name].value or '').strip()

    def number(self, name: str, *, needed: bool = True, whole: bool = True) -> Any:
        """The number in the field, decimal or 0x hexadecimal; an unreadable one marks the field."""
        words = self.text(name).replace(' ', '')
        if not words:
            self.fields[name].error = 'Needed.' if needed else None
            return None
        try:
            return int(words, 0 if words.lower().startswith('0x') else 10) if whole else float(words)
        except ValueError:
            self.fields[name].error = 'Write a whole number.' if whole else 'Write a number.'
            return None


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


@dataclass(frozen=True, slots=True)
class _Timing:
    name: str
    label: str
    whole: bool


_TIMINGS = (
    _Timing('interval_s', 'Every, s', False),
    _Timing('retry_interval_s', 'Retry, s', False),
    _Timing('timeout_s', 'Timeout, s', False),
    _Timing('max_attempts', 'Attempts', True),
)
_BY_KIND = {CheckKind.TCP.value: ('host', 'port'), CheckKind.HTTP.value: ('url', 'expect_status')}


class CheckRow(Row):
    """A way to ask the tower: TCP needs host and port, HTTP an address and the status that is right."""

    def __init__(self, dropped: Callable[[Row], None], check: Check | None) -> None:
        super().__init__('check', dropped)
        base = check or Check(id='', kind=CheckKind.TCP)
        self._id = base.id
        with self.element:
            self.fields['kind'] = select('Check', _KINDS, value=base.kind.value)
            self._places: dict[str, ui.element] = {}
            for name, label, hint in (
                ('host', 'Host', '10.20.0.11'),
                ('url', 'Address', 'https://10.20.0.11/status'),
                ('port', 'Port', '443'),
                ('expect_status', 'Status', '200'),
            ):
                self._places[name] = ui.element('div').classes('far' if name in ('host', 'url') else '')
                with self._places[name]:
                    self._add(name, label, getattr(base, name), hint)
            for timing in _TIMINGS:
                value = getattr(base, timing.name)
                self._add(timing.name, timing.label, int(value) if value == int(value) else value)
            self._end('check')
        self.fields['kind'].on_value_change(self._show)
        self._show()

    def _show(self) -> None:
        for name, place in self._places.items():
            place.set_visibility(name in _BY_KIND[self.fields['kind'].value])

    def read(self) -> Check:
        """The check, or ``Unreadable`` with the fields marked."""
        kind = CheckKind(self.fields['kind'].value)
        tcp = kind is CheckKind.TCP
        timings = {timing.name: self.number(timing.name, whole=timing.whole) for timing in _TIMINGS}
        port = self.number('port') if tcp else None
        expect = 200 if tcp else self.number('expect_status')
        mine = [*_BY_KIND[kind.value], *timings]
        if any(self.fields[name].error for name in mine):
            raise Unreadable
        return Check(
            id=self._id,
            kind=kind,
            host=self.text('host') if tcp else None,
            port=port,
            url=None if tcp else self.text('url'),
            expect_status=expect,
            **timings,
        )
