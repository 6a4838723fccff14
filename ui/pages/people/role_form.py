"""What a person is to be: a role, described in a sentence, and the part of the enterprise it is narrowed to."""

from nicegui import ui

from domain.access.permissions import ROLES, Role
from domain.access.scopes import EVERYWHERE, Scope, scope_of
from domain.devices.listing.labels import LabelIndex
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower
from ui.components.card import Text
from ui.components.choices import choices
from ui.components.controls import labelled
from ui.components.fields import Choice

MOST_SUGGESTED = 200


class RoleForm:
    """The fields, to be built inside a form; :meth:`role` and :meth:`scope` say what was chosen. A scope is refused at ``labels``."""

    def __init__(self, fleet: Fleet, *, role: Role = Role.VIEWER, scope: Scope = EVERYWHERE) -> None:
        labels = sorted(f'{key}={value}' for key, value in fleet.index(LabelIndex))[:MOST_SUGGESTED]
        regions = sorted({tower.region for tower in fleet[Tower].values() if tower.region})[:MOST_SUGGESTED]
        with labelled('Role'):
            self._role = choices(
                'Role', {one.value: one.value.capitalize() for one in Role}, value=[role.value], on_change=self._explain
            )
            self._role.props('data-testid=role').mark('role')
            self._words = Text('div', ROLES[role]).classes('cw-hint')
        self._part = ui.element('div').classes('cw-form')
        with self._part:
            self.labels = _several(
                'Only devices with these labels',
                [f'{key}={value}' for key, values in scope.labels.items() for value in values],
                labels,
                hint='None: all. Pick some, or type key=value and press Enter. Any value of a key fits; of several keys all must.',
                mark='labels',
            )
            self._regions = _several(
                'Or devices that towers in these regions serve',
                list(scope.regions),
                regions,
                hint='With a label or a region the role holds for that part only: policies, enrolment and people are out of it.',
                mark='regions',
            )
        self._explain()

    def role(self) -> Role:
        """The chosen role."""
        return Role(self._role.value[0])

    def scope(self) -> Scope:
        """The chosen part; an administrator has none. Raises ``Invalid`` for what is no label."""
        if self.role() is Role.ADMIN:
            return EVERYWHERE
        return scope_of(map(str, self.labels.value or []), map(str, self._regions.value or []))

    def _explain(self) -> None:
        self._words.text = ROLES[self.role()]
        self._part.set_visibility(self.role() is not Role.ADMIN)


def _several(label: str, value: list[str], known: list[str], *, hint: str, mark: str) -> Choice:
    with labelled(label, hint=hint) as told:
        element = Choice(
            sorted({*known, *value}), value=value, multiple=True, with_input=True, new_value_mode='add-unique'
        )
        element.classes('cw-field many').props(
            'borderless dense options-dense hide-bottom-space use-chips dropdown-icon=expand_more'
        )
        element.props['aria-label'] = label
        element.with_note(hint=told)
    return element.props(f'data-testid={mark}').mark(mark)
