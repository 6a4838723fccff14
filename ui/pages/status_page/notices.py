"""Incidents and planned maintenance on the editor of the status page: told, updated, ended, removed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.live import AlertTree
from domain.alerts.model import Alert
from domain.fleet.fleet import Fleet
from domain.status_page.input import NewNotice
from domain.status_page.live import notices_of
from domain.status_page.members import towers_of
from domain.status_page.model import STATES, Impact, Notice, NoticeKind, NoticeState, StatusPage
from domain.status_page.notices import NoticeService
from ui.components.card import card, link, text
from ui.components.choices import choices
from ui.components.controls import ask, button, complaint, field, labelled, sheet
from ui.components.fields import line, lines
from ui.components.live_news import live_news
from ui.components.looking import DrawnAnew
from ui.pages.page import guarded
from ui.pages.status_page.proposal import proposed
from ui.sign_in import SignedIn
from ui.status_page.words import IMPACT, KIND, moment, state_word

_TITLES = {NoticeKind.INCIDENT: 'Tell of an incident', NoticeKind.MAINTENANCE: 'Plan a maintenance'}


class Notices:
    """The card of what was told. ``page`` reads the newest page, for the names of its components."""

    def __init__(
        self,
        notices: NoticeService,
        who: SignedIn,
        fleet: Fleet,
        page: Callable[[], StatusPage],
        alert: Alert | None,
    ) -> None:
        self._notices, self._who, self._fleet, self._page = notices, who, fleet, page
        self._may = who.may(Permission.STATUS_WRITE)
        with (
            card('Incidents and maintenance', caption='in the words that the public reads', body=True),
            ui.element('div').classes('cw-form'),
        ):
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    for kind in NoticeKind:
                        button(f'{_TITLES[kind]}…', partial(self._begin, kind)).props(f'data-testid=begin-{kind}').mark(
                            f'begin-{kind}'
                        )
            self._list = ui.element('div').classes('cw-stack')
        self._drawn = DrawnAnew(self._newest, self._draw)
        self._drawn.show()
        live_news('notices', self._drawn.look).mark('news')  # others may have told something meanwhile
        if alert is not None and self._may:
            self._begin(NoticeKind.INCIDENT, alert)

    def _newest(self) -> object:
        return [(notice.id, notice.version) for notice in notices_of(self._fleet)]

    def _draw(self) -> None:
        self._list.clear()
        rows = notices_of(self._fleet)
        with self._list:
            if not rows:
                text('Nothing was told yet.', 'p').classes('cw-hint')
            for notice in sorted(rows, key=lambda row: row.closed_at is not None):
                self._notice(notice)

    def _notice(self, notice: Notice) -> None:
        names = self._page().components
        with ui.element('article').classes('cw-told').props('data-testid=notice'):
            text(notice.title, 'h3')
            where = ', '.join(names[id].name for id in notice.components if id in names) or 'The whole page'
            when = moment(notice.begins_at) + (f' to {moment(notice.ends_at)}' if notice.ends_at is not None else '')
            text(f'{KIND[notice.kind]} · {state_word(notice.state)} · {where}', 'p').classes('cw-caption')
            text(when, 'p').classes('cw-caption')
            newest = notice.updates[-1]
            text(newest.text, 'p').classes('said')
            text(f'{newest.by}, {moment(newest.at)}', 'p').classes('cw-caption')
            if notice.alert is not None:
                link('Incident report', f'/alerts/{notice.alert}/incident').props('data-testid=notice-incident')
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    button('Write an update…', lambda: self._update(notice)).props('data-testid=update').mark('update')
                    button('Remove…', lambda: self._ask_remove(notice), rank='quiet')

    def _begin(self, kind: NoticeKind, alert: Alert | None = None) -> None:
        components = self._page().components
        about = self._concerned(alert)
        words_of = proposed(alert, [components[id].name for id in about])
        with sheet(_TITLES[kind]) as dialog, ui.element('div').classes('cw-form'):
            title = field(
                'Title', value=words_of.title, placeholder='Radio at the west terminal is slow', check=line()
            ).mark('notice-title')
            title.props('data-testid=notice-title maxlength=120')
            with labelled('Concerns', hint='None pressed: the whole page.'):
                picked = choices('Components', {id: one.name for id, one in components.items()}, value=about, many=True)
            impact, begins, ends = None, None, None
            if kind is NoticeKind.INCIDENT:
                with labelled('Impact'):
                    impact = choices(
                        'Impact', {each.value: IMPACT[each][0] for each in Impact}, value=(words_of.impact,)
                    )
            else:
                begins = field('Begins (UTC)').props('type=datetime-local').mark('begins')
                ends = field('Ends (UTC)').props('type=datetime-local').mark('ends')
            words = field(
                'What you tell', value=words_of.text, area=True, hint=_HINT[kind], check=lines(most=2000)
            ).mark('notice-text')
            words.props('data-testid=notice-text')
            places = {'title': title, 'text': words}
            if begins is not None and ends is not None:
                places |= {'begins_at': begins, 'ends_at': ends}
            wrong = complaint(**places)

            async def tell() -> None:
                new = NewNotice(
                    kind=kind,
                    title=title.value or '',
                    text=words.value or '',
                    impact=Impact(impact.value[0]) if impact is not None and impact.value else Impact.NONE,
                    components=picked.value,
                    begins_at=_read(begins.value) if begins is not None else None,
                    ends_at=_read(ends.value) if ends is not None else None,
                    alert_id=alert.id if alert is not None else None,
                )
                begun = await guarded(
                    self._who, lambda actor: self._notices.begin(actor, new), done='Told', refused=wrong.refuse
                )
                self._told(dialog, begun)

            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)
                button('Tell the public', tell, rank='primary').props('data-testid=tell').mark('tell')
        dialog.on('hide', dialog.delete)
        dialog.open()

    def _update(self, notice: Notice) -> None:
        with sheet(f'Update: {notice.title}') as dialog, ui.element('div').classes('cw-form'):
            with labelled('State', hint='The last one ends it.'):
                states = {state.value: state_word(state) for state in STATES[notice.kind]}
                state = choices('State', states, value=(notice.state.value,)).mark('state')
            words = (
                field('What you tell', area=True, check=lines(most=2000))
                .props('data-testid=update-text')
                .mark('update-text')
            )
            wrong = complaint(text=words)

            async def tell() -> None:
                chosen = NoticeState((*state.value, notice.state)[0])
                updated = await guarded(
                    self._who,
                    lambda actor: self._notices.update(actor, notice.id, chosen, words.value or ''),
                    done='Told',
                    refused=wrong.refuse,
                )
                self._told(dialog, updated)

            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)
                button('Tell the public', tell, rank='primary').props('data-testid=tell').mark('tell')
        dialog.on('hide', dialog.delete)
        dialog.open()

    def _told(self, dialog: ui.dialog, notice: Notice | None) -> None:
        if notice is not None:
            dialog.close()
            self._drawn.show()

    def _ask_remove(self, notice: Notice) -> None:
        lines = ['It is off the page for good, with all that was said. The audit trail keeps it.']
        ask(f'Remove “{notice.title}”?', lines, 'Remove notice', lambda: self._remove(notice), danger=True)

    async def _remove(self, notice: Notice) -> None:
        await guarded(self._who, lambda actor: self._notices.remove(actor, notice.id, notice.version), done='Removed')
        self._drawn.show()

    def _concerned(self, alert: Alert | None) -> Sequence[str]:
        """The components that the towers of an alert and of those beneath it belong to."""
        if alert is None:
            return ()
        beneath = [self._fleet[Alert].get(id) for id in self._fleet.index(AlertTree).children(alert.id)]
        hurt = {one.object_id for one in (alert, *beneath) if one is not None and one.object_kind == 'tower'}
        found = self._page().components.values()
        return [one.id for one in found if any(each.id in hurt for each in towers_of(self._fleet, one))]


_HINT = {
    NoticeKind.INCIDENT: 'What is wrong for those who read it, since when, and what you do. No names from inside.',
    NoticeKind.MAINTENANCE: 'What will not work meanwhile. While it is under way its components do not count as down.',
}


def _read(words: str | None) -> float | None:
    """A moment as a browser writes it, taken as UTC."""
    try:
        return datetime.fromisoformat(words or '').replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
