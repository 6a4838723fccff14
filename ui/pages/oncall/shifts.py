"""Dialogs: a shift is taken, and the address of a calendar is made."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import context, ui

from domain.common.errors import DomainError, Invalid
from domain.fleet.fleet import Fleet
from domain.oncall.duty import DutyService
from domain.oncall.model import Rotation
from domain.oncall.reaching import members
from domain.oncall.rota import Shift
from ui.components.card import text
from ui.components.controls import button, complaint, field, select, sheet
from ui.pages.page import guarded
from ui.sign_in import SignedIn

_FORM = '%Y-%m-%d %H:%M'
TWELVE_HOURS_S = 43_200.0


class TakeDialog:
    """A person is on call between two moments, in the zone of the rotation."""

    def __init__(self, duty: DutyService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self._duty, self._who, self._fleet, self._after = duty, who, fleet, after

    def open(self, rotation: Rotation, shift: Shift | None = None) -> None:
        """With a ``shift``, that one; otherwise twelve hours from now on."""
        self._rotation = rotation
        begin = shift.starts_at if shift is not None else self._duty.now() // 60 * 60
        end = shift.ends_at if shift is not None else begin + TWELVE_HOURS_S
        people = {id: row.name for id, row in sorted(members(self._fleet).items(), key=lambda pair: pair[1].name)}
        own = self._who.person.id if self._who.person.id in people else next(iter(people), None)
        zone = ZoneInfo(rotation.zone)
        with context.client, sheet(f'Take a shift of {rotation.name}') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._person = (
                    select('Who is on call', people, value=own).mark('take-person').props('data-testid=take-person')
                )
                hint = f'Year, month, day and time in {rotation.zone}.'
                self._begin = field('From', value=f'{datetime.fromtimestamp(begin, zone):{_FORM}}', hint=hint)
                self._end = field('To', value=f'{datetime.fromtimestamp(end, zone):{_FORM}}', hint=hint)
                self._trouble = complaint(person=self._person, starts_at=self._begin, ends_at=self._end)
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Take shift', self._save, rank='primary').mark('save-shift').props('data-testid=save-shift')
        self._dialog.open()

    async def _save(self) -> None:
        self._trouble.say('')
        try:
            begin, end = self._moment(self._begin.value, 'starts_at'), self._moment(self._end.value, 'ends_at')
        except Invalid as refusal:
            self._trouble.refuse(refusal)
            return
        person = str(self._person.value or '')
        saved = await guarded(
            self._who,
            lambda actor: self._duty.take(actor, self._rotation.id, person, begin, end),
            done='The shift is taken',
            refused=self._refused,
        )
        if saved is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        self._trouble.refuse(refusal)

    def _moment(self, value: str | None, place: str) -> float:
        try:
            local = datetime.strptime(str(value or '').strip(), _FORM)  # noqa: DTZ007 - the zone follows
        except ValueError as error:
            raise Invalid('write it as 2026-11-30 20:00', field=place) from error
        return local.replace(tzinfo=ZoneInfo(self._rotation.zone)).timestamp()


class FeedDialog:
    """The address of the calendar, which is shown once."""

    def __init__(self, duty: DutyService, who: SignedIn, base: str, after: Callable[[], None]) -> None:
        self._duty, self._who, self._base, self._after = duty, who, base, after

    def open(self, rotation: Rotation) -> None:
        """Ask before a former address is ended."""
        self._rotation = rotation
        with context.client, sheet(f'Calendar of {rotation.name}') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            words = 'Calendar programs read who is on call at an address with a secret inside: it needs no sign-in.'
            text(words, 'p')
            if rotation.feed_digest:
                text('There is an address already. A new one ends it.', 'p')
            self._place = ui.element('div')
            with ui.element('div').classes('ends'):
                button('Close', self._dialog.close)
                button('Make new address', self._make, rank='primary').mark('make-feed').props('data-testid=make-feed')
        self._dialog.open()

    async def _make(self) -> None:
        rotation = self._rotation
        made = await guarded(self._who, lambda actor: self._duty.make_feed(actor, rotation.id, rotation.version))
        if made is None:
            return
        self._rotation = made[0]
        address = f'{self._base}/calendars/{made[0].id}.ics?key={made[1]}'
        self._place.clear()
        with self._place:
            field('Address', value=address, mono=True, hint='It is not shown again.').props(
                'readonly data-testid=feed-address'
            )
        self._after()
