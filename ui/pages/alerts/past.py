"""Incidents, open and past: found by words, tower, cause, label and time. A form and a table that need no script."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from domain.alerts.model import Alert, ProbableCause
from domain.common.errors import Invalid
from domain.common.text import natural, spaced
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.incidents.search import IncidentArchive, how_it_ended
from domain.towers.model import Tower
from ui.components.card import actions, card, heading, link, text
from ui.components.controls import door
from ui.components.page_state import Empty, page_state
from ui.durations import lasted, sentence
from ui.finding import FIELDS, incident_query
from ui.pages.page import page
from ui.pages.screen import screen
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import clock

PAGE = 50
MOST_OPTIONS = 500
_LABELS = ('Incident', 'Severity', 'Began', 'Lasted', 'Devices at worst', 'Newest note')


def register(*, fleets: Fleets, past: IncidentArchive) -> None:
    """Register ``/incidents``; its query is what is looked for, ``before=`` the place in the list."""

    @screen('/incidents')
    async def incidents(request: Request) -> None:
        with page(request, fleets, 'Incidents', active='alerts') as (who, fleet):
            asked = {name: request.query_params.get(name, '') for name in FIELDS}
            refused, rows, following = '', list[Alert](), None
            try:
                query = incident_query(asked)
                before = request.query_params.get('before', '')[:64] or None
                rows, following = await past.find(who.actor(), query, before=before, limit=PAGE)
            except Invalid as refusal:
                refused = f'{sentence(refusal.detail)}.'
            said = {name: value for name, value in asked.items() if value}
            with heading('Incidents', parent=('Alerts', '/alerts')), actions():
                export = door('Export CSV', f'/ui/incidents.csv?{urlencode(said)}')
                export.props('data-testid=export download=incidents.csv')
            with ui.element('div').classes('cw-stack'):
                with ui.element('div').classes(
                    '' if said else 'cw-screen'
                ):  # on paper what was looked for is of use, an empty form is not
                    _form(fleet, asked, refused)
                _found(rows, said, following, refused=bool(refused))


def _form(fleet: Fleet, asked: Mapping[str, str], refused: str) -> None:
    towers = sorted(fleet[Tower].values(), key=lambda tower: natural(tower.name))[:MOST_OPTIONS]
    with card('Find', body=True), ui.element('form') as form:
        form.props.update({'method': 'get', 'action': '/incidents', 'aria-label': 'Find incidents'})
        if refused:
            text(refused, 'p').classes('cw-refused').props('role=alert data-testid=refused')
        with ui.element('div').classes('cw-past-form'):
            _line('q', 'Words', asked, 'Europoort')
            _choice('tower', 'Tower', asked, {tower.id: tower.name for tower in towers})
            _choice('cause', 'Probable cause', asked, {cause.value: spaced(cause) for cause in ProbableCause})
            _line('label', 'Label of a device', asked, 'site=port')
            _line('since', 'From (UTC)', asked, kind='date')
            _line('until', 'To (UTC)', asked, kind='date')
            with ui.element('div'):
                text('Find', 'button').classes('cw-btn primary').props('type=submit data-testid=find')


def _line(name: str, label: str, asked: Mapping[str, str], hint: str = '', kind: str = 'text') -> None:
    with ui.element('div'):
        tag = text(label, 'label').classes('cw-label')
        field = ui.element('input').classes('cw-input')
        tag.props['for'] = field.props['id'] = field.html_id
        more = {'name': name, 'type': kind, 'value': asked[name], 'placeholder': hint, 'maxlength': '200'}
        field.props.update(more | {'data-testid': name})


def _choice(name: str, label: str, asked: Mapping[str, str], options: Mapping[str, str]) -> None:
    with ui.element('div'):
        tag = text(label, 'label').classes('cw-label')
        with ui.element('select').classes('cw-input') as field:
            tag.props['for'] = field.props['id'] = field.html_id
            field.props.update({'name': name, 'data-testid': name})
            for value, words in {'': 'Any', **options}.items():
                option = text(words, 'option')
                option.props['value'] = value
                if value == asked[name]:
                    option.props['selected'] = 'selected'


def _found(rows: list[Alert], said: Mapping[str, str], following: str | None, *, refused: bool) -> None:
    if not rows and following is None:
        if not refused:
            words = 'Look for less, or for a longer time.' if said else 'What fails from now on is found here later.'
            page_state(Empty(title='No incident was found' if said else 'There was no incident yet', text=words))
        return
    with card('Found', caption='the newest first'):
        # it scrolls where it has no room: by keyboard as well (WCAG 2.1.1)
        wrap = (
            ui.element('div')
            .classes('cw-table cw-table-wrap tall cw-past')
            .props('tabindex=0 role=region aria-label="Incidents"')
        )
        with wrap, ui.element('table').props('data-testid=incidents'):
            with ui.element('thead'), ui.element('tr'):
                for label in _LABELS:
                    text(label, 'th').props('scope=col')
            with ui.element('tbody'):
                for row in rows:
                    _row(row)
        if following is not None:
            with ui.element('div').classes('cw-entries-foot'):
                older = urlencode({**said, 'before': following})
                link('Older', f'/incidents?{older}').props('data-testid=older')


def _row(root: Alert) -> None:
    with ui.element('tr').props('data-testid=incident'):
        with ui.element('td'):
            name = text(problem_of(root), 'a').classes('cw-strong')
            name.props['href'] = f'/alerts/{root.id}/incident'
        took = lasted(root.lasted_s) if root.lasted_s is not None else 'open'
        ended = '' if root.is_open else how_it_ended(root)
        values = (root.peak_severity.value, clock(root.raised_at), took, f'{root.peak_devices:,}', ended)
        for label, words in zip(_LABELS[1:], values, strict=True):
            text(words, 'td').props['data-label'] = label  # which a phone shows before it
