"""Writing a policy: the rule is checked as it is typed, and the fleet says what it would mean before it is saved."""

import asyncio
import re
from collections.abc import Awaitable, Sequence

from nicegui import ui

from domain.common.errors import DomainError, Stale
from domain.common.severity import Severity
from domain.devices.listing.labels import LabelIndex
from domain.devices.model import DeviceKind
from domain.fleet.fleet import Fleet
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy, Selector
from domain.policies.preview import Preview
from domain.policies.service import PolicyService
from domain.rules.language import FIELDS, RuleError
from ui.components.card import card, grid, heading, stack, text
from ui.components.choices import choices
from ui.components.controls import ask, button, complaint, door, field, focus_wrong, labelled
from ui.components.draft import draft
from ui.components.fields import Choice, all_fit, line, lines
from ui.components.looking import look_once
from ui.components.rule_field import RuleProblem, rule_field
from ui.durations import seconds, sentence, written
from ui.pages.page import guarded, plain
from ui.pages.policies.grace_field import grace
from ui.pages.policies.list import SEVERITIES
from ui.pages.policies.preview import MOST, PreviewPanel, question
from ui.sign_in import SignedIn

EXAMPLES = (
    'device.os.patch_age_days <= 60',
    'device.radio.plmn in ["204-04", "204-08"]',
    'has(device.battery.level) && device.battery.level >= 20',
    'version(device.os.version) >= version("12.4")',
    'tower.known || device.radio.rat != "GSM"',
)
_MODES = {'audit': 'Audit: record violations', 'enforce': 'Enforce: quarantine after the grace'}
_INSTEAD = re.compile(r'; did you mean (\S+)\?$')
_LABEL = re.compile(r'[^=\s]+=[^=]+')


