"""What can be done with a shift: take it, ask another person to take it or to swap, decide for others, or give it back."""

from collections.abc import Awaitable, Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import DomainError, Invalid
from domain.fleet.fleet import Fleet
from domain.oncall.duty import DutyService
from domain.oncall.model import Rotation
from domain.oncall.reaching import members
from domain.oncall.rota import Shift
from domain.oncall.swaps.service import SwapService
from ui.components.card import text
from ui.components.controls import Rank, button, complaint, field, select, sheet
from ui.pages.oncall.timeline import RotaDays
from ui.pages.page import guarded
from ui.sign_in import SignedIn

MONTH_S = 31 * 86_400.0
MOST_CHOICES = 120


class ShiftSheet:
    """A dialog about one shift."""

    def __init__(
        self, duty: DutyService, swaps: SwapService, who: SignedIn, fleet: Fleet, after: Callable[[], None]
    ) -> None:
        self._duty, self._swaps, self._who, self._fleet, self._after = duty, swaps, who, fleet, after
        self._decides = who.may(Permission.CHANNELS_WRITE)

    def open(self, rotation: Rotation, shift: Shift, span: RotaDays) -> None:
        """Show what the reader may do with it."""
        now = self._duty.now()
        self._rotation, self._shift, self._span = rotation, shift, span
        own = self._who.person.id
        is_own, is_over = shift.person == own, shift.ends_at <= now
        with context.client, sheet(f'{self._name(shift.person)} in {rotation.name}') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            text(f'{span.spoken(shift.starts_at)} to {span.spoken(shift.ends_at)} ({span.zone})', 'p')
            with ui.element('div').classes('cw-form'):
                self._trouble = complaint()
                options = {} if is_over or not (is_own or self._decides) else self._handings()
                theirs = {} if is_over or is_own or not shift.person or self._decides else self._own_shifts()
                chosen = options or theirs
                if is_over:
                    text('It is over.', 'p').classes('cw-hint')
                if chosen:
                    label = 'Give it to, or swap it for' if options else 'Swap it for a shift of mine'
                    self._choice = select(label, chosen, value=next(iter(chosen))).mark('handing')
                    self._choice.props('data-testid=handing')
                    self._note = field('Note', hint='The other person reads it.') if not self._decides else None
                with ui.element('div').classes('ends'):
                    button('Close', self._dialog.close)
                    if shift.is_override and not is_over:
                        button('Give back', self._give_back).mark('give-back').props('data-testid=give-back')
                    if chosen:
                        words = 'Hand over' if self._decides else 'Ask'
                        rank: Rank = 'primary' if is_own or self._decides else 'plain'
                        button(words, self._hand, rank=rank).mark('hand').props('data-testid=hand')
                    if not is_own and not is_over:
                        rank = 'plain' if self._decides and chosen else 'primary'
                        button('Take this shift', self._take, rank=rank).mark('take-it').props('data-testid=take-it')
        self._dialog.open()

    def _name(self, person: str) -> str:
        found = members(self._fleet).get(person)
        return found.name if found is not None else 'Nobody' if not person else 'A person who left'

    def _ahead(self) -> list[Shift]:
        now = self._duty.now()
        return [one for one in self._duty.shifts_of(self._rotation, now, now + MONTH_S) if one.person]

    def _handings(self) -> dict[str, str]:
        """Everybody with nothing in return, then the shifts of others in the next month."""
        mine = self._shift.person
        people = sorted(members(self._fleet).values(), key=lambda one: one.name)
        found = {f'{one.id}//': f'{one.name}, with nothing in return' for one in people if one.id != mine}
        for one in self._ahead() if mine else ():
            if one.person != mine:
                found[f'{one.person}/{one.starts_at}/{one.ends_at}'] = self._worded(one)
        return dict(list(found.items())[:MOST_CHOICES])

    def _own_shifts(self) -> dict[str, str]:
        own = self._who.person.id
        mine = [one for one in self._ahead() if one.person == own]
        return {f'{one.person}/{one.starts_at}/{one.ends_at}': self._worded(one) for one in mine[:MOST_CHOICES]}

    def _worded(self, one: Shift) -> str:
        spoken = self._span.spoken
        return f'{self._name(one.person)}: {spoken(one.starts_at)} to {spoken(one.ends_at)}'

    async def _take(self) -> None:
        own, shift = self._who.person.id, self._shift
        begin = max(shift.starts_at, self._duty.now())
        await self._done(
            lambda actor: self._duty.take(actor, self._rotation.id, own, begin, shift.ends_at), 'The shift is yours'
        )

    async def _hand(self) -> None:
        person, begin, end = str(self._choice.value or '//').split('/')
        shift, rotation = self._shift, self._rotation.id
        gives = (max(shift.starts_at, self._duty.now()), shift.ends_at)
        other = (float(begin), float(end)) if begin else None
        own = self._who.person.id
        if not self._decides:
            note = str(self._note.value or '') if self._note is not None else ''
            if shift.person == own:
                await self._done(
                    lambda actor: self._swaps.ask(actor, rotation, person, gives, other, note),
                    f'{self._name(person)} is asked',
                )
            elif other is not None:
                mine = other
                await self._done(
                    lambda actor: self._swaps.ask(actor, rotation, shift.person, mine, gives, note),
                    f'{self._name(shift.person)} is asked',
                )
            return
        if other is None:
            await self._done(
                lambda actor: self._duty.take(actor, rotation, person, *gives, shift.person), 'The shift is handed over'
            )
        else:
            pair = ((shift.person, *gives), (person, *other))
            await self._done(lambda actor: self._duty.swap(actor, rotation, *pair), 'The shifts are swapped')

    async def _give_back(self) -> None:
        await self._done(
            lambda actor: self._duty.give_back(actor, self._rotation.id, self._shift.source),
            'The layers say again who is on call',
        )

    async def _done(self, act: Callable[[Actor], Awaitable[object]], words: str) -> None:
        self._trouble.say('')
        done = await guarded(self._who, act, done=words, refused=self._refused)
        if done is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        self._trouble.refuse(Invalid(refusal.detail))
