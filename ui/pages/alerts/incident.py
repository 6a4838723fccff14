"""An outage on one page, as it stands when the page is opened: to read, to print, to send on."""

from collections.abc import Sequence

from fastapi import Request
from nicegui import ui

from domain.common.errors import NotFound
from domain.fleet.fleets import Fleets
from domain.incidents.model import Hurt, Incident
from domain.incidents.service import IncidentService
from domain.journal.model import Recorded
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.controls import button, door
from ui.components.page_state import Empty, page_state
from ui.durations import lasted
from ui.pages.page import page
from ui.pages.screen import screen
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import MOST_NAMED, clock, said, summary


def register(*, fleets: Fleets, incidents: IncidentService) -> None:
    """Register ``/alerts/{alert_id}/incident``."""

    @screen('/alerts/{alert_id}/incident')
    async def incident(request: Request, alert_id: str) -> None:
        with page(request, fleets, 'Incident', active='alerts') as (who, _):
            try:
                found = await incidents.read(who.actor(), alert_id)
            except NotFound:
                gone = Empty(
                    title='There is no such alert',
                    text='Cleared alerts are kept for a while.',
                    href='/alerts',
                    label='All alerts',
                )
                page_state(gone, trouble=True)
                return
            _page(found)


def _page(incident: Incident) -> None:
    root = incident.root
    with heading(problem_of(root), parent=('Alerts', '/alerts')), actions():
        door('The alert', f'/alerts/{root.id}')
        door('Markdown', f'/ui/incidents/{root.id}.md').props('data-testid=markdown download=incident.md')
        door('JSON', f'/ui/try/alerts/{root.id}/incident').props('data-testid=json download=incident.json')
        button('Print').on('click', js_handler='() => window.print()').props('data-testid=print')
    with grid('wide', top=True):
        with stack():
            with card('Summary', caption=f'as of {clock(incident.now)}'), ui.element('div').classes('body'):
                for label, value in summary(incident):
                    with ui.element('p'):
                        text(f'{label}: ', 'b')
                        text(value)
            _tree(incident)
            _lines('What happened', [(clock(one.entry.at), said(one)) for one in incident.timeline])
        with stack():
            _missing(incident.missing)
            _lines('Changed in the hour before', _told(incident.before))
            _lines(
                'Who was told', [(clock(one.at), f'{name}, {one.news}: {one.outcome}') for name, one in incident.told]
            )
            _lines('Notes', [(f'{clock(one.at)}, {one.by}', one.text) for one in root.comments])


def _told(entries: Sequence[Recorded]) -> list[tuple[str, str]]:
    return [(clock(one.entry.at), said(one)) for one in entries]


def _tree(incident: Incident) -> None:
    with card('Alerts', caption='as a tree'), ui.element('ul').classes('body cw-lines'):
        for branch in incident.tree:
            with ui.element('li').style(f'margin-left: {16 * branch.depth}px'):
                link = text(problem_of(branch.alert), 'a').classes('cw-door')
                link.props['href'] = f'/alerts/{branch.alert.id}'
                over = branch.alert.lasted_s
                state = f'over after {lasted(over)}' if over is not None else 'open'
                text(f' {branch.alert.peak_severity}, {state}').classes('cw-quiet')


def _missing(missing: Sequence[Hurt]) -> None:
    if not missing:
        return
    with card('Devices that did not come back', caption=f'{len(missing):,}'), ui.element('ul').classes('body cw-lines'):
        for one in missing[:MOST_NAMED]:
            with ui.element('li'):
                link = text(one.name, 'a').classes('cw-door')
                link.props['href'] = f'/devices/{one.id}'
                text(f' {one.criticality}, for {lasted(one.silent_s or 0)}').classes('cw-quiet')


def _lines(title: str, lines: Sequence[tuple[str, str]]) -> None:
    if lines:
        with card(title), ui.element('ul').classes('body cw-lines'):
            for when, words in lines:
                with ui.element('li'):
                    text(f'{when} ').classes('cw-quiet')
                    text(words)
