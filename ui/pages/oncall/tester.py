"""The test of routes: who would hear of an alert, what, and when."""

from collections.abc import Callable

from nicegui import ui

from domain.alerts.model import AlarmType, Alert
from domain.channels.model import Channel
from domain.common.errors import DomainError
from domain.common.local_times import moment_of
from domain.common.severity import Severity
from domain.common.text import natural
from domain.devices.model import Criticality, Device
from domain.fleet.fleet import Fleet
from domain.oncall.forecast import ForecastLine, HeldBy, Hindrance, forecast, held
from domain.oncall.matching import AlertFacts, about_tower, devices_of, facts_of
from domain.oncall.model import AlertRoute, EscalationPolicy
from domain.oncall.reaching import members
from domain.towers.model import Tower
from ui.components.card import card, text
from ui.components.chip import chip
from ui.components.controls import button, complaint, field, select
from ui.components.zoned import zoned
from ui.design import look
from ui.pages.criticality_field import CRITICALITIES
from ui.pages.label_field import read_labels
from ui.pages.oncall.conditions import ALERT_TYPES
from ui.pages.oncall.wording import moment
from ui.pages.typed_zone import zone_of
from ui.sign_in import SignedIn

MOST_OPEN = 200


def tester(who: SignedIn, fleet: Fleet, now: Callable[[], float]) -> None:
    """The card."""
    _Tester(who, fleet, now)


class _Tester:
    def __init__(self, who: SignedIn, fleet: Fleet, now: Callable[[], float]) -> None:
        self._who, self._fleet, self._now = who, fleet, now
        severities = {one.value: look('severity', one.value).word for one in Severity if one is not Severity.CLEARED}
        towers = sorted(fleet[Tower].values(), key=lambda row: natural(row.name))
        alerts = [row for row in fleet[Alert].values() if row.parent is None][:MOST_OPEN]
        with card('Who would hear of it', caption='nothing is sent', body=True), ui.element('div').classes('cw-form'):
            options = {'': 'One that is thought of', **{row.id: row.problem for row in alerts}}
            self._alert = select('Alert', options, value='').mark('test-alert').props('data-testid=test-alert')
            self._severity = (
                select('Severity', severities, value=Severity.MAJOR.value)
                .mark('test-severity')
                .props('data-testid=test-severity')
            )
            self._tower = (
                select('Tower', {'': 'None', **{row.id: row.name for row in towers}}, value='')
                .mark('test-tower')
                .props('data-testid=test-tower')
            )
            self._type = select('Type', ALERT_TYPES, value=AlarmType.COMMUNICATIONS.value).mark('test-type')
            self._labels = field('Labels of a device', placeholder='site=west')
            self._criticality = select('Its criticality', CRITICALITIES, value=Criticality.NORMAL.value)
            self._zone = zone_of(fleet, who.person.id)
            self._at = field('When', placeholder='now', hint=f'Empty for now, or as 2026-11-30 20:00 in {self._zone}.')
            self._trouble = complaint(labels=self._labels, at=self._at)
            with ui.element('div').classes('ends'):
                button('Show who would hear of it', self._ask, rank='primary').mark('ask-routes').props(
                    'data-testid=ask-routes'
                )
            self._answer = ui.element('div').props('role=status data-testid=heard')

    def _ask(self) -> None:
        self._trouble.say('')
        try:
            self._who.actor()
            at = self._moment()
            alert, facts = self._fleet.find(Alert, str(self._alert.value or '')), self._facts()
            routes, lines = forecast(self._fleet, facts, at)
            back = held(self._fleet, alert, facts, at)
        except DomainError as refusal:
            self._trouble.refuse(refusal)
            return
        self._answer.clear()
        with self._answer:
            self._draw(routes, lines, back, at)

    def _facts(self) -> AlertFacts:
        alert = self._fleet.find(Alert, str(self._alert.value or ''))
        if alert is not None:
            return facts_of(self._fleet, alert)
        tower, severity = str(self._tower.value or ''), Severity(str(self._severity.value))
        ids = devices_of(self._fleet, tower) if tower else ()
        devices = [(row.labels, row.criticality) for id in ids if (row := self._fleet.find(Device, id)) is not None]
        own = read_labels(str(self._labels.value or '')), Criticality(str(self._criticality.value))
        type = AlarmType(str(self._type.value))
        return about_tower(self._fleet, tower, severity=severity, type=type, devices=(*devices, own))

    def _moment(self) -> float:
        said = str(self._at.value or '').strip()
        if not said:
            return self._now()
        return moment_of(said, self._zone, 'at')

    def _draw(self, routes: list[AlertRoute], lines: list[ForecastLine], back: Hindrance | None, at: float) -> None:
        if back is not None:
            with ui.element('p').mark('held').props('data-testid=held'):
                text(f'Nobody hears of it now: {held_words(back)}', 'b')
                if back.until is not None:
                    text(' until ')
                    zoned(moment(back.until))
                text('. Without that:')
        names = ', '.join(route.name for route in routes)
        text(f'Taken by {names}.' if routes else 'No route takes it: every channel says by itself.', 'p')
        with ui.element('ul').classes('cw-entries cw-doctor'):
            for line in lines:
                with ui.element('li').mark('heard-line').props('data-testid=heard-line'):
                    chip('duty', 'gap' if line.is_end else 'now' if line.at <= at else 'shift')
                    with ui.element('div').classes('what'):
                        text(self._who_hears(line), 'b')
                        with ui.element('p').classes('cw-quiet'):
                            zoned(moment(line.at))
                            text(self._because(line))
            if not lines:
                with ui.element('li').classes('none'):
                    text('Nobody outside of this console would hear of it.', 'p')

    def _who_hears(self, line: ForecastLine) -> str:
        if line.is_end:
            return 'Nobody has answered'
        channel = self._fleet.find(Channel, line.channel)
        on = channel.name if channel is not None else 'a channel that was removed'
        person = members(self._fleet).get(line.recipient)
        return f'{person.name}, by {on}' if person is not None else on

    def _because(self, line: ForecastLine) -> str:
        policy = self._fleet.find(EscalationPolicy, line.policy)
        if policy is None:
            return ''
        return f' · {policy.name}' + ('' if line.is_end else f', step {line.step}, round {line.round}')


def held_words(back: Hindrance) -> str:
    """What keeps people from hearing of it."""
    by = f' by {back.name}' if back.name else ''
    return {
        HeldBy.CLEARED: 'it is over, and who heard of it is told that',
        HeldBy.PARENT: f'{back.name or "another alert"} explains it, and is told instead',
        HeldBy.SILENCE: f'silenced{by}',
        HeldBy.ACKNOWLEDGED: f'acknowledged{by}',
        HeldBy.SNOOZED: f'snoozed{by}',
    }[back.by]
