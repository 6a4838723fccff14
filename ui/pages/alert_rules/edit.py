"""The editor of an alert rule, with what its values would have made of the last week."""

from nicegui import context, ui

from domain.alert_rules.alerts import need_rule
from domain.alert_rules.input import NewAlertRule
from domain.alert_rules.preview import RulePreview
from domain.alert_rules.service import AlertRuleService
from domain.alerts.model import EVERYTHING, RuleScope
from domain.alerts.tuning import AlertLimit, Tunable
from domain.common.errors import DomainError, Invalid
from domain.common.severity import Severity
from domain.common.text import comma_separated
from domain.devices.model import Criticality
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower
from ui.components.card import text
from ui.components.controls import button, check, complaint, field, select, sheet
from ui.design import look
from ui.durations import counted
from ui.pages.label_field import read_labels
from ui.pages.page import guarded
from ui.sign_in import SignedIn

_SEVERITIES = {
    '': 'As the rule judges it',
    **{one.value: look('severity', one.value).word for one in Severity if one is not Severity.CLEARED},
}
_CRITICALITIES = {'': 'Any', **{one.value: f'{one.value.capitalize()} and more' for one in Criticality}}


class RuleEditor:
    """A dialog for one rule at a time."""

    def __init__(self, rules: AlertRuleService, who: SignedIn, fleet: Fleet, *, may_save: bool) -> None:
        self._rules, self._who, self._fleet, self._may_save = rules, who, fleet, may_save

    def open(self, key: str) -> None:
        """Show the form."""
        self._rule = need_rule(key)
        self._before = self._rule.within(self._fleet)
        with context.client, sheet(f'Rule {self._rule.name}') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                text(self._rule.watches, 'p').classes('cw-hint')
                self._draw()
                self._trouble = complaint(**self._fields)
                self._place = ui.element('div').props('role=status data-testid=rule-preview').mark('rule-preview')
                text(
                    'Open alerts that the rule would not raise any more are closed when it is saved, each with a comment that says why. '
                    'Severity and waiting count for what is raised from then on.',
                    'p',
                ).classes('cw-hint')
                with ui.element('div').classes('ends'):
                    if self._may_save:
                        button('As delivered', self._reset, rank='quiet').mark('as-delivered')
                    button('Cancel' if self._may_save else 'Close', self._dialog.close)
                    button('Preview on the last week', self._preview).mark('preview').props('data-testid=preview')
                    if self._may_save:
                        button('Save rule', self._save, rank='primary').mark('save').props('data-testid=save-rule')
        self._dialog.open()

    def _draw(self) -> None:
        before, rule = self._before, self._rule
        self._enabled = check('The rule is on', value=before.enabled).mark('enabled')
        if not rule.can_be_off:
            self._enabled.props('disable')
        self._reason = field('Why it is off', value=before.reason, hint='Asked for when it is switched off.').mark(
            'reason'
        )
        self._limits = {one.name: self._limit(one, rule.limit(before, one.name)) for one in rule.limits}
        self._severity = select('Severity', _SEVERITIES, value=before.severity.value if before.severity else '')
        self._after = field(
            'Told after', value=f'{before.after_s:.12g}', hint='Seconds. What clears before that is not told to people.'
        ).props('inputmode=decimal')
        self._after.mark('after')
        self._fields: dict[str, ui.input | ui.textarea | ui.select] = {
            'reason': self._reason,
            'severity': self._severity,
            'after_s': self._after,
            **self._limits,
        }
        if rule.has_scope:
            self._draw_scope(before.scope)

    def _limit(self, limit: AlertLimit, value: float) -> ui.input | ui.textarea:
        hint = f'As delivered {limit.default:.12g} {limit.unit}.' + (f' {limit.hint}' if limit.hint else '')
        element = field(limit.label, value=f'{value:.12g}', hint=hint)
        return element.mark(f'limit-{limit.name}').props(f'inputmode=decimal data-testid=limit-{limit.name}')

    def _draw_scope(self, scope: RuleScope) -> None:
        text('For these devices and towers alone', 'h3')
        labels = '\n'.join(f'{key}={value}' for key, value in scope.labels.items())
        self._labels = field('Labels', value=labels, area=True, placeholder='site=west', hint='All on one device.')
        self._criticality = select('Criticality', _CRITICALITIES, value=scope.criticality)
        self._regions = field('Regions', value=', '.join(scope.regions), placeholder='West, North')
        self._operators = field('Operators', value=', '.join(scope.operators))
        self._towers = select('Towers', {id: one.name for id, one in self._fleet[Tower].items()}, many=True)
        self._towers.value = [id for id in scope.towers if id in self._fleet[Tower]]
        self._labels.mark('labels')
        self._fields |= {
            'labels': self._labels,
            'criticality': self._criticality,
            'regions': self._regions,
            'operators': self._operators,
            'towers': self._towers,
        }

    def _read(self) -> NewAlertRule:
        severity = str(self._severity.value or '')
        return NewAlertRule(
            enabled=bool(self._enabled.value),
            reason=str(self._reason.value or ''),
            severity=Severity(severity) if severity else None,
            after_s=_number(self._after.value, 'after_s'),
            limits={name: _number(one.value, name) for name, one in self._limits.items()},
            scope=self._scope(self._rule),
        )

    def _scope(self, rule: Tunable) -> RuleScope:
        if not rule.has_scope:
            return EVERYTHING
        return RuleScope(
            labels=read_labels(str(self._labels.value or '')),
            criticality=str(self._criticality.value or ''),
            regions=comma_separated(self._regions.value),
            operators=comma_separated(self._operators.value),
            towers=tuple(str(id) for id in self._towers.value or ()),
        )

    async def _preview(self) -> None:
        self._trouble.say('')
        key = self._rule.key

        async def ask(actor: object) -> RulePreview:
            return await self._rules.preview(self._who.actor(), key, self._read())

        found = await guarded(self._who, ask, refused=self._refused)
        if found is None:
            return
        self._place.clear()
        with self._place:
            for line in preview_lines(found):
                text(line, 'p')

    async def _save(self) -> None:
        await self._saved(None)

    async def _reset(self) -> None:
        await self._saved(NewAlertRule())

    async def _saved(self, new: NewAlertRule | None) -> None:
        self._trouble.say('')
        key, version = self._rule.key, self._before.version

        async def save(actor: object) -> object:
            return await self._rules.change(self._who.actor(), key, version, new or self._read())

        saved = await guarded(self._who, save, done='Rule saved', refused=self._refused)
        if saved is not None:
            self._dialog.close()

    def _refused(self, refusal: DomainError) -> None:
        places = (refusal.field or '').split('.')
        known = next((part for part in reversed(places) if part in self._fields), '')
        self._trouble.refuse(Invalid(refusal.detail, field=known) if known else refusal)


def preview_lines(found: RulePreview) -> list[str]:
    """``With these values: 3 alerts instead of 14 in the last 7 days, 3 told instead of 12.``"""
    alerts = counted(found.raised_then, 'alert')
    lines = (
        ['The rule raised nothing in the last 7 days.']
        if not found.raised
        else [
            f'With these values: {alerts} instead of {found.raised:,} in the last 7 days, '
            f'{found.told_then:,} told to people instead of {found.told:,}.'
        ]
    )
    if found.closes:
        lines.append(f'Saving closes {counted(found.closes, "open alert")}.')
    return [*lines, *(f'Not known: {one[:1].lower()}{one[1:]}.' for one in found.unanswered)]


def _number(value: object, place: str) -> float:
    said = str(value or '').strip().replace(',', '.')
    try:
        return float(said)
    except ValueError:
        raise Invalid('must be a number', field=place) from None
