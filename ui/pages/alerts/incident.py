"""An outage on one page, as it stands when the page is opened: to read, to print, to send on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.common.errors import NotFound
from domain.fleet.fleets import Fleets
from domain.incidents.links.service import IncidentLinkService
from domain.incidents.model import Hurt, Incident
from domain.incidents.search import IncidentArchive
from domain.incidents.service import IncidentService
from ui.components.acting import acting
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.columns import Column
from ui.components.controls import button, door
from ui.components.live_value import live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.durations import lasted
from ui.pages.alerts.cards import broken_card
from ui.pages.alerts.incident_links import LinksCard
from ui.pages.alerts.incident_more import map_card, minutes_card, moved_bar, public_card, similar_card
from ui.pages.opening import frame_of_one
from ui.pages.page import nowhere, page
from ui.pages.screen import screen
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import (
    MOST_NAMED,
    clock,
    concerned,
    concerned_title,
    device_words,
    folded,
    missing_title,
    said,
    summary,
    told_words,
)
from ui.sign_in import SignedIn


def register(
    *, fleets: Fleets, incidents: IncidentService, past: IncidentArchive, links: IncidentLinkService, base: str
) -> None:
    """Register ``/alerts/{alert_id}/incident``; ``?at=`` (epoch seconds) begins with that minute."""

    @screen('/alerts/{alert_id}/incident', begins=frame_of_one(fleets, 'alerts', Alert, title='Incident'))
    async def incident(request: Request, alert_id: str, at: str = '') -> None:
        with page(request, fleets, 'Incident', active='alerts') as (who, fleet):
            try:
                found = await incidents.read(who.actor(), alert_id)
                similar = await past.similar(who.actor(), found.root)
            except NotFound:
                gone = Empty(
                    title='There is no such alert',
                    text='Cleared alerts are kept for a while.',
                    href='/alerts',
                    label='All alerts',
                )
                nowhere(gone)
                return
            with _columns(who, found) as (bar, left, right):
                with bar:
                    moved_bar(fleet, found)
                with left:
                    minutes_card(found, float(at) if at.isascii() and at.isdigit() and len(at) < 12 else None)
                    map_card(fleet, found)
                with right:
                    similar_card(similar)
                    if who.may(Permission.STATUS_READ):
                        public_card(fleet, found, may_write=who.may(Permission.STATUS_WRITE))
                        LinksCard(links, who, found.root, found.now, base or _address(request))


def _address(request: Request) -> str:
    """By which the reader has come, where the settings do not say it."""
    return str(request.base_url).rstrip('/')


@contextmanager
def _columns(who: SignedIn, incident: Incident) -> Iterator[tuple[ui.element, ui.element, ui.element]]:
    """The report itself; gives the places for what stands in the middle of it."""
    root = incident.root
    with heading(problem_of(root), parent=('Alerts', '/alerts')), actions():
        door('The alert', f'/alerts/{root.id}')
        door('Markdown', f'/ui/incidents/{root.id}.md').props('data-testid=markdown download=incident.md')
        door('JSON', f'/ui/try/alerts/{root.id}/incident').props('data-testid=json download=incident.json')
        button('Print').on('click', js_handler='() => window.print()').props('data-testid=print')
    _acts(who, root)
    bar = ui.element('div').classes('cw-screen')
    with grid('wide', top=True):
        with stack():
            with card('Summary', caption=f'as of {clock(incident.now)}'), ui.element('div').classes('body'):
                for label, value in summary(incident):
                    with ui.element('p'):
                        text(f'{label}: ', 'b')
                        text(value)
            if root.is_open:
                broken_card(root, beside=f'as of {clock(incident.now)}')
            left = ui.element('div').classes('cw-stack')
            _tree(incident)
            _lines('What happened', [(clock(one.entry.at), said(one)) for one in incident.timeline])
        with stack():
            _missing(incident)
            _concerned(incident)
            right = ui.element('div').classes('cw-stack')
            _before(incident)
            _lines('Who was told', [(clock(one.attempt.at), told_words(one)) for one in incident.told])
            _lines('Notes', [(f'{clock(one.at)}, {one.by}', one.text) for one in root.comments], typed=True)

    yield bar, left, right


def _acts(who: SignedIn, root: Alert) -> None:
    """What is done of it at night, where it is read."""
    if not (root.is_open and who.may(Permission.ALERTS_WRITE)):
        return
    topic = f'alert/{root.id}'
    with (
        ui.element('div')
        .classes('cw-ends cw-screen')
        .style('margin-bottom: 12px')
        .props(f'data-cw-alert={root.id} data-cw-acts')
    ):
        has = Column(field='assigned_to', kind='template', template='{assigned_to} has it', empty='')
        live_value(has, topic).props('data-testid=has-it')
        with live_when(topic, 'state', ('open', 'snoozed'), shown=root.acknowledged_at is None):
            acting('I have it', 'take', root.id, rank='primary').props('data-testid=take').mark('take')
        acting('Comment…', 'comment', root.id).props('data-testid=ask-comment').mark('ask-comment')
        if not who.person.scope:
            acting('Hand over…', 'handOver', '').props('data-testid=hand-over').mark('hand-over')


def _before(incident: Incident) -> None:
    """What was done to many at once is one line, which can be opened."""
    if not incident.before:
        return
    with card('Changed in the hour before'), ui.element('ul').classes('body cw-lines'):
        for one in folded(incident.before):
            with ui.element('li'):
                if len(one.entries) == 1:
                    text(f'{clock(one.at)} ').classes('cw-quiet')
                    text(one.words)
                    continue
                with ui.element('details').props('data-testid=folded'):
                    with ui.element('summary'):
                        text(f'{clock(one.at)} ').classes('cw-quiet')
                        text(f'{one.words} ')
                        text('(show each)').style('color: var(--accent-ink); cursor: pointer')
                    with ui.element('ul').classes('cw-lines'):
                        for each in one.entries:
                            text(f'{clock(each.entry.at)} {said(each)}', 'li')


def _tree(incident: Incident) -> None:
    with card('Alerts', caption='as a tree'), ui.element('ul').classes('body cw-lines'):
        for branch in incident.tree:
            with ui.element('li').style(f'margin-left: {16 * branch.depth}px'):
                link = text(problem_of(branch.alert), 'a').classes('cw-door')
                link.props['href'] = f'/alerts/{branch.alert.id}'
                over = branch.alert.lasted_s
                state = f'over after {lasted(over)}' if over is not None else 'open'
                text(f' {branch.alert.peak_severity}, {state}').classes('cw-quiet')


def _concerned(incident: Incident) -> None:
    _devices(incident, concerned_title(incident), concerned(incident))


def _missing(incident: Incident) -> None:
    _devices(incident, missing_title(incident), incident.missing)


def _devices(incident: Incident, title: str, devices: Sequence[Hurt]) -> None:
    if not devices:
        return
    with card(title, caption=f'{len(devices):,}'), ui.element('ul').classes('body cw-lines'):
        for one in devices[:MOST_NAMED]:
            with ui.element('li'):
                link = text(one.name, 'a').classes('cw-door')
                link.props['href'] = f'/devices/{one.id}'
                text(f' {device_words(one, incident)}').classes('cw-quiet')
        if len(devices) > MOST_NAMED:
            text(f'and {len(devices) - MOST_NAMED:,} more', 'li').classes('cw-quiet')


def _lines(title: str, lines: Sequence[tuple[str, str]], *, typed: bool = False) -> None:
    """``typed`` words keep the lines in which a person wrote them."""
    if lines:
        with card(title), ui.element('ul').classes('body cw-lines'):
            for when, words in lines:
                with ui.element('li'):
                    text(f'{when} ').classes('cw-quiet')
                    text(words).classes('typed' if typed else '')
