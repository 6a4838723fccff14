"""The limits of what people choose of how they are reached: which alerts break quiet hours, how long these are, who must have a way."""

from collections.abc import Callable

from nicegui import context, ui

from domain.common.errors import DomainError
from domain.common.severity import RANK, Severity
from domain.common.text import natural
from domain.oncall.allowing import NewContactLimits
from domain.oncall.limits import MustReach
from domain.oncall.service import OnCallService
from ui.components.controls import button, complaint, field, select, sheet
from ui.design import look
from ui.pages.oncall.form import number
from ui.pages.page import guarded
from ui.sign_in import SignedIn

MUST_REACH = {
    MustReach.NOBODY.value: 'Nobody',
    MustReach.ON_CALL.value: 'Who is in a rotation, a team or a policy',
    MustReach.ALL.value: 'All who may answer alerts',
}


class LimitsDialog:
    """A dialog."""

    def __init__(self, on_call: OnCallService, who: SignedIn, after: Callable[[], None]) -> None:
        self._on_call, self._who, self._after = on_call, who, after

    def open(self) -> None:
        """Show the form."""
        row = self._on_call.limits(self._who.actor())
        self._version = row.version
        breaks = {one.value: severity_words(one) for one in Severity if one is not Severity.CLEARED}
        with context.client, sheet('Limits of quiet hours') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._breaks = select(
                    'Told at once all the same',
                    breaks,
                    value=row.breaks.value,
                    hint='Also where people chose otherwise.',
                ).mark('limits-breaks')
                self._longest = field(
                    'Longest stretch, in minutes', value=str(row.longest_min), hint='600 is ten hours; 0 allows none.'
                ).mark('limits-longest')
                self._must = select('Must always have a way', MUST_REACH, value=row.must_reach.value).mark(
                    'limits-must'
                )
                self._trouble = complaint(breaks=self._breaks, longest_min=self._longest, must_reach=self._must)
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Save limits', self._save, rank='primary').mark('save-limits')
        self._dialog.open()

    async def _save(self) -> None:
        self._trouble.say('')
        try:
            new = NewContactLimits(
                breaks=Severity(str(self._breaks.value)),
                longest_min=number(self._longest.value, 'longest_min'),
                must_reach=MustReach(str(self._must.value)),
            )
        except DomainError as refusal:
            self._refused(refusal)
            return
        saved = await guarded(
            self._who,
            lambda actor: self._on_call.save_limits(actor, new, self._version),
            done='Limits saved',
            refused=self._refused,
        )
        if saved is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        self._trouble.refuse(refusal)


def severity_words(least: Severity) -> str:
    """``Major and worse``."""
    word = look('severity', least.value).word
    return f'{word} and worse' if RANK[least] else f'{word} alone'


def unreached_words(names: list[str]) -> str:
    """Who must have a way and has none."""
    shown = sorted(names, key=natural)
    more = f' and {len(shown) - 5} more' if len(shown) > 5 else ''
    return f'No way reaches {", ".join(shown[:5])}{more}: a mail channel, or a way of their own, is missing.'
