"""The page on which the public status page is written, looked at, published and switched off, and its notices are told."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.common.errors import DomainError
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.status_page.input import NewPageContent, checked_slug
from domain.status_page.model import StatusPage
from domain.status_page.notices import NoticeService
from domain.status_page.service import StatusPageService
from ui.components.card import actions, card, grid, heading, link, stack, text
from ui.components.controls import ask, button, complaint, door, field
from ui.components.draft import Rows, draft
from ui.components.fields import line, lines
from ui.durations import sentence
from ui.pages.page import guarded, not_for_you, page, plain
from ui.pages.screen import screen
from ui.pages.status_page.component_rows import ComponentRow
from ui.pages.status_page.notices import Notices
from ui.sign_in import SignedIn


def register(*, fleets: Fleets, pages: StatusPageService, notices: NoticeService) -> None:
    """Register ``/status-page``; with ``?alert=`` an incident is begun from that open alert."""

    @screen('/status-page')
    def status_page(request: Request, alert: str = '') -> None:
        with page(request, fleets, 'Status page', active='status-page') as (who, fleet):
            if not who.may(Permission.STATUS_READ):
                not_for_you('the status page', who, fleet.enterprise.name)
                return
            with ui.element('div').classes('cw-stack'):
                _Editor(pages, notices, who, fleet, fleet[Alert].get(alert))


class _Editor:
    """The page and its notices, as one person sees them."""

    def __init__(
        self, pages: StatusPageService, notices: NoticeService, who: SignedIn, fleet: Fleet, alert: Alert | None
    ) -> None:
        self._pages, self._who, self._fleet = pages, who, fleet
        self._rows: list[ComponentRow] = []
        self._head = ui.element('div')
        page = pages.read(who.actor())
        self._version = page.version
        with grid('two', top=True):
            with stack():
                if who.may(Permission.STATUS_PUBLISH):
                    self._form(page)
                else:
                    with card('What the page shows', body=True):
                        text(
                            'Administrators of the whole enterprise choose what is shown. You may look at the preview.'
                            if page.version
                            else 'Nothing is shown yet. An administrator of the whole enterprise writes the page.',
                            'p',
                        )
            with stack():
                Notices(notices, who, fleet, lambda: pages.read(who.actor()), alert)
        self._questions = ui.element('div')  # apart from the head, which is drawn anew when a draft is kept
        self._show(page)

    def _show(self, page: StatusPage) -> None:
        self._head.clear()
        may = self._who.may(Permission.STATUS_PUBLISH)
        with self._head, heading('What the public sees'):
            if page.slug is not None:
                link(f'Public at /status/{page.slug}', f'/status/{page.slug}').props('data-testid=public target=_blank')
                if page.shown != page.draft:
                    text('The draft differs from what is shown').classes('cw-caption')
            else:
                text('Off: nobody outside sees it').classes('cw-caption').props('data-testid=off')
            with actions():
                door('Preview', '/status-page/preview').props('target=_blank data-testid=preview')
                if may and page.slug is not None:
                    button('Switch off…', lambda: self._ask_off(page)).props('data-testid=withdraw').mark('withdraw')
                if may:
                    button('Publish…', self._ask_publish, rank='primary').props('data-testid=publish').mark('publish')

    def _form(self, page: StatusPage) -> None:
        content = page.draft
        with draft('status page') as self._draft:
            with card('The page', body=True), ui.element('div').classes('cw-form'):
                self._title = field(
                    'Title', value=content.title, placeholder='Harbour radio', check=line(most=80, least=0)
                ).mark('title')
                self._title.props('data-testid=title maxlength=80')
                self._slug = field(
                    'Address',
                    value=content.slug,
                    placeholder='harbour-radio',
                    hint='What follows /status/ in its address: small letters, digits, dashes.',
                    check=lambda words: checked_slug(words.strip()),
                    mono=True,
                ).mark('slug')
                self._slug.props('data-testid=slug maxlength=48')
                self._about = field(
                    'About',
                    value=content.about,
                    area=True,
                    placeholder='What this is, and whom to ask.',
                    check=lines(most=1000),
                ).props('data-testid=about')
            with (
                card('Components', caption='under the names that the public reads', body=True),
                ui.element('div').classes('cw-form'),
            ):
                self._lines = ui.element('div').classes('cw-lines')
                for component in content.components:
                    with self._lines:
                        self._rows.append(ComponentRow(self._fleet, component, self._drop))
                with ui.element('div'):
                    button('Add a component', self._add).props('data-testid=add-component').mark('add-component')
                text(
                    'Names of towers, devices and regions, addresses and counts stay inside unless you tick them here.',
                    'p',
                ).classes('cw-hint')
            self._complaint = complaint(title=self._title, slug=self._slug, about=self._about)
            with ui.element('div').classes('cw-ends'):
                button('Save draft', self._save).props('data-testid=save').mark('save')
            self._draft.rows('components', Rows(lambda: len(self._rows), self._add, lambda: self._drop(self._rows[-1])))

    def _add(self) -> None:
        with self._lines:
            self._rows.append(ComponentRow(self._fleet, None, self._drop))
        self._draft.changed()

    def _drop(self, row: ComponentRow) -> None:
        self._rows.remove(row)
        row.element.delete()
        self._draft.changed()

    async def _save(self) -> StatusPage | None:
        """Keep what is typed as the draft."""
        self._complaint.say('')
        for row in self._rows:
            row.say('', '')
        new = NewPageContent(
            slug=(self._slug.value or '').strip(),
            title=self._title.value or '',
            about=self._about.value or '',
            components=tuple(row.read() for row in self._rows),
        )
        saved = await guarded(
            self._who,
            lambda actor: self._pages.save(actor, self._version, new),
            done='Draft kept',
            refused=self._refused,
        )
        if saved is not None:
            self._kept(saved)
            self._draft.done()
        return saved

    def _kept(self, page: StatusPage) -> None:
        """Show what is stored now; new components have got their ids."""
        self._version = page.version
        self._lines.clear()
        self._rows = []
        for component in page.draft.components:
            with self._lines:
                self._rows.append(ComponentRow(self._fleet, component, self._drop))
        self._show(page)

    def _refused(self, refusal: DomainError) -> None:
        parts = (refusal.field or '').split('.')
        if parts[0] == 'components' and len(parts) == 3 and int(parts[1]) < len(self._rows):
            self._rows[int(parts[1])].say(parts[2], f'{sentence(refusal.detail)}.')
            self._complaint.say('Not saved: look at the components.')
            return
        if refusal.field == 'components':
            self._complaint.say(f'{plain(refusal)}.')
            return
        self._complaint.refuse(refusal)

    async def _ask_publish(self) -> None:
        saved = await self._save()
        if saved is None:
            return
        lines = [
            f'Everybody who has the address /status/{saved.draft.slug or "…"} sees it, without signing in.',
            f'It names {len(saved.draft.components)} components and the incidents and maintenance that you tell of.',
        ]
        with self._questions:
            ask('Publish the status page?', lines, 'Publish page', lambda: self._publish(saved.version))

    async def _publish(self, version: int) -> None:
        done = await guarded(
            self._who,
            lambda actor: self._pages.publish(actor, version),
            done='The page is public',
            refused=self._refused,
        )
        if done is not None:
            self._kept(done)

    def _ask_off(self, page: StatusPage) -> None:
        lines = [f'/status/{page.slug} is then as good as none. Its draft, notices and days are kept.']
        with self._questions:
            ask('Switch the status page off?', lines, 'Switch page off', self._off, danger=True)

    async def _off(self) -> None:
        done = await guarded(self._who, self._pages.withdraw, done='The page is off')
        if done is not None:
            self._kept(done)
