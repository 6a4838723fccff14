"""The editor of a rotation: its layers, one below the other, and days off."""

from datetime import date
from typing import Any

from nicegui import ui

from domain.access.actors import Actor
from domain.common.errors import Invalid
from domain.oncall.input import NewRotation
from domain.oncall.model import DayOff, Layer, Rotation
from ui.components.card import text
from ui.components.controls import button, check, field, select
from ui.pages.oncall.form import Form, hours_typed, number, people_options, read_hours
from ui.pages.typed_zone import zone_of

_TURNS = {'1': 'A day', '7': 'A week', '14': 'Two weeks', '28': 'Four weeks'}


class RotationEditor(Form):
    """A dialog."""

    noun, kind = 'rotation', Rotation

    def draw(self) -> dict[str, Any]:
        """See :class:`Form`."""
        row: Rotation | None = self.row
        self._name = (
            field('Name', value=row.name if row else '', placeholder='Night desk')
            .mark('rotation-name')
            .props('data-testid=rotation-name')
        )
        self._zone = field('Time zone', value=row.zone if row else zone_of(self.fleet, self.who.person.id)).mark(
            'rotation-zone'
        )
        text('Where layers overlap, the lower one counts.', 'p').classes('cw-hint')
        self._place = ui.element('div').classes('cw-form')
        self._layers: list[dict[str, Any]] = []
        for layer in row.layers if row else (None,):
            self._layer(layer)
        button('Add layer', self._layer)
        days = '\n'.join(
            ' '.join(part for part in (one.day, one.name) if part)
            for one in (row.days_off if row else ())
            if not one.person
        )
        self._off = field('Holidays', value=days, area=True, placeholder='2026-12-25 Christmas', hint='One a line.')
        self._always = check('A gap is an alert', value=row.always if row else True)
        refused = {name: one for name, one in self._layers[0].items() if name != 'on_holidays'}
        return {'name': self._name, 'zone': self._zone, 'days_off': self._off, **refused}

    def _layer(self, layer: Layer | None = None) -> None:
        turn = str(layer.turn_days) if layer else '7'
        turns = {**_TURNS, **({turn: f'{turn} days'} if turn not in _TURNS else {})}
        with self._place, ui.element('div').classes('cw-part cw-form'):
            one: dict[str, Any] = {'title': field('Layer', value=layer.name if layer else 'Main')}
            people = select('People, in the order of their turns', people_options(self.fleet), many=True)
            people.value = list(layer.people) if layer else []
            one['people'] = people.mark('layer-people').props('data-testid=layer-people')
            one['turn_days'] = select('A turn lasts', turns, value=turn)
            one['starts_on'] = field('First turn', value=layer.starts_on if layer else date.today().isoformat())  # noqa: DTZ011
            one['handover'] = field('Handed over at', value=layer.handover if layer else '08:00')
            one['hours'] = field(
                'Hours',
                value=hours_typed(layer.hours) if layer else '',
                area=True,
                placeholder='Mon-Fri 08:00-20:00',
                hint='One a line. Without any it covers all of the day.',
            )
            one['layer_zone'] = field(
                'Time zone of the layer', value=layer.zone if layer else '', hint='Empty for the same.'
            )
            one['on_holidays'] = check('Covers holidays too', value=layer.on_holidays if layer else True)
        self._layers.append(one)

    async def save(self, actor: Actor) -> object:
        """See :class:`Form`. A layer without people is left out."""
        zone = str(self._zone.value or '').strip()
        kept: Rotation | None = self.row
        personal = tuple(one for one in kept.days_off if one.person) if kept else ()
        layers = tuple(self._read(one, zone) for one in self._layers if one['people'].value or one is self._layers[0])
        new = NewRotation(
            name=str(self._name.value or ''),
            zone=zone,
            layers=layers,
            days_off=(*_days_off(str(self._off.value or '')), *personal),
            always=bool(self._always.value),
        )
        return await self.on_call.save_rotation(actor, new, self.id, self.version)

    def _read(self, one: dict[str, Any], zone: str) -> Layer:
        return Layer(
            name=str(one['title'].value or ''),
            people=tuple(str(id) for id in one['people'].value or ()),
            zone=str(one['layer_zone'].value or '').strip() or zone,
            starts_on=str(one['starts_on'].value or '').strip(),
            handover=str(one['handover'].value or '').strip(),
            turn_days=number(one['turn_days'].value, 'turn_days'),
            hours=read_hours(str(one['hours'].value or ''), 'hours'),
            on_holidays=bool(one['on_holidays'].value),
        )


def _days_off(said: str) -> list[DayOff]:
    found = []
    for line in filter(None, (line.strip() for line in said.splitlines())):
        day, _, name = line.partition(' ')
        if len(day) != len('2026-12-25'):
            raise Invalid('write a day as 2026-12-25 Christmas', field='days_off')
        found.append(DayOff(day=day, name=name.strip()))
    return found
