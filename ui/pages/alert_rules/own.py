"""Alert rules that an enterprise writes itself: the list, and the editor with what the last week would have raised."""

from typing import Any

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.severity import Severity
from domain.devices.model import DeviceKind
from domain.fleet.fleet import Fleet
from domain.own_rules.counters import COUNTERS, VIOLATIONS
from domain.own_rules.input import NewOwnRule
from domain.own_rules.model import WHOLE, Counted, Over, OwnRule
from domain.own_rules.preview import OwnRulePreview
from domain.own_rules.service import OwnRuleService
from ui.components.card import Text, card, text
from ui.components.columns import Column
from ui.components.controls import ask, button, check, complaint, field, select, sheet, toast
from ui.components.live_table import Act, Acted, live_table
from ui.components.page_state import Empty
from ui.design import look
from ui.durations import counted, duration
from ui.pages.label_field import read_labels
from ui.pages.page import guarded, plain
from ui.sign_in import SignedIn

_COLUMNS = (
    Column(field='name', label='Rule', kind='strong', detail='expression', sort='name', phone='title', grow=True),
    Column(field='state', label='State', kind='state', family='rule', how='quiet', phone='state'),
    Column(field='severity', label='Severity', kind='state', family='severity', how='plain'),
    Column(field='for', label='True for', phone='line'),
    Column(field='over', label='Asked of', room='wide'),
    Column(field='holds', label='True of', kind='said', empty=' '),
    Column(field='counted', label='Of', empty='Everything', room='wide'),
    Column(field='holds_since', label='True since', kind='age', mode='bare', align='right', empty=' '),
    Column(field='alert', label='Alert', href='/alerts/{alert_id}', empty='None', phone='age'),
)
_SEVERITIES = {
    one.value: look('severity', one.value).word
    for one in (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
}
_KINDS = {kind.value: kind.value.capitalize() for kind in DeviceKind}
_OVERS = {Over.COUNTERS.value: 'The fleet: counters', Over.FACTS.value: 'Each device: its facts'}
_PLACEHOLDERS = {
    Over.COUNTERS: 'offline_percent > 5 && offline > 20',
    Over.FACTS: 'device.battery.level < 10 && !device.battery.charging',
}
_HINTS = {
    Over.COUNTERS: f'Counters: {", ".join(one.name for one in COUNTERS)}, {VIOLATIONS}["a policy"]. Join with && and ||.',
    Over.FACTS: 'Facts as policies read them: device.battery.level, device.criticality, device.labels.site, device.clock_offset_s, '
    'tower.region. What a device does not report neither raises an alert nor clears one.',
}


class OwnRules:
    """The card, and a dialog for one rule at a time."""

    def __init__(self, rules: OwnRuleService, who: SignedIn, fleet: Fleet, *, may_save: bool) -> None:
        self._rules, self._who, self._fleet, self._may_save = rules, who, fleet, may_save
        self._row: OwnRule | None = None

    def build(self) -> None:
        """Build it where the page is being built."""

        def act(acted: Acted) -> None:
            row = self._fleet[OwnRule].get(acted.ids[0])
            if row is not None:
                self.open(row)

        with card(
            'Rules of your own', caption='an expression over counters or facts of devices, true for as long as you say'
        ):
            table = live_table(
                'own-rules',
                _COLUMNS,
                noun=('rule', 'rules'),
                size=50,
                file=True,
                framed=False,
                actions=[Act(name='set', label='Edit…' if self._may_save else 'Look at…')],
                on_act=act,
                empty=Empty(
                    title='No rules of your own',
                    text='Write one for what the rules above do not watch: offline_percent > 5, true for ten minutes.',
                ),
            )
            table.props('data-testid=own-rules').mark('own-rules')
            if self._may_save:
                with ui.element('div').classes('cw-entries-foot'):
                    button('New rule…', self.open, rank='primary').props('data-testid=new-own-rule').mark(
                        'new-own-rule'
                    )

    def open(self, row: OwnRule | None = None) -> None:
        """Show the form."""
        self._row = row
        with context.client, sheet(f'Rule {row.name}' if row else 'New rule of your own') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._draw(row)
                self._place = ui.element('div').props('role=status data-testid=own-preview').mark('own-preview')
                with ui.element('div').classes('ends'):
                    if self._may_save and row is not None:
                        button('Remove…', self._ask_remove, rank='quiet').mark('remove')
                    button('Cancel' if self._may_save else 'Close', self._dialog.close)
                    button('Preview', self._preview).mark('preview').props('data-testid=preview')
                    if self._may_save:
                        button('Save rule', self._save, rank='primary').mark('save').props('data-testid=save-rule')
        self._dialog.open()

    def _draw(self, row: OwnRule | None) -> None:
        parts = row.counted if row else WHOLE
        self._name = field('Name', value=row.name if row else '', placeholder='Many offline in the west').mark('name')
        self._draw_asked(row)
        self._for = field('True for', value=f'{row.for_s if row else 300:.12g}', hint='Seconds.')
        self._for.props('inputmode=decimal').mark('for')
        self._severity = select('Severity', _SEVERITIES, value=row.severity.value if row else Severity.MINOR.value)
        self._text = field(
            'Text', value=row.text if row else '', hint='What to do; the detail of the alert begins with it.'
        )
        self._enabled = check('The rule is on', value=row.enabled if row else True)
        text('Count these devices and towers alone', 'h3')
        labels = '\n'.join(f'{key}={value}' for key, value in parts.labels.items())
        self._labels = field('Labels', value=labels, area=True, placeholder='site=west', hint='All on one device.')
        self._kinds = select('Kinds', _KINDS, many=True)
        self._kinds.value = list(parts.kinds)
        self._regions = field('Regions', value=', '.join(parts.regions), placeholder='West, North')
        self._fields = {
            'name': self._name,
            'expression': self._expression,
            'at_least': self._at_least,
            'for_s': self._for,
            'severity': self._severity,
            'text': self._text,
            'labels': self._labels,
            'kinds': self._kinds,
            'regions': self._regions,
        }
        self._trouble = complaint(**self._fields)

    def _draw_asked(self, row: OwnRule | None) -> None:
        over = row.over if row else Over.COUNTERS
        self._over = select('It asks', _OVERS, value=over.value).mark('over')
        self._over.on_value_change(self._turned)
        self._expression = field(
            'Raise an alert while', value=row.expression if row else '', placeholder=_PLACEHOLDERS[over]
        ).mark('expression')
        self._hint = Text('p', _HINTS[over])
        self._hint.classes('cw-hint')
        with ui.element('div').classes('cw-form') as self._of_devices:
            self._at_least = field(
                'From so many devices on',
                value=f'{row.at_least if row else 1}',
                hint='It has to be true of each of them for that long.',
            ).mark('at-least')
            self._at_least.props('inputmode=numeric')
            self._each = check('An alert for each device, in place of one for all', value=row.each if row else False)
            self._each.mark('each')
        self._of_devices.set_visibility(over is Over.FACTS)

    def _turned(self) -> None:
        over = Over(str(self._over.value))
        self._of_devices.set_visibility(over is Over.FACTS)
        self._hint.set_text(_HINTS[over])
        self._expression.props(f'placeholder="{_PLACEHOLDERS[over]}"')

    def _of_facts(self) -> dict[str, Any]:
        """What an expression over facts has beside the others."""
        if Over(str(self._over.value)) is Over.COUNTERS:
            return {}
        said = str(self._at_least.value or '').strip()
        if not said.isdecimal() or len(said) > 9:
            raise Invalid('must be a whole number', field='at_least')
        return {'over': Over.FACTS, 'at_least': int(said), 'each': bool(self._each.value)}

    def _read(self) -> NewOwnRule:
        said = str(self._for.value or '').strip().replace(',', '.')
        try:
            seconds = float(said)
        except ValueError:
            raise Invalid('must be a number', field='for_s') from None
        return NewOwnRule(
            name=str(self._name.value or ''),
            expression=str(self._expression.value or ''),
            for_s=seconds,
            severity=Severity(str(self._severity.value)),
            text=str(self._text.value or ''),
            enabled=bool(self._enabled.value),
            **self._of_facts(),
            counted=Counted(
                labels=read_labels(str(self._labels.value or '')),
                kinds=tuple(str(kind) for kind in self._kinds.value or ()),
                regions=tuple(filter(None, (part.strip() for part in str(self._regions.value or '').split(',')))),
            ),
        )

    async def _preview(self) -> None:
        self._trouble.say('')

        async def act(actor: Actor) -> OwnRulePreview:
            return await self._rules.preview(actor, self._read())

        self._place.clear()  # an answer to what was asked before
        found = await guarded(self._who, act, refused=self._refused)
        if found is not None:
            with self._place:
                for line in preview_words(found):
                    text(line, 'p')

    async def _save(self) -> None:
        self._trouble.say('')
        row = self._row

        async def act(actor: Actor) -> OwnRule:
            return await self._rules.save(actor, self._read(), row.id if row else '', row.version if row else 0)

        if await guarded(self._who, act, done='Rule saved', refused=self._refused) is not None:
            self._dialog.close()

    def _ask_remove(self) -> None:
        if self._row is not None:
            ask(f'Remove the rule “{self._row.name}”?', ['Its open alert is closed.'], 'Remove rule', self._remove)

    async def _remove(self) -> None:
        row = self._row

        async def act(actor: Actor) -> bool:
            if row is not None:
                await self._rules.remove(actor, row.id, row.version)
            return True

        told = await guarded(self._who, act, done='Rule removed', refused=lambda said: toast(plain(said), 'bad'))
        if told is not None:
            self._dialog.close()

    def _refused(self, refusal: DomainError) -> None:
        places = (refusal.field or '').split('.')
        known = next((part for part in reversed(places) if part in self._fields), '')
        self._trouble.refuse(Invalid(refusal.detail, field=known) if known else refusal)


def preview_words(found: OwnRulePreview) -> list[str]:
    """``Now: offline 4. It is not true. In the last 7 days it would have raised 3 alerts, for 1 h 30 min in all.``"""
    if found.devices is not None:
        now = f'Now: {found.values}. {"There would be an alert" if found.now else "There would be no alert"} if it stays so.'
    else:
        now = f'Now: {found.values}. It is {"true" if found.now else "not true"}.'
    if found.unanswered:
        return [now, *(f'Not known of the last week: {one[:1].lower()}{one[1:]}.' for one in found.unanswered)]
    if not found.steps:
        return [now, 'Nothing was measured in the last week.']
    lasted = f', for {duration(found.lasted_s)} in all' if found.raised else ''
    return [now, f'In the last 7 days it would have raised {counted(found.raised, "alert")}{lasted}.']
