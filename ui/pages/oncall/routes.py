"""The editor of a route: which alerts it takes, and where they go."""

from dataclasses import replace
from typing import Any

from domain.access.actors import Actor
from domain.oncall.input import NewAlertRoute
from domain.oncall.model import AlertRoute, Conditions, EscalationPolicy, Team
from domain.oncall.reaching import telling_channels
from ui.components.controls import check, field, select
from ui.pages.oncall.conditions import ConditionFields
from ui.pages.oncall.form import Form, hours_typed, number, read_hours


class RouteEditor(Form):
    """A dialog."""

    noun, kind = 'route', AlertRoute

    def draw(self) -> dict[str, Any]:
        """See :class:`Form`."""
        row: AlertRoute | None = self.row
        when = row.conditions if row else Conditions()
        rows = self.on_call.rows(self.who.actor(), AlertRoute)
        place = row.position if row else max((one.position for one in rows), default=0) + 10
        self._name = (
            field('Name', value=row.name if row else '', placeholder='Outages at night')
            .mark('route-name')
            .props('data-testid=route-name')
        )
        self._position = field('Place in the order', value=str(place), hint='Smaller numbers are asked first.')
        self._conditions = ConditionFields(self.fleet, when)
        self._hours = field(
            'Hours', value=hours_typed(when.hours), area=True, placeholder='20:00-08:00', hint='Empty for always.'
        )
        self._zone = field('Time zone of the hours', value=when.zone)
        policies = {'': 'None', **{id: one.name for id, one in self.fleet[EscalationPolicy].items()}}
        self._policy = (
            select('Goes to the policy', policies, value=row.policy if row else '')
            .mark('route-policy')
            .props('data-testid=route-policy')
        )
        self._channels = select(
            'And to channels', {id: one.name for id, one in telling_channels(self.fleet).items()}, many=True
        )
        self._channels.value = [id for id in (row.channels if row else ()) if id in telling_channels(self.fleet)]
        self._teams = select(
            'And to the channels of teams', {id: one.name for id, one in self.fleet[Team].items()}, many=True
        )
        self._teams.value = [id for id in (row.teams if row else ()) if id in self.fleet[Team]]
        self._go_on = check('Ask the routes after it too', value=row.go_on if row else False)
        self._enabled = check('The route is on', value=row.enabled if row else True)
        return {
            'name': self._name,
            'position': self._position,
            **self._conditions.by_name(),
            'hours': self._hours,
            'zone': self._zone,
            'policy': self._policy,
            'channels': self._channels,
            'teams': self._teams,
        }

    async def save(self, actor: Actor) -> object:
        """See :class:`Form`."""
        conditions = replace(
            self._conditions.read(),
            hours=read_hours(str(self._hours.value or ''), 'hours'),
            zone=str(self._zone.value or '').strip(),
        )
        new = NewAlertRoute(
            name=str(self._name.value or ''),
            position=number(self._position.value, 'position'),
            conditions=conditions,
            policy=str(self._policy.value or ''),
            channels=tuple(str(id) for id in self._channels.value or ()),
            teams=tuple(str(id) for id in self._teams.value or ()),
            go_on=bool(self._go_on.value),
            enabled=bool(self._enabled.value),
        )
        return await self.on_call.save_route(actor, new, self.id, self.version)
