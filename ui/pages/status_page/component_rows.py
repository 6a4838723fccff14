"""The components of the status page, a row each: what it stands for, and the words that the public reads."""

from collections.abc import Callable

from nicegui import ui

from domain.common.text import natural
from domain.devices.listing.labels import LabelIndex
from domain.fleet.fleet import Fleet
from domain.status_page.model import Component, ComponentKind
from domain.towers.model import Tower
from ui.components.controls import button, check, complaint, field, select
from ui.components.fields import line

_KINDS = {
    ComponentKind.REGION.value: 'Region',
    ComponentKind.TOWER.value: 'Tower',
    ComponentKind.LABEL.value: 'Devices with a label',
}
MOST_OFFERED = 500


def targets(fleet: Fleet, kind: str) -> dict[str, str]:
    """What a component of that kind may stand for: value -> the words in which it is offered."""
    if kind == ComponentKind.TOWER:
        towers = sorted(fleet[Tower].values(), key=lambda tower: natural(tower.name))
        return {tower.id: tower.name for tower in towers}
    if kind == ComponentKind.REGION:
        return {region: region for region in sorted({tower.region for tower in fleet[Tower].values()} - {''})}
    labels = sorted(f'{key}={value}' for key, value in fleet.index(LabelIndex))
    return {label: label for label in labels[:MOST_OFFERED]}


class ComponentRow:
    """One component with a button that takes it away."""

    def __init__(self, fleet: Fleet, base: Component | None, dropped: Callable[['ComponentRow'], None]) -> None:
        self._fleet = fleet
        self._id = base.id if base is not None else ''
        self.element = ui.element('div').classes('cw-line component').props('data-testid=component-row')
        kind = base.kind.value if base is not None else ComponentKind.REGION.value
        with self.element:
            self._kind = select('Stands for', _KINDS, value=kind).props('data-testid=kind').mark('kind')
            offered = targets(fleet, kind)
            target = base.target if base is not None else ''
            if target and target not in offered:
                offered[target] = 'Not there any more' if kind == ComponentKind.TOWER else target
            self._target = select('Which', offered, value=target or None).props('data-testid=target').mark('target')
            self._name = (
                field(
                    'Public name',
                    value=base.name if base is not None else '',
                    placeholder='West terminal',
                    check=line(most=80),
                )
                .props('data-testid=public-name maxlength=80')
                .mark('public-name')
            )
            self._description = field(
                'Public description',
                value=base.description if base is not None else '',
                placeholder='May stay empty',
                check=line(most=200, least=0),
            ).props('maxlength=200')
            with ui.element('div').classes('ticks'):
                self._counted = check('Show how many are up', value=base is not None and base.is_counted)
                self._named = check('Name towers that are not up', value=base is not None and base.is_named)
            remove = button('✕', lambda: dropped(self), rank='quiet').classes('drop')
            remove.props['aria-label'] = 'Remove this component'
            self._complaint = complaint().classes('cw-wrong')
        self._kind.on_value_change(self._other_kind)
        self._named.set_visibility(kind != ComponentKind.LABEL)

    def read(self) -> Component:
        """The component as it is typed."""
        kind = ComponentKind(self._kind.value)
        return Component(
            id=self._id,
            kind=kind,
            target=str(self._target.value or ''),
            name=self._name.value or '',
            description=self._description.value or '',
            is_counted=bool(self._counted.value),
            is_named=bool(self._named.value) and kind is not ComponentKind.LABEL,
        )

    def say(self, name: str, words: str) -> None:
        """Tell an error at the field of that name; none takes them away."""
        places = {'target': self._target, 'name': self._name, 'description': self._description}
        for key, place in places.items():
            place.error = words if key == name and words else None
        self._complaint.say('' if name in places else words)
        if words and name in places:
            places[name].run_method('focus')

    def _other_kind(self) -> None:
        self._target.set_options(targets(self._fleet, self._kind.value), value=None)
        self._named.set_visibility(self._kind.value != ComponentKind.LABEL)
