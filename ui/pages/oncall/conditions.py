"""The fields that say which alerts are meant, of a route and of a silence."""

from dataclasses import replace
from typing import Any

from domain.alerts.model import AlarmType
from domain.common.severity import Severity
from domain.common.text import comma_separated
from domain.devices.model import Criticality
from domain.fleet.fleet import Fleet
from domain.oncall.model import Conditions
from domain.towers.model import Tower
from ui.components.controls import field, select
from ui.design import look
from ui.pages.criticality_field import CRITICALITIES
from ui.pages.label_field import read_labels
from ui.topics.alerts.row import TYPES

SEVERITIES = {
    '': 'Any',
    **{one.value: f'{look("severity", one.value).word} and worse' for one in Severity if one is not Severity.CLEARED},
}


ALERT_TYPES = {one.value: TYPES[one].capitalize() for one in AlarmType}
_CRITICALITY = {'': 'Any', **{name: f'{word} and more' for name, word in CRITICALITIES.items()}}


class ConditionFields:
    """They are drawn where this is made. Hours, which they do not show, stay as they are."""

    def __init__(self, fleet: Fleet, when: Conditions) -> None:
        self._when = when
        self._severity = select('Severity', SEVERITIES, value=when.severity.value if when.severity else '')
        self._regions = field('Regions', value=', '.join(when.regions), placeholder='West, North').mark('regions')
        self._operators = field('Operators', value=', '.join(when.operators))
        self._towers = select('Towers', {id: one.name for id, one in fleet[Tower].items()}, many=True).mark('towers')
        self._towers.value = [id for id in when.towers if id in fleet[Tower]]
        self._types = select('Types of alerts', ALERT_TYPES, many=True).mark('types')
        self._types.value = [one.value for one in when.types]
        labels = '\n'.join(f'{key}={value}' for key, value in when.labels.items())
        self._labels = field('Labels', value=labels, area=True, placeholder='site=west', hint='All on one device.')
        criticality = when.criticality.value if when.criticality is not None else ''
        self._criticality = select('Criticality of a device', _CRITICALITY, value=criticality).mark('criticality')

    def by_name(self) -> dict[str, Any]:
        """The fields, by the name under which they are refused."""
        return {
            'severity': self._severity,
            'regions': self._regions,
            'operators': self._operators,
            'towers': self._towers,
            'types': self._types,
            'labels': self._labels,
            'criticality': self._criticality,
        }

    def read(self) -> Conditions:
        """What they say; raises ``Invalid``."""
        severity, criticality = str(self._severity.value or ''), str(self._criticality.value or '')
        return replace(
            self._when,
            severity=Severity(severity) if severity else None,
            regions=comma_separated(self._regions.value),
            operators=comma_separated(self._operators.value),
            towers=tuple(str(id) for id in self._towers.value or ()),
            types=tuple(AlarmType(str(one)) for one in self._types.value or ()),
            criticality=Criticality(criticality) if criticality else None,
            labels=read_labels(str(self._labels.value or '')),
        )
