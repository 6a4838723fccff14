"""The alert inbox: what is wrong, where, since when and for how many; people say that they saw it."""

from collections.abc import Callable, Sequence

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.service import AlertService
from domain.common.errors import Conflict, NotFound
from domain.fleet.fleets import Fleets
from ui.components.card import link, text
from ui.components.columns import Column
from ui.components.controls import button, door, field, sheet
from ui.components.live_table import Act, Acted, Filter, live_table
from ui.components.page_state import Empty
from ui.durations import counted
from ui.pages.page import guarded, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn
from ui.topics.alerts.list import OPEN_STATES

SEVERITIES = (('critical', 'Critical'), ('major', 'Major'), ('minor', 'Minor'), ('warning', 'Warning'))
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
    Column(field='seen', label='Seen', kind='state', family='alert', how='plain', detail='acknowledged_by', empty=' '),
    Column(field='raised_at', label='Raised', kind='age', sort='raised_at', align='right', phone='age'),
    Column(field='cleared_at', label='Cleared at', kind='time', sort='cleared_at', align='right', empty=''),
    Column(field='lasted', label='Lasted', sort='lasted', align='right', empty=''),
)
ARCHIVE = '/alerts?sort=-cleared_at&state=cleared'


def register(*, fleets: Fleets, alerts: AlertService) -> None:
    """Register ``/alerts``."""

    @screen('/alerts')
    def alert_list(request: Request) -> None:
        with page(request, fleets, 'Alerts', active='alerts') as (who, _):
            acknowledge = (Act(name='acknowledge', label='Acknowledge…', field='state', when=('open',)),)
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
                    Filter(field='state', label='State', family='alert', value=OPEN_STATES),
                    Filter(field='severity', label='Severity', options=SEVERITIES),
                    Filter(field='type', label='Type'),
                    Filter(field='tree', label='Children', options=FOLDING, extra=True),
                    Filter(field='since', until='until', label='Time', extra=True),
                ),
                actions=acknowledge if may else (),
                bulk=acknowledge if may else (),
                on_act=lambda acted: ask_comment(alerts, who, _ids(acted), table.unpick),
                linked=True,
                tall=True,
            ) as table:
                link('Inbox', '/alerts')
                link('Archive', ARCHIVE)
                export = door('Export CSV', '/ui/alerts.csv').props('data-testid=export download=alerts.csv')
                export.props['title'] = 'All alerts that match the search and filters, cleared ones as well'
                # the table keeps its view in the page's address; the file is of that view
                export.on('click', js_handler='(event) => { event.currentTarget.search = location.search }')
            table.classes('cw-alerts').props('data-testid=alerts').mark('alerts')


def _ids(acted: Acted) -> tuple[str, ...]:
    return acted.ids if acted.action == 'acknowledge' else ()


def ask_comment(
    alerts: AlertService, who: SignedIn, alert_ids: Sequence[str], after: Callable[[], object] = lambda: None
) -> None:
    """A sheet with room for a comment; then the alerts are acknowledged, those that another person acknowledged first are left alone."""
    if not alert_ids:
        return
    what = 'this alert' if len(alert_ids) == 1 else counted(len(alert_ids), 'alert')

    async def go() -> None:
        dialog.close()
        words = comment.value or ''
        if await guarded(who, lambda actor: acknowledge(alerts, actor, alert_ids, words), done=_told):
            after()

    with sheet(f'Acknowledge {what}') as dialog:
        text('Everybody sees that you have seen it. It stays open until its cause is gone.', 'p')
        comment = field('Comment', area=True, placeholder='What you found, who is on it. May stay empty.')
        comment.props('data-testid=comment maxlength=1000 autofocus').mark('comment')
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Acknowledge', go, rank='primary').props('data-testid=acknowledge').mark('acknowledge')
    dialog.on('hide', dialog.delete)
    dialog.open()


async def acknowledge(alerts: AlertService, actor: Actor, alert_ids: Sequence[str], comment: str) -> tuple[int, int]:
    """Acknowledge each; how many were, and how many needed it no more."""
    done = late = 0
    for alert_id in alert_ids:
        try:
            await alerts.acknowledge(actor, alert_id, comment)
            done += 1
        except (Conflict, NotFound):  # acknowledged or cleared between the click and now
            late += 1
    return done, late


def _told(result: tuple[int, int]) -> str:
    done, late = result
    words = f'{counted(done, "alert")} acknowledged' if done else 'Nothing to acknowledge any more'
    return words + (f'; {late} had been seen to already' if late and done else '')