class PolicyForm:
    """The editor of one policy, new or existing."""

    def __init__(self, policies: PolicyService, who: SignedIn, fleet: Fleet, policy: Policy | None) -> None:
        self._policies = policies
        self._who = who
        self._fleet = fleet
        self._policy = policy
        self._looks = 0
        self._looking = asyncio.Lock()
        base = policy or Policy(id='', enterprise='', name='', rule='', created_at=0, changed_at=0)
        parent = (policy.name, f'/policies/{policy.id}') if policy else ('Policies', '/policies')
        with heading('Edit policy' if policy else 'New policy', parent=parent):
            pass
        with grid('wide', top=True):
            with draft('policy') as self._draft, stack():
                self._build(base)
            with (
                ui.element('div').classes('cw-sticky'),
                card('Right now', caption='what this rule would say', body=True),
            ):
                self._preview = PreviewPanel()
        look_once(self._asked_and_told if policy else self._asked)

    def _build(self, base: Policy) -> None:
        self._rule_card(base)
        self._selector_card(base)
        self._answer_card(base)
        self._clash = ui.element('div').classes('cw-clash-place')
        self._complaint = complaint()
        with ui.element('div').classes('cw-ends'):
            button('Save policy', self._save, rank='primary').props('data-testid=save').mark('save')
            door('Cancel', f'/policies/{self._policy.id}' if self._policy else '/policies').props('data-discards')

    def _rule_card(self, base: Policy) -> None:
        with card('What must be true', body=True), ui.element('div').classes('cw-form'):
            self._name = (
                field(
                    'Name',
                    value=base.name,
                    placeholder='Patch level ≤ 60 days',
                    hint='What is true of a device that complies.',
                    check=line(),
                )
                .props('data-testid=name maxlength=120')
                .mark('name')
            )
            self._description = field(
                'Description',
                value=base.description,
                area=True,
                placeholder='Why it matters, for the owner of a device that breaks it.',
                check=lines(),
            ).props('data-testid=description')
            with ui.element('div'):
                text('Rule', 'div').classes('cw-label')
                self._rule = rule_field(value=base.rule, fields=FIELDS, examples=EXAMPLES, on_typed=self._typed)

    def _selector_card(self, base: Policy) -> None:
        with card('Whom it binds', body=True), ui.element('div').classes('cw-form'):
            with labelled('Kinds', hint='None pressed: devices of every kind.'):
                kinds = {kind.value: kind.value.capitalize() for kind in DeviceKind}
                self._kinds = choices('Kinds', kinds, value=base.selector.kinds, many=True, on_change=self._look).props(
                    'data-testid=kinds'
                )
            known = sorted(f'{key}={value}' for key, value in self._fleet.index(LabelIndex))[:200]
            written_labels = [f'{key}={value}' for key, value in base.selector.labels.items()]
            with labelled(
                'Labels', hint='Devices must carry all of them. Pick one, or type key=value and press Enter.'
            ) as told:
                self._labels = (
                    Choice(
                        sorted({*known, *written_labels}),
                        value=written_labels,
                        multiple=True,
                        with_input=True,
                        new_value_mode='add-unique',
                        on_change=self._look,
                    )
                    .classes('cw-field many')
                    .props(
                        'borderless dense options-dense hide-bottom-space use-chips aria-label=Labels data-testid=labels'
                    )
                )
                self._labels.with_note(hint=told)

    def _answer_card(self, base: Policy) -> None:
        with card('How it answers', body=True), ui.element('div').classes('cw-form'):
            with labelled('Severity'):
                self._severity = choices('Severity', dict(SEVERITIES), value=[base.severity])
            with labelled('Mode'):
                self._mode = (
                    choices('Mode', _MODES, value=[base.mode], on_change=self._mode_changed)
                    .props('data-testid=mode')
                    .mark('mode')
                )
            self._grace = (
                field(
                    'Grace',
                    value=written(base.grace_s),
                    hint='Time to mend it before the quarantine: 0, 10 min, 2 h, 1 d. Only when it enforces.',
                    check=grace,
                )
                .props('data-testid=grace debounce=250')
                .mark('grace')
            )
            self._grace.on_value_change(self._look)

    def _read(self) -> NewPolicy:
        """What the form says now; what does not read stays for the service to refuse."""
        return NewPolicy(
            name=self._name.value or '',
            rule=self._rule.text,
            description=self._description.value or '',
            severity=Severity((*self._severity.value, Severity.MINOR)[0]),
            selector=Selector(
                self._kinds.value, dict(one.split('=', 1) for one in self._chosen_labels() if '=' in one)
            ),
            mode=Mode((*self._mode.value, Mode.AUDIT)[0]),
            grace_s=seconds(self._grace.value or '') or 0,  # what is no span of time was refused at its field
        )

    def _chosen_labels(self) -> Sequence[str]:
        return [str(one).strip() for one in self._labels.value or ()]

    async def _typed(self, _: str) -> RuleProblem | None:
        return await self._look()

    def _look(self) -> Awaitable[RuleProblem | None]:
        """Something was changed: what was complained of is over, and the fleet is asked what the rule would say."""
        self._complaint.say('')
        return self._asked()

    def _mode_changed(self) -> Awaitable[None]:
        """Another mode was chosen; enforcing a doubtful rule is refused."""
        self._complaint.say('')
        return self._asked_and_told()

    async def _asked_and_told(self) -> None:
        """Mark the problem where nothing was typed: a rule that was stored may be doubtful."""
        number = self._looks + 1
        problem = await self._asked()
        if number == self._looks and not self._rule.is_deleted:
            self._rule.tell(problem)

    async def _asked(self) -> RuleProblem | None:
        """The problem when it is no rule yet. Of several that wait the newest is asked."""
        self._looks += 1
        number = self._looks
        async with self._looking:
            return await self._shown() if number == self._looks and not self._preview.is_deleted else None

    async def _shown(self) -> RuleProblem | None:
        if not self._rule.text.strip():
            self._preview.wait('Write a rule to see how many devices would break it right now.')
            return None
        try:
            new = self._read()
            preview = await self._preview_of(new)
        except RuleError as error:
            self._preview.wait('As soon as the rule reads, this shows who would break it.')
            return _problem(error)
        except DomainError as refusal:
            self._preview.wait(plain(refusal))
            return None
        if not self._preview.is_deleted:
            self._preview.show(preview, new, self._fleet)
        return None if preview.doubt is None else _problem(preview.doubt)

    async def _preview_of(self, new: NewPolicy) -> Preview:
        return await self._policies.preview(
            self._who.actor(), new, policy_id=self._policy.id if self._policy else None, most=MOST
        )

    async def _save(self) -> None:
        if not self._complete():
            return
        new = self._read()
        if new.mode is Mode.AUDIT:
            await self._store(new)
            return
        try:
            preview = await self._preview_of(new)
        except DomainError as refusal:
            self._refused(refusal)
            return
        ask(
            f'Enforce {new.name.strip()}?',
            question(preview, new, self._fleet),
            'Save and enforce',
            lambda: self._store(new),
            danger=True,
        )

    def _complete(self) -> bool:
        """Complain at every field that cannot be meant."""
        fit = all_fit((self._name, self._description, self._grace))
        odd = [one for one in self._chosen_labels() if not _LABEL.fullmatch(one)]
        self._labels.error = f'“{odd[0][:60]}” is no label: write key=value.' if odd else None
        if not self._rule.text.strip():
            self._rule.tell(RuleProblem(words='the rule is empty', line=1, column=1))
        whole = fit and not odd and bool(self._rule.text.strip())
        self._complaint.say('' if whole else 'Not saved yet: something above is missing.')
        self._focus_wrong()
        return whole

    async def _store(self, new: NewPolicy) -> None:
        policies, before = self._policies, self._policy
        if before is None:
            saved = await guarded(self._who, lambda actor: policies.add(actor, new), refused=self._refused)
        else:
            saved = await guarded(
                self._who, lambda actor: policies.change(actor, before.id, before.version, new), refused=self._refused
            )
        if saved is not None:
            self._draft.done()
            ui.navigate.to(f'/policies/{saved.id}')

    def _refused(self, refusal: DomainError) -> None:
        if isinstance(refusal, Stale):
            self._tell_clash(refusal)
            return
        fields = {'name': self._name, 'description': self._description, 'grace_s': self._grace}
        if isinstance(refusal, RuleError):
            self._rule.tell(_problem(refusal))
        elif refusal.field in fields:
            fields[refusal.field].error = sentence(refusal.detail)
        elif (refusal.field or '').startswith('selector.labels'):
            self._labels.error = refusal.detail
        self._complaint.say(f'Not saved. {plain(refusal)}.')
        self._focus_wrong()

    def _focus_wrong(self) -> None:
        focus_wrong([self._name, self._description, self._labels, self._grace])

    def _tell_clash(self, refusal: Stale) -> None:
        self._clash.clear()
        with self._clash, ui.element('div').classes('cw-clash').props('role=alert data-testid=clash').mark('clash'):
            text(f'Not saved: {refusal.detail}. Load the newest version and make your change again.', 'p')
            button('Load the newest version', lambda: ui.navigate.reload(), rank='primary')


def _problem(error: RuleError) -> RuleProblem:
    instead = _INSTEAD.search(error.problem)
    words = _INSTEAD.sub('.', error.problem) if instead else error.problem
    return RuleProblem(words=words, line=error.line, column=error.column, instead=instead[1] if instead else '')
