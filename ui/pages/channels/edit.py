"""The editor of a channel: its kind, what that kind needs, whom it hears of, and how an alert would read on it."""

from collections.abc import Mapping

from nicegui import context, ui

from domain.accounts.model import Person
from domain.channels.input import NewChannel
from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import ChannelField
from domain.channels.model import Channel
from domain.channels.service import ChannelService
from domain.channels.telling import TellingService
from domain.common.errors import DomainError, Invalid
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from ui.components.card import text
from ui.components.command import command
from ui.components.controls import ask, button, check, complaint, field, select, sheet
from ui.design import look
from ui.pages.channels.preview import preview_part
from ui.pages.oncall.form import number
from ui.pages.page import guarded
from ui.pages.people.bounces import bounced_words, bounces_part
from ui.sign_in import SignedIn

_SEVERITIES = {
    severity.value: f'{look("severity", severity.value).word} and worse' if RANK[severity] else 'Critical alone'
    for severity in Severity
    if severity is not Severity.CLEARED
}


class ChannelEditor:
    """A dialog for a new channel, or for one that is there."""

    def __init__(self, channels: ChannelService, telling: TellingService, who: SignedIn, fleet: Fleet) -> None:
        self._channels, self._telling, self._who, self._fleet = channels, telling, who, fleet

    def open(self, channel: Channel | None = None) -> None:
        """Show the form."""
        self._channel = channel
        known = self._channels.opened(channel) if channel is not None else {}
        with context.client, sheet(f'Channel {channel.name}' if channel else 'New channel') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                if channel is not None:
                    self._bounced(channel)
                self._name = field('Name', value=channel.name if channel else '', placeholder='Night desk').mark('name')
                self._name.props('data-testid=channel-name maxlength=120')
                if channel is None:
                    kinds = {key: kind.label for key, kind in KINDS.items() if not kind.people_only}
                    self._kind = select('Kind', kinds, value=next(iter(KINDS))).mark('kind').props('data-testid=kind')
                    self._kind.on_value_change(lambda: self._fields({}, frozenset()))
                self._place = ui.element('div').classes('cw-form')
                with ui.element('div').classes('cw-form') as self._of_alerts:
                    self._hears(channel)
                    self._behind(channel)
                self._enabled = check('Alerts are told on it', value=channel.enabled if channel else True)
                self._complaint = ui.element('div')
                self._fields(channel.settings if channel else {}, frozenset(known))
                with ui.element('div').classes('ends'):
                    if channel is not None:
                        button('Remove channel…', lambda: self._ask_remove(channel), rank='quiet').mark('remove')
                    button('Cancel', self._dialog.close)
                    words = 'Save channel' if channel else 'Set up channel'
                    button(words, self._save, rank='primary').mark('save').props('data-testid=save-channel')
                if channel is not None:
                    self._more(channel)
        self._dialog.open()

    def _hears(self, channel: Channel | None) -> None:
        """Which alerts are told on it, and how many."""
        least = channel.least_severity.value if channel else Severity.WARNING.value
        self._least = select('Tells of', _SEVERITIES, value=least).mark('least')
        self._limit = field(
            'Most messages in a minute',
            value=str(channel.per_minute if channel else 60),
            hint='What is more waits its turn.',
        ).props('inputmode=numeric')

    def _behind(self, channel: Channel | None) -> None:
        """Which channel is told what this one cannot deliver."""
        others = [one for one in self._channels.list(self._who.actor()) if channel is None or one.id != channel.id]
        self._next = select(
            'Falls to',
            {'': 'No other channel', **{one.id: one.name for one in others}},
            value=channel.next_channel if channel else '',
            hint='Told there instead, where this channel is gone, refuses a message or does not deliver it in time.',
        ).mark('next')
        self._after = field(
            'After so many minutes', value=str(channel.next_after_min if channel else 5), hint='Without success.'
        ).props('inputmode=numeric')

    @property
    def _chosen(self) -> str:
        return self._channel.kind if self._channel is not None else str(self._kind.value)

    def _fields(self, settings: Mapping[str, str], known: frozenset[str]) -> None:
        """Those of the kind."""
        kind = KINDS[self._chosen]
        self._of_alerts.set_visibility(kind.tells)
        self._enabled.set_text('Alerts are told on it' if kind.tells else 'It is asked')
        self._place.clear()
        self._inputs: dict[str, ui.input | ui.textarea | ui.select] = {}
        with self._place:
            text(f'{kind.meaning[:1].upper()}{kind.meaning[1:]}.', 'p').classes('cw-hint')
            for one in kind.fields:
                if not one.is_made:
                    self._inputs[one.name] = self._input(one, settings.get(one.name, one.default), one.name in known)
        self._complaint.clear()
        with self._complaint:
            self._trouble = complaint(
                name=self._name,
                per_minute=self._limit,
                least_severity=self._least,
                next_channel=self._next,
                next_after_min=self._after,
                **self._inputs,
            )

    def _input(self, one: ChannelField, value: str, is_known: bool) -> ui.input | ui.textarea | ui.select:
        hint = f'{one.meaning[:1].upper()}{one.meaning[1:]}.' + (' May stay empty.' if one.is_optional else '')
        if one.choices:
            return select(one.label, {each: each for each in one.choices}, value=value or one.default, hint=hint)
        if one.secret and is_known:
            hint = 'Is set. Leave it empty to keep it.'
        element = field(
            one.label,
            value=value,
            placeholder=one.hint,
            hint=hint,
            password=one.secret,
            area=one.is_long,
            autocomplete='off',
        )
        return element.mark(one.name).props(f'data-testid=setting-{one.name}')

    async def _save(self) -> None:
        self._trouble.say('')
        try:
            limit, after = number(self._limit.value, 'per_minute'), number(self._after.value, 'next_after_min')
        except Invalid as refusal:
            self._trouble.refuse(refusal)
            return
        new = NewChannel(
            name=str(self._name.value or ''),
            kind=self._chosen,
            settings={name: str(one.value or '') for name, one in self._inputs.items()},
            least_severity=Severity(str(self._least.value)),
            per_minute=limit,
            enabled=bool(self._enabled.value),
            next_channel=str(self._next.value or ''),
            next_after_min=after,
        )
        channel = self._channel
        if channel is not None:
            version = channel.version
            saved = await guarded(
                self._who,
                lambda actor: self._channels.change(actor, channel.id, version, new),
                done='Channel saved',
                refused=self._refused,
            )
            if saved is not None:
                self._dialog.close()
            return
        made = await guarded(self._who, lambda actor: self._channels.add(actor, new), refused=self._refused)
        if made is not None:
            self._dialog.close()
            if made[1]:
                show_secret(made[1])

    def _refused(self, refusal: DomainError) -> None:
        place = refusal.field or ''
        if place.startswith('settings.'):
            refusal = Invalid(refusal.detail, field=place.removeprefix('settings.'))
        self._trouble.refuse(refusal)

    def _bounced(self, channel: Channel) -> None:
        """Addresses whose mail comes back, and the way to say that it arrives again."""
        people = {mark.recipient: self._fleet.find(Person, mark.recipient) for mark in self._channels.bouncing(channel)}
        lines = [
            bounced_words(mark, person.name if (person := people[mark.recipient]) is not None else '')
            for mark in self._channels.bouncing(channel)
        ]
        todo = 'Correct the address here, or that of the person in how they are reached, or have the mailbox mended; then say so here.'
        bounces_part(lines, todo, lambda actor: self._channels.forget_bounces(actor, channel.id), self._who)

    def _more(self, channel: Channel) -> None:
        """Beside the form: a new secret, and the preview."""
        if any(one.is_made for one in KINDS[channel.kind].fields) and not KINDS[channel.kind].people_only:
            with ui.element('div').classes('cw-part'):
                text(
                    'Messages are signed. A receiver may verify both secrets for a day after a new one was made.', 'p'
                ).classes('cw-hint')
                button('Make new signing secret…', lambda: self._ask_rotate(channel)).mark('rotate')
        if KINDS[channel.kind].tells:
            preview_part(self._telling, self._who, self._fleet, channel, self._inputs, self._refused)

    def _ask_rotate(self, channel: Channel) -> None:
        async def rotate() -> None:
            made = await guarded(self._who, lambda actor: self._channels.rotate(actor, channel.id))
            if made is not None:
                self._dialog.close()
                show_secret(made[1])

        lines = [
            'For a day messages are signed with the former secret too, so that the receiver can change its own in between.'
        ]
        ask(f'Make a new signing secret for {channel.name}?', lines, 'Make new secret', rotate)

    def _ask_remove(self, channel: Channel) -> None:
        async def remove() -> None:
            done = await guarded(
                self._who,
                lambda actor: self._removed(channel),
                done=f'{channel.name} is removed',
                refused=self._refused,
            )
            if done:
                self._dialog.close()

        lines = ['Alerts are not told there any more, what waits is not sent. The log of what was told stays.']
        ask(f'Remove {channel.name}?', lines, 'Remove channel', remove, danger=True)

    async def _removed(self, channel: Channel) -> bool:
        await self._channels.retire(self._who.actor(), channel.id, channel.version)
        return True


def show_secret(secret: str) -> None:
    """A signing secret, once."""
    with context.client, sheet('Keep the signing secret') as dialog:
        dialog.props('persistent').on('hide', dialog.delete)
        text('Give it to the receiver, which verifies with it that a message is from here. It is not shown again.', 'p')
        command(secret).mark('secret').props('data-testid=secret')
        with ui.element('div').classes('ends'):
            button('I have kept the secret', dialog.close, rank='primary')
    dialog.open()
