"""How the reader of the page is reached when they are called: two ways, one after the other, and quiet hours."""

from typing import Any

from nicegui import context, ui

from domain.access.permissions import Permission
from domain.channels.model import Channel
from domain.common.errors import DomainError, Invalid
from domain.common.severity import RANK, Severity
from domain.common.text import natural
from domain.fleet.fleet import Fleet
from domain.oncall.input import LEAST_BREAKING, NewContact
from domain.oncall.model import ContactWay, ReportEvery
from domain.oncall.reaching import has_addresses, telling_channels
from domain.oncall.service import OnCallService
from ui.components.card import text
from ui.components.controls import button, complaint, field, select, sheet
from ui.pages.oncall.form import hours_typed, number, read_hours
from ui.pages.oncall.limits import severity_words
from ui.pages.page import guarded
from ui.pages.people.bounces import person_bounces
from ui.sign_in import SignedIn

MOST_WAYS = 2
"""That the form shows; programs may keep more."""


_REPORTS = {
    ReportEvery.NEVER.value: 'None',
    ReportEvery.DAY.value: 'Every day: in the morning of the night, later of the day',
    ReportEvery.WEEK.value: 'Every Monday, of the week',
}


class ContactDialog:
    """A dialog."""

    def __init__(self, on_call: OnCallService, who: SignedIn, fleet: Fleet) -> None:
        self._on_call, self._who, self._fleet = on_call, who, fleet

    def open(self) -> None:
        """Show the form."""
        row = self._on_call.contact(self._who.actor(), self._who.person.id)
        self._version, self._more = row.version, row.ways[MOST_WAYS:]
        channels = sorted(telling_channels(self._fleet).values(), key=lambda one: natural(one.name))
        options = {'': 'None', **{one.id: one.name for one in channels}}
        least = RANK[self._on_call.limits(self._who.actor()).breaks] if self._who.may(Permission.CHANNELS_READ) else 1
        breaks = {
            one.value: severity_words(one) for one in Severity if one is not Severity.CLEARED and RANK[one] >= least
        }
        breaking = row.breaks.value if row.breaks.value in breaks else next(iter(breaks))
        with context.client, sheet('How I am reached') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                person_bounces(self._on_call, self._who, self._who.person.id)
                text(f'Without a way, by mail to {self._who.person.email}.', 'p').classes('cw-hint')
                self._ways: list[tuple[Any, Any, Any]] = []
                for at, label in enumerate(('First', 'Then')):
                    way = row.ways[at] if at < len(row.ways) else None
                    chosen = way.channel if way is not None and way.channel in options else ''
                    channel = select(f'{label} on', options, value=chosen).mark(f'way-{at}')
                    hint = 'Of mail, or a number: where the channel has addresses of people.'
                    address = field(f'{label} to', value=way.address if way else self._who.person.email, hint=hint)
                    minutes = str(way.after_min if way is not None else at * 5)
                    after = field('After so many minutes', value=minutes) if at else None
                    self._ways.append((channel, address, after))
                self._quiet = field(
                    'Quiet hours',
                    value=hours_typed(row.quiet),
                    area=True,
                    placeholder='22:00-07:00',
                    hint='One a line.',
                )
                self._zone = field('Time zone', value=row.zone)
                self._breaks = select('Told at once all the same', breaks, value=breaking)
                self._every = select('Report by mail', _REPORTS, value=row.report_every.value).mark('report-every')
                self._at = field('Report at', value=row.report_at, hint='By the clocks of the zone above.')
                first, then = self._ways
                self._trouble = complaint(
                    channel=first[0],
                    address=first[1],
                    then=then[1],
                    after_min=then[2],
                    quiet=self._quiet,
                    zone=self._zone,
                    report_at=self._at,
                )
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Save', self._save, rank='primary').mark('save').props('data-testid=save-contact')
        self._dialog.open()

    async def _save(self) -> None:
        self._trouble.say('')
        try:
            new = self._read()
        except DomainError as refusal:
            self._refused(refusal)
            return
        own = self._who.person.id
        saved = await guarded(
            self._who,
            lambda actor: self._on_call.save_contact(actor, own, new, self._version),
            done='Saved',
            refused=self._refused,
        )
        if saved is not None:
            self._dialog.close()

    def _read(self) -> NewContact:
        ways = []
        for channel, address, after in self._ways:
            row = self._fleet.find(Channel, str(channel.value or ''))
            if row is not None:
                typed = str(address.value or '').strip() if has_addresses(row.kind) else ''
                minutes = number(after.value, 'after_min') if after is not None else 0
                ways.append(ContactWay(channel=row.id, address=typed, after_min=minutes))
        return NewContact(
            ways=(*ways, *self._more),
            quiet=read_hours(str(self._quiet.value or ''), 'quiet'),
            zone=str(self._zone.value or '').strip(),
            breaks=Severity(str(self._breaks.value or LEAST_BREAKING)),
            report_every=ReportEvery(str(self._every.value or '')),
            report_at=str(self._at.value or '').strip(),
        )

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')
        name = place[-1] if place[0] == 'ways' else place[0]
        if place[:2] == ['ways', '1'] and name == 'address':
            name = 'then'
        self._trouble.refuse(Invalid(refusal.detail, field=name) if name else refusal)
