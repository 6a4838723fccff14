"""The fields that say which alerts are meant, of a route and of a silence."""

from dataclasses import replace
from typing import Any

from domain.common.severity import Severity
from domain.common.text import comma_separated
from domain.fleet.fleet import Fleet
from domain.oncall.model import Conditions
from domain.towers.model import Tower
from ui.components.controls import field, select
from ui.design import look
from ui.pages.label_field import read_labels

SEVERITIES = {
    '': 'Any',
    **{one.value: f'{look("severity", one.value).word} and worse' for one in Severity if one is not Severity.CLEARED},
}


class ConditionFields:
    """They are drawn where this is made. Conditions that they do not show (types of alerts, criticality, hours) stay as they are."""

    def __init__(self, fleet: Fleet, when: Conditions) -> None:
        self._when = when
        self._severity = select('Severity', SEVERITIES, value=when.severity.value if when.severity else '')
        self._regions = field('Regions', value=', '.join(when.regions), placeholder='West, North').mark('regions')
        self._operators = field('Operators', value=', '.join(when.operators))
        self._towers = select('Towers', {id: one.name for id, one in fleet[Tower].items()}, many=True).mark('towers')
        self._towers.value = [id for id in when.towers if id in fleet[Tower]]
        labels = '\n'.join(f'{key}={value}' for key, value in when.labels.items())
        self._labels = field('Labels', value=labels, area=True, placeholder='site=west', hint='All on one device.')

    def by_name(self) -> dict[str, Any]:
        """The fields, by the name under which they are refused."""
        return {
            'severity': self._severity,
            'regions': self._regions,
            'operators': self._operators,
            'towers': self._towers,
            'labels': self._labels,
        }

    def read(self) -> Conditions:
        """What they say; raises ``Invalid``."""
        severity = str(self._severity.value or '')
        return replace(
            self._when,
            severity=Severity(severity) if severity else None,
            regions=comma_separated(self._regions.value),
            operators=comma_separated(self._operators.value),
            towers=tuple(str(id) for id in self._towers.value or ()),
            labels=read_labels(str(self._labels.value or '')),
        )
