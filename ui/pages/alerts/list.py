"""The alert inbox: what is wrong, where, since when and for how many; people say that they saw it."""

from fastapi import Request

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from ui.components.card import link
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.live_table import Act, Filter, live_table
from ui.components.page_state import Empty
from ui.pages.opening import frame_of
from ui.pages.page import page
from ui.pages.screen import screen
from ui.topics.alerts.list import MEANT, OPEN_STATES
from ui.topics.alerts.row import TYPES

SEVERITIES = (('critical', 'Critical'), ('major', 'Major'), ('minor', 'Minor'), ('warning', 'Warning'))
MARKED = (('yes', 'As a false alarm'),)
_KINDS = {kind.value: words for kind, words in TYPES.items()}
"""Types in the words of the API."""
FOLDING = (('shown', 'Beneath their root'),)
_COLUMNS = (
    Column(
        field='severity', label='Severity', kind='state', family='severity', how='chip', sort='severity', phone='state'
    ),
    Column(field='name', label='What', kind='strong', href='/alerts/{id}', phone='title'),
    Column(field='why', label='Why', kind='quiet', grow=True, empty=''),
    Column(field='brief', label='Why', kind='quiet', room='narrow', phone='more', empty=''),
    Column(field='object', label='Where', href='{object_href}', detail='apart', sort='object', phone='line'),
    Column(field='beneath', label='Beneath', kind='number', href='/alerts/{id}', align='right', empty=' '),
    Column(field='devices', label='Devices', kind='number', sort='devices', align='right'),
    Column(field='score', label='Score', kind='number', unit='%', align='right', room='wide', empty=' '),
    Column(field='assigned_to', label='Has it', empty=' '),
    Column(
        field='seen', label='Seen', kind='state', family='alert', how='plain', detail='seen_by', phone='more', empty=' '
    ),
    Column(field='quiet_until', label='Quiet', kind='age', mode='until', room='wide', phone='more', empty=' '),
    Column(field='raised_at', label='Raised', kind='age', sort='raised_at', align='right', phone='age'),
    Column(field='cleared_at', label='Cleared at', kind='time', sort='cleared_at', align='right', empty=''),
    Column(field='lasted', label='Lasted', sort='lasted', align='right', empty=''),
)
_ACTS = (Act(name='acknowledge', label='Acknowledge…', field='state', when=('open', 'snoozed'), own='acknowledge'),)
_BULK = (
    Act(name='take', label='I have them', own='take'),
    *_ACTS,
    Act(name='assign', label='Assign…', own='assign'),
    Act(name='more', label='More…', own='more'),
)
ARCHIVE = '/alerts?sort=-cleared_at&state=cleared'


def register(*, fleets: Fleets) -> None:
    """Register ``/alerts``."""

    @screen('/alerts', begins=frame_of(fleets, 'alerts'))
    def alert_list(request: Request) -> None:
        with page(request, fleets, 'Alerts', active='alerts') as (who, _):
            may = who.may(Permission.ALERTS_WRITE)
            with live_table(
                'alerts',
                _COLUMNS,
                noun=('alert', 'alerts'),
                empty=Empty(
                    title='All quiet',
                    text='A tower that fails, a policy that is broken, an unknown cell or a command that is not carried out '
                    'shows up here, and goes by itself when its cause is gone.',
                ),
                href='/alerts/{id}',
                sort='severity',
                search='Search what, where, detail…',
                filters=(
                    Filter(field='state', label='State', family='alert', value=OPEN_STATES, meant=MEANT),
                    Filter(field='severity', label='Severity', options=SEVERITIES),
                    Filter(field='type', label='Type', meant=_KINDS),
                    Filter(field='false', label='Marked', options=MARKED, extra=True),
                    Filter(field='tree', label='Children', options=FOLDING, extra=True),
                    Filter(field='since', until='until', label='Time', extra=True),
                ),
                actions=_ACTS[:1] if may else (),
                bulk=_BULK if may else (),
                linked=True,
                tall=True,
            ) as table:
                link('Inbox', '/alerts')
                link('Archive', ARCHIVE)
                link('Unknown cells', '/cells')
                link('Incidents', '/incidents')
                link('Now', '/now')
                link('Hand-overs', '/handovers')
                export = door('Export CSV', '/ui/alerts.csv').props('data-testid=export download=alerts.csv')
                export.props['title'] = 'All alerts that match the search and filters, cleared ones as well'
                # the table keeps its view in the page's address; the file is of that view
                export.on('click', js_handler='(event) => { event.currentTarget.search = location.search }')
            table.classes('cw-alerts').props('data-testid=alerts').mark('alerts')
            if may:
                table.props('data-cw-acts')
