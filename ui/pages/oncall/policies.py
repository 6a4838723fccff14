"""The editor of an escalation policy: its steps, one below the other."""

from typing import Any

from nicegui import ui

from domain.access.actors import Actor
from domain.fleet.fleet import Fleet
from domain.oncall.input import NewEscalationPolicy
from domain.oncall.model import CallTarget, EscalationPolicy, EscalationStep, Rotation, TargetKind, Team
from domain.oncall.reaching import telling_channels
from ui.components.controls import button, field, select
from ui.pages.oncall.form import Form, number, people_options


class PolicyEditor(Form):
    """A dialog."""

    noun, kind = 'policy', EscalationPolicy

    def draw(self) -> dict[str, Any]:
        """See :class:`Form`."""
        row: EscalationPolicy | None = self.row
        self._name = (
            field('Name', value=row.name if row else '', placeholder='Nights')
            .mark('policy-name')
            .props('data-testid=policy-name')
        )
        self._place = ui.element('div').classes('cw-form')
        self._steps: list[tuple[Any, Any]] = []
        for step in row.steps if row else (None,):
            self._step(step)
        button('Add step', self._step)
        self._repeat = field('Times more from the beginning', value=str(row.repeat if row else 0)).props(
            'inputmode=numeric'
        )
        return {
            'name': self._name,
            'repeat': self._repeat,
            'targets': self._steps[0][0],
            'steps': self._steps[0][0],
            'wait_min': self._steps[0][1],
        }

    def _step(self, step: EscalationStep | None = None) -> None:
        number_of = len(self._steps) + 1
        with self._place, ui.element('div').classes('cw-part cw-form'):
            who = select(f'Step {number_of} tells', targets(self.fleet), many=True)
            who.value = [f'{one.kind}/{one.id}' for one in step.targets] if step else []
            who.mark(f'step-{number_of}').props(f'data-testid=step-{number_of}')
            wait = field(
                f'Minutes until step {number_of + 1}',
                value=str(step.wait_min if step else 5),
                hint='If nobody answers.',
            ).props('inputmode=numeric')
        self._steps.append((who, wait))

    async def save(self, actor: Actor) -> object:
        """See :class:`Form`. A step without targets is left out."""
        steps = tuple(
            EscalationStep(
                targets=tuple(_target(str(one)) for one in who.value), wait_min=number(wait.value, 'wait_min')
            )
            for who, wait in self._steps
            if who.value
        )
        new = NewEscalationPolicy(
            name=str(self._name.value or ''), steps=steps, repeat=number(self._repeat.value, 'repeat')
        )
        return await self.on_call.save_policy(actor, new, self.id, self.version)


def targets(fleet: Fleet) -> dict[str, str]:
    """All that a step may tell, by kind and id."""
    found = {f'rotation/{id}': f'On call in {row.name}' for id, row in fleet[Rotation].items()}
    found |= {f'team/{id}': f'Team {row.name}' for id, row in fleet[Team].items()}
    found |= {f'person/{id}': name for id, name in people_options(fleet).items()}
    return found | {f'channel/{id}': f'Channel {row.name}' for id, row in telling_channels(fleet).items()}


def _target(said: str) -> CallTarget:
    kind, _, id = said.partition('/')
    return CallTarget(kind=TargetKind(kind), id=id)
