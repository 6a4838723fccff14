"""The field in which the criticality of a device is chosen."""

from nicegui import ui

from domain.devices.model import Criticality
from ui.components.controls import select
from ui.design import STATES

CRITICALITIES = {name: look.word for name, look in STATES['criticality'].items()}
"""Their words, the gravest first."""


def criticality_field(value: Criticality) -> ui.select:
    """A choice of one :class:`domain.devices.model.Criticality`, the gravest first."""
    made = select(
        'Criticality', CRITICALITIES, value=value.value, hint='How much depends on it. Lists, filters and rules use it.'
    )
    return made.props('data-testid=criticality-field').mark('criticality-field')
