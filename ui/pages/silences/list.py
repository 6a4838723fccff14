"""Which alerts are told to nobody for a while, by whom, why and until when; one's own first."""

from functools import partial

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.common.severity import RANK
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.model import Conditions
from domain.oncall.silences.model import AlertSilence, SilenceState
from domain.oncall.silences.service import SilencingService
from ui.components.card import card, stack, text
from ui.components.chip import chip
from ui.components.controls import ask, button
from ui.components.entries import entries
from ui.components.looking import DrawnAnew
from ui.components.zoned import zoned
from ui.design import look
from ui.pages.oncall.wording import moment, takes_words
from ui.pages.page import carried_out, not_for_you, page
from ui.pages.screen import screen
from ui.pages.silences.form import SilenceForm
from ui.sign_in import SignedIn

MOST_SHOWN = 200


def register(*, fleets: Fleets, silences: SilencingService) -> None:
    """Register ``/silences``; with ``?alert=`` the form is open for what is like that alert."""

    @screen('/silences')
    def silences_page(request: Request) -> None:
        with page(request, fleets, 'Silences', active='silences') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('what is silenced', who, fleet.enterprise.name)
                return
            shown = _Page(silences, who, fleet)
            shown.build()
            alert = fleet.find(Alert, request.query_params.get('alert', ''))
            if alert is not None and who.may(Permission.SILENCES_WRITE):
                shown.form.open(conditions=like(alert), reason=alert.problem[:200])


def like(alert: Alert) -> Conditions:
    """Alerts of its type, on its tower."""
    towers = (alert.object_id,) if alert.object_kind == 'tower' else ()
    return Conditions(types=(alert.alarm_type,), towers=towers)


class _Page:
    def __init__(self, silences: SilencingService, who: SignedIn, fleet: Fleet) -> None:
        self._silences, self._who, self._fleet = silences, who, fleet
        self._may = who.may(Permission.SILENCES_WRITE)
        self._drawn = DrawnAnew(self._newest, self._draw)
        self.form = SilenceForm(silences, who, fleet, self._drawn.show)

    def build(self) -> None:
        """Those that are active or to come, and those that are over."""
        with stack():
            with card('Silences', caption='alerts that fit open no message and no call'):
                self._now = ui.element('div')
                if self._may:
                    with ui.element('div').classes('cw-entries-foot'):
                        button('New silence…', self.form.open, rank='primary').mark('new-silence').props(
                            'data-testid=new-silence'
                        )
            with card('Over', caption='in the last 30 days'):
                self._past = ui.element('div')
        self._drawn.follow()

    def _newest(self) -> object:
        now, actor = self._silences.now(), self._who.actor()
        rows = self._silences.rows(actor)
        return [(row.id, row.version, row.state_at(now), self._count(row)) for row in rows]

    def _count(self, row: AlertSilence) -> int:
        return self._silences.silenced(self._who.actor(), row.id)

    def _draw(self) -> None:
        now, rows = self._silences.now(), self._silences.rows(self._who.actor())
        over = [row for row in rows if row.state_at(now) is SilenceState.OVER]
        for place, found, none in (
            (self._now, rows[: len(rows) - len(over)], 'Nothing is silenced. A silence keeps alerts that you expect, such '
             'as those of works, from calling anybody until it ends; then what is still open is told.'),
            (self._past, over[:MOST_SHOWN], 'No silence has ended lately.'),
        ):  # fmt: skip
            place.clear()
            with place:
                entries(found, lambda row: self._entry(row, row.state_at(now)), none)

    def _entry(self, row: AlertSilence, state: SilenceState) -> None:
        with ui.element('li').mark('silence').props(f'data-testid=silence data-silence={row.id}'):
            chip('silence', state.value)
            with ui.element('div').classes('what'):
                text(row.reason, 'b')
                own = row.owner == self._who.person.id
                text(takes_words(self._fleet, row.conditions) + _breaks(row), 'p').classes('cw-quiet')
                with ui.element('p').classes('cw-quiet'):
                    zoned(f'{"Yours" if own else row.owner_name}, {moment(row.starts_at)} to {moment(row.ends_at)}')
                    if row.ended_by:
                        text(f' · ended by {row.ended_by}')
                count = self._count(row)
                if count and state is SilenceState.ACTIVE:
                    text(f'{count} open alert{"s" if count != 1 else ""} silent', 'p').mark('silent-now')
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    self._acts(row, state)

    def _acts(self, row: AlertSilence, state: SilenceState) -> None:
        if state is SilenceState.OVER:
            again = partial(self.form.open, None, row.conditions, row.reason)
            button('Again…', again).mark('again').props('data-testid=again')
            return
        button('Edit…', partial(self.form.open, row)).mark('edit-silence').props('data-testid=edit-silence')
        button('End now…', partial(self._ask_end, row)).mark('end-silence').props('data-testid=end-silence')

    def _ask_end(self, row: AlertSilence) -> None:
        count = self._count(row)
        what = (
            f'{count} open alert{"s are" if count != 1 else " is"} told at once.' if count else 'No open alert waits.'
        )
        ask(f'End the silence “{row.reason}”?', [what], 'End silence', partial(self._end, row))

    async def _end(self, row: AlertSilence) -> bool:
        ended = await carried_out(
            self._who, lambda actor: self._silences.end(actor, row.id, row.version), 'The silence is over'
        )
        if ended:
            self._drawn.show()
        return ended


def _breaks(row: AlertSilence) -> str:
    if row.breaks is None:
        return ''
    word = look('severity', row.breaks.value).word
    return f' · told all the same: {word}{" and worse" if RANK[row.breaks] else ""}'
