"""Links by which people outside read of an incident: those that there are, a new one, its end."""

from functools import partial

from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.incidents.links.model import IncidentLink, SharedPart
from domain.incidents.links.service import IncidentLinkService, NewIncidentLink
from ui.components.card import card, text
from ui.components.choices import choices
from ui.components.controls import ask, button, complaint, field, labelled, sheet
from ui.components.fields import line
from ui.durations import counted
from ui.pages.page import guarded
from ui.sentences.incidents import clock
from ui.sign_in import SignedIn

DAY_S = 86_400.0
LASTS = {'1': 'A day', '7': 'A week', '30': '30 days', '90': '90 days'}
PARTS = {
    SharedPart.NAMES: 'Names of towers and devices',
    SharedPart.CAUSE: 'Probable cause',
    SharedPart.DEVICES: 'Counts of devices',
    SharedPart.TIMELINE: 'What failed and came back when',
    SharedPart.NOTES: 'Notes, without who wrote them',
}


class LinksCard:
    """The card of one incident, for those who may read what the public is told. ``base`` is the address of this console."""

    def __init__(self, links: IncidentLinkService, who: SignedIn, root: Alert, now: float, base: str) -> None:
        self._links, self._who, self._root, self._now, self._base = links, who, root, now, base
        self._may = who.may(Permission.STATUS_WRITE)
        about = 'their holders read of this incident without an account'
        with ui.element('div').classes('cw-screen'), card('Links for others', caption=about, body=True):
            self._list = ui.element('div').classes('cw-lines')
            if self._may:
                with ui.element('div').classes('cw-ends').style('margin-top: 12px'):
                    button('Make a link…', self._ask).props('data-testid=make-link').mark('make-link')
        self._show()

    def _show(self) -> None:
        self._list.clear()
        with self._list:
            rows = self._links.list(self._who.actor(), self._root.id)
            for row in rows:
                self._row(row)
            if not rows:
                text('There is none.', 'p').classes('cw-hint')

    def _row(self, row: IncidentLink) -> None:
        opened = f'opened {counted(row.opened, "time")}' if row.opened else 'not opened yet'
        last = f', last {clock(row.opened_at)}' if row.opened_at is not None else ''
        if row.revoked_at is not None:
            state = f'revoked by {row.revoked_by}'
        else:
            state = f'{"until" if row.opens_at(self._now) else "ended"} {clock(row.expires_at)}'
        with ui.element('div').props('data-testid=incident-link'):
            text(row.label, 'b')
            text(f' {state}, {opened}{last}. Made by {row.created_by}.').classes('cw-quiet')
            shown = ', '.join(PARTS[part].lower() for part in row.parts) or 'begin, end and severity alone'
            text(f'Shows {shown}.', 'div').classes('cw-quiet')
            if self._may and row.opens_at(self._now):
                button('Revoke…', partial(self._ask_revoke, row)).props('data-testid=revoke-link').mark('revoke-link')

    def _ask(self) -> None:
        with sheet('A link to this incident') as dialog, ui.element('div').classes('cw-form'):
            dialog.on('hide', dialog.delete)
            label = field('For whom', placeholder='Ticket 4711 of the carrier', check=line(most=80))
            label.props('autofocus maxlength=80 data-testid=link-label').mark('link-label')
            title = field('Title', value='Loss of service', hint='What they read first.', check=line())
            title.props('maxlength=120 data-testid=link-title').mark('link-title')
            with labelled('Shows', hint='None pressed: when it began and ended, and how grave it was.'):
                parts = choices('Shows', {part.value: words for part, words in PARTS.items()}, many=True)
            with labelled('Opens for'):
                lasts = choices('Opens for', LASTS, value=('7',))
            wrong = complaint(label=label, title=title)
            place = ui.element('div')

            async def make() -> None:
                days = int((*lasts.value, '7')[0])
                new = NewIncidentLink(
                    title=title.value or '',
                    label=label.value or '',
                    expires_at=self._links.now() + days * DAY_S,
                    parts=tuple(SharedPart(part) for part in parts.value),
                )
                made = await guarded(
                    self._who, lambda actor: self._links.make(actor, self._root.id, new), refused=wrong.refuse
                )
                if made is not None:
                    go.set_visibility(False)
                    with place:
                        address = field(
                            'Address',
                            value=f'{self._base}/incident/{made[1]}',
                            mono=True,
                            hint='It is not shown again.',
                        )
                        address.props('readonly data-testid=link-address').mark('link-address')
                    self._show()

            with ui.element('div').classes('ends'):
                button('Close', dialog.close)
                go = button('Make link', make, rank='primary').props('data-testid=link-save').mark('link-save')
        dialog.open()

    def _ask_revoke(self, row: IncidentLink) -> None:
        async def go() -> None:
            await guarded(self._who, lambda actor: self._links.revoke(actor, row.id), done='It opens nothing any more.')
            self._show()

        lines = [f'The holders of the link “{row.label}” read nothing of this incident from here on.']
        ask('Revoke this link?', lines, 'Revoke link', go, danger=True)
