"""The editor of a silence, with what it would have kept of the last day."""

from collections.abc import Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.local_times import moment_of, written_in
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.oncall.model import Conditions
from domain.oncall.reaching import members
from domain.oncall.silences.input import NewSilence
from domain.oncall.silences.model import AlertSilence
from domain.oncall.silences.service import SilencePreview, SilencingService
from ui.components.card import text
from ui.components.controls import button, complaint, field, select, sheet
from ui.design import look
from ui.pages.oncall.conditions import ConditionFields
from ui.pages.page import guarded
from ui.pages.typed_zone import zone_of
from ui.sign_in import SignedIn

_LENGTHS = {
    '1': '1 hour',
    '2': '2 hours',
    '4': '4 hours',
    '8': '8 hours',
    '24': '1 day',
    '72': '3 days',
    '168': '1 week',
}
_UNTIL = 'until'
_BREAKS = {
    '': 'Nothing: all that fits is silent',
    **{one.value: f'{look("severity", one.value).word} and worse' for one in (Severity.CRITICAL, Severity.MAJOR)},
}


class SilenceForm:
    """A dialog for something new, also one that is made of ``conditions``, or for a silence that is there."""

    def __init__(self, silences: SilencingService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self._silences, self._who, self._fleet, self._after = silences, who, fleet, after
        self._row: AlertSilence | None = None

    def open(self, row: AlertSilence | None = None, conditions: Conditions | None = None, reason: str = '') -> None:
        """Show the form."""
        self._row = row
        with context.client, sheet('Edit silence' if row else 'New silence') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._draw(row, conditions or (row.conditions if row else Conditions()), reason)
                self._said = ui.element('p').props('role=status data-testid=previewed')
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Preview', self._preview).mark('preview').props('data-testid=preview')
                    button('Save silence' if row else 'Silence them', self._save, rank='primary').mark('save').props(
                        'data-testid=save'
                    )
        self._dialog.open()

    def _draw(self, row: AlertSilence | None, when: Conditions, reason: str) -> None:
        self._reason = field(
            'Reason', value=row.reason if row else reason, placeholder='Antenna works in the west'
        ).mark('reason')
        people = {id: one.name for id, one in sorted(members(self._fleet).items(), key=lambda pair: pair[1].name)}
        own = row.owner if row else self._who.person.id
        if own not in people:
            people = {own: row.owner_name if row else self._who.person.name, **people}
        self._owner = select('Owner', people, value=own)
        zone = zone_of(self._fleet, self._who.person.id)
        self._drawn = (zone, written_in(row.starts_at, zone), written_in(row.ends_at, zone)) if row else (zone, '', '')
        self._begins = field(
            'Begins', value=self._drawn[1], placeholder='now', hint=f'Empty for now, or as 2026-11-30 20:00 in {zone}.'
        ).mark('begins')
        self._length = select('For', {**_LENGTHS, _UNTIL: 'Until…'}, value=_UNTIL if row else '1').mark('length')
        self._ends = field(
            'Until', value=self._drawn[2], hint=f'As 2026-11-30 20:00 in {zone}, where “Until…” is chosen.'
        ).mark('ends')
        self._conditions = ConditionFields(self._fleet, when)
        self._breaks = select('Told all the same', _BREAKS, value=row.breaks.value if row and row.breaks else '')
        self._trouble = complaint(
            reason=self._reason,
            owner=self._owner,
            starts_at=self._begins,
            ends_at=self._ends,
            breaks=self._breaks,
            **self._conditions.by_name(),
        )

    def _read(self) -> NewSilence:
        said, row = str(self._begins.value or '').strip(), self._row
        zone, began, ended = self._drawn
        if row is not None and said == began:
            begins: float | None = row.starts_at  # to the second, and of a time that comes twice the one that it was
        else:
            begins = moment_of(said, zone, 'starts_at') if said else None
        length = str(self._length.value)
        if length == _UNTIL:
            until = str(self._ends.value or '').strip()
            is_kept = row is not None and until == ended
            ends = row.ends_at if row is not None and is_kept else moment_of(until, zone, 'ends_at', late=True)
        else:
            ends = (begins if begins is not None else self._silences.now()) + float(length) * 3600
        breaks = str(self._breaks.value or '')
        return NewSilence(
            reason=str(self._reason.value or ''),
            conditions=self._conditions.read(),
            starts_at=begins,
            ends_at=ends,
            breaks=Severity(breaks) if breaks else None,
            owner=str(self._owner.value or ''),
        )

    async def _preview(self) -> None:
        self._trouble.say('')

        async def act(actor: Actor) -> SilencePreview:
            return await self._silences.preview(actor, self._read())

        found = await guarded(self._who, act, refused=self._refused)
        if found is not None:
            self._said.clear()
            with self._said:
                text(preview_words(found)).mark('previewed')

    async def _save(self) -> None:
        self._trouble.say('')
        row = self._row

        async def act(actor: Actor) -> AlertSilence:
            return await self._silences.save(actor, self._read(), row.id if row else '', row.version if row else 0)

        if await guarded(self._who, act, done='Silence saved', refused=self._refused) is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')[-1]
        self._trouble.refuse(Invalid(refusal.detail, field='severity' if place == 'conditions' else place or None))


def preview_words(found: SilencePreview) -> str:
    """``It would have kept 14 of the 31 messages of the last day, of 6 alerts. 1 open alert falls silent at once.``"""
    of = f'{"more than " if found.more else ""}{found.of}'
    alerts = f', of {found.alerts} alert{"s" if found.alerts != 1 else ""}' if found.messages else ''
    now = f'{found.now} open alert{"s fall" if found.now != 1 else " falls"} silent when it begins'
    kept = f'It would have kept {found.messages} of the {of} messages of the last day{alerts}.'
    if not found.of:
        kept = 'No message was sent in the last day.'
    return f'{kept} {now}.'
