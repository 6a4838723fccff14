"""Adding a tower and changing one: what it is, where it stands, its cells, how it is asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.access.scopes import words
from domain.common.errors import DomainError, Invalid, Stale
from domain.common.text import folded
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.towers.input import NewTower, checked_degrees
from domain.towers.model import Tower, TowerKind
from domain.towers.service import TowerService
from ui.components.card import card, heading, stack, text
from ui.components.choices import choices
from ui.components.controls import button, complaint, door, field, focus_wrong, labelled
from ui.components.draft import Rows, draft
from ui.components.fields import Check, Choice, all_fit, line
from ui.components.page_state import Empty
from ui.durations import sentence
from ui.pages.page import forbidden, guarded, nowhere, page, plain
from ui.pages.screen import screen
from ui.pages.towers.edit_rows import CellRow, CheckRow, Row, Unreadable
from ui.pages.towers.list import KINDS
from ui.sign_in import SignedIn


def degrees(text: str, name: str) -> float | None:
    """A ``latitude`` or ``longitude`` as it is typed, with a point or a comma; ``None`` of nothing. Raises ``Invalid``."""
    words = text.strip().replace(',', '.')
    try:
        found = float(words) if words else None
    except ValueError:
        raise Invalid('write degrees such as 51.8812', field=name) from None
    checked_degrees(found, name)
    return found


CHECKS: Mapping[str, Check] = {
    'name': line(),
    'operator': line(least=0),
    'region': line(least=0),
    'latitude': partial(degrees, name='latitude'),
    'longitude': partial(degrees, name='longitude'),
}


def register(*, fleets: Fleets, towers: TowerService) -> None:
    """Register ``/towers/new`` and ``/towers/{tower_id}/edit``."""

    @screen('/towers/new')
    def new_tower(request: Request) -> None:
        with page(request, fleets, 'Towers', active='towers') as (who, fleet):
            part = who.person.scope
            if _allowed(who, is_inside=not part or bool(part.regions)):
                TowerForm(towers, who, fleet, None)

    @screen('/towers/{tower_id}/edit')
    def edit_tower(request: Request, tower_id: str) -> None:
        with page(request, fleets, 'Towers', active='towers') as (who, fleet):
            tower = fleet[Tower].get(tower_id)
            if tower is None:
                gone = Empty(
                    title='There is no such tower',
                    text='It may have been retired, or it is not among those that you may see.',
                    href='/towers',
                    label='All towers',
                )
                nowhere(gone)
            elif _allowed(who, is_inside=who.person.scope.rules(tower.region)):
                TowerForm(towers, who, fleet, tower)


def _allowed(who: SignedIn, *, is_inside: bool) -> bool:
    role = who.may(Permission.TOWERS_WRITE)
    if role and is_inside:
        return True
    narrowed = (
        f'Your role is narrowed to {words(who.person.scope)}. Towers are changed by people who have their region.'
    )
    forbidden(
        Empty(
            title='Your role may see towers, not change them' if not role else 'You may see this, not change it',
            text=narrowed
            if role
            else f'You are signed in as {who.person.role}. Operators and administrators change towers.',
            href='/towers',
            label='All towers',
        )
    )
    return False


class TowerForm:
    """The editor of one tower, new or existing."""

    def __init__(self, towers: TowerService, who: SignedIn, fleet: Fleet, tower: Tower | None) -> None:
        self._towers = towers
        self._who = who
        self._fleet = fleet
        self._tower = tower
        self._fields: dict[str, Any] = {}
        self._cells: list[CellRow] = []
        self._checks: list[CheckRow] = []
        parent = (tower.name, f'/towers/{tower.id}') if tower else ('Towers', '/towers')
        with heading('Edit tower' if tower else 'Add tower', parent=parent):
            pass
        with draft('tower') as self._draft, stack():
            self._what(tower)
            self._rows(tower)
            self._draft.rows('cells', self._lines(self._cells, lambda: self._add_cell(None)))
            self._draft.rows('checks', self._lines(self._checks, lambda: self._add_check(None)))
            self._clash = ui.element('div').classes('cw-clash-place')
            self._complaint = complaint()
            with ui.element('div').classes('cw-ends'):
                button('Save tower', self._save, rank='primary').props('data-testid=save').mark('save')
                door('Cancel', f'/towers/{tower.id}' if tower else '/towers').props('data-discards')

    def _what(self, tower: Tower | None) -> None:
        others = {
            other.id: other.name for other in self._fleet[Tower].values() if tower is None or other.id != tower.id
        }
        operators = sorted({other.operator for other in self._fleet[Tower].values() if other.operator})
        regions = sorted({other.region for other in self._fleet[Tower].values() if other.region})
        with card('What and where', body=True), ui.element('div').classes('cw-fields'):
            with ui.element('div').classes('half'):
                self._add('name', 'Name', tower.name if tower else '', 'Waalhaven-2')
            with ui.element('div').classes('half'), labelled('Kind'):
                self._kind = choices('Kind', dict(KINDS), value=[tower.kind if tower else TowerKind.MACRO])
            with ui.element('div').classes('half'):
                self._add('operator', 'Operator', tower.operator if tower else '', 'Who runs it').props(
                    f'list={self._list("operators", operators)}'
                )
            with ui.element('div').classes('half'):
                self._add('region', 'Region', tower.region if tower else '', 'A part of your map').props(
                    f'list={self._list("regions", regions)}'
                )
            with ui.element('div').classes('third'):
                self._add(
                    'latitude',
                    'Latitude °',
                    '' if tower is None or tower.latitude is None else f'{tower.latitude:g}',
                    '51.8812',
                )
            with ui.element('div').classes('third'):
                self._add(
                    'longitude',
                    'Longitude °',
                    '' if tower is None or tower.longitude is None else f'{tower.longitude:g}',
                    '4.4331',
                )
            names = dict(sorted(others.items(), key=lambda item: folded(item[1])))
            for name, label, chosen in (
                ('parent_id', 'Backhaul through', tower.parent if tower and tower.parent in others else None),
                ('backup_ids', 'Backhaul in reserve', [id for id in tower.backups if id in others] if tower else []),
                ('power_ids', 'Power from any of', [id for id in tower.power if id in others] if tower else []),
            ):
                with ui.element('div').classes('third'), labelled(label):
                    self._fields[name] = choice = _choice(names, chosen, label).props(f'data-testid={name}')
                    choice.with_note()

    def _list(self, name: str, words: list[str]) -> str:
        with ui.element('datalist').props(f'id=cw-{name}'):
            for word in words[:200]:
                ui.element('option').props['value'] = word
        return f'cw-{name}'

    def _add(self, name: str, label: str, value: str, placeholder: str) -> Any:
        made = field(label, value=value, placeholder=placeholder, check=CHECKS[name])
        self._fields[name] = made.props(f'data-testid={name}').mark(name)
        return made

    def _rows(self, tower: Tower | None) -> None:
        with card('Cells', caption='devices on these are joined to the tower', body=True):
            self._cell_box = ui.element('div').classes('cw-lines')
            for cell in tower.cells if tower else ():
                self._add_cell(cell)
            with ui.element('div').classes('cw-ends').style('margin-top: 12px'):
                button('Add cell', lambda: self._add_cell(None)).props('data-testid=add-cell').mark('add-cell')
        with card('Checks', caption='what this server asks, and how often', body=True):
            self._check_box = ui.element('div').classes('cw-lines')
            for check in tower.checks if tower else ():
                self._add_check(check)
            with ui.element('div').classes('cw-ends').style('margin-top: 12px'):
                button('Add check', lambda: self._add_check(None)).props('data-testid=add-check')

    def _add_cell(self, cell: Any) -> None:
        like = None
        if cell is None and self._cells:
            try:
                like = self._cells[-1].read()
            except Unreadable:
                like = None
        with self._cell_box:
            self._cells.append(CellRow(self._drop, cell, like))
        self._draft.changed()

    def _add_check(self, check: Any) -> None:
        with self._check_box:
            self._checks.append(CheckRow(self._drop, check))
        self._draft.changed()

    def _drop(self, row: Row) -> None:
        rows: list[Any] = self._cells if isinstance(row, CellRow) else self._checks
        rows.remove(row)
        row.element.delete()
        self._draft.changed()

    def _lines(self, rows: Sequence[Row], add: Callable[[], object]) -> Rows:
        return Rows(lambda: len(rows), add, lambda: self._drop(rows[-1]))

    def _read(self) -> NewTower | None:
        """What the form says, or ``None`` with the fields marked that cannot be read."""
        whole = all_fit(self._fields[name] for name in CHECKS)
        told: dict[str, Any] = {
            name: (self._fields[name].value or '').strip() for name in ('name', 'operator', 'region')
        }
        if whole:
            told |= {name: degrees(self._fields[name].value or '', name) for name in ('latitude', 'longitude')}
            if (told['latitude'] is None) is not (told['longitude'] is None):
                missing = 'latitude' if told['latitude'] is None else 'longitude'
                self._fields[missing].error, whole = 'A place needs both.', False
        read: dict[str, list[Any]] = {'cells': [], 'checks': []}
        for name, rows in (('cells', self._cells), ('checks', self._checks)):
            for row in rows:
                row.say('', '')
                try:
                    read[name].append(row.read())
                except Unreadable:
                    whole = False
        if not whole:
            self._complaint.say('Not saved yet: the marked fields need you.')
            self._focus_wrong()
            return None
        self._complaint.say('')
        return NewTower(
            **told,
            cells=read['cells'],
            checks=read['checks'],
            kind=TowerKind((*self._kind.value, TowerKind.MACRO)[0]),
            parent_id=self._fields['parent_id'].value,
            backup_ids=tuple(self._fields['backup_ids'].value or ()),
            power_ids=tuple(self._fields['power_ids'].value or ()),
            maintenance_until=self._tower.maintenance_until if self._tower else None,
        )

    async def _save(self) -> None:
        new = self._read()
        if new is None:
            return
        towers, before = self._towers, self._tower
        if before is None:
            saved = await guarded(self._who, lambda actor: towers.add(actor, new), refused=self._refused)
        else:
            saved = await guarded(
                self._who, lambda actor: towers.change(actor, before.id, before.version, new), refused=self._refused
            )
        if saved is not None:
            ui.navigate.to(f'/towers/{saved.id}')

    def _refused(self, refusal: DomainError) -> None:
        if isinstance(refusal, Stale):
            self._clash.clear()
            with self._clash, ui.element('div').classes('cw-clash').props('role=alert data-testid=clash').mark('clash'):
                text(f'Not saved: {refusal.detail}. Load the newest version and make your change again.', 'p')
                button('Load the newest version', lambda: ui.navigate.reload(), rank='primary')
            return
        group, _, rest = (refusal.field or '').partition('.')
        index, _, name = rest.partition('.')
        rows: dict[str, list[Any]] = {'cells': self._cells, 'checks': self._checks}
        if index.isdigit() and int(index) < len(rows.get(group, ())):
            rows[group][int(index)].say(name, sentence(refusal.detail))
        elif group in self._fields:
            self._fields[group].error = sentence(refusal.detail)
        self._complaint.say(f'Not saved. {plain(refusal)}.')
        self._focus_wrong()

    def _focus_wrong(self) -> None:
        rows = (field for row in (*self._cells, *self._checks) for field in row.in_order())
        focus_wrong([*self._fields.values(), *rows])


def _choice(names: dict[str, str], chosen: str | list[str] | None, label: str) -> Choice:
    """One of the other towers, or several."""
    found = Choice(names, value=chosen, with_input=True, clearable=True, multiple=isinstance(chosen, list))
    found.classes('cw-field').props(f'borderless dense options-dense hide-bottom-space aria-label="{label}"')
    return found.props('use-chips') if isinstance(chosen, list) else found
