"""Cells that no tower lists: which, how sure it is that they are false, who is on them, what people say that they are."""

from fastapi import Request

from domain.fleet.fleets import Fleets
from ui.components.card import link
from ui.components.columns import Column
from ui.components.live_table import Filter, live_table
from ui.components.page_state import Empty
from ui.pages.page import page
from ui.pages.screen import screen

STANDINGS = (('unknown', 'Unknown'), ('trusted', 'Trusted'), ('rogue', 'False'), ('listed', 'Listed'))
_COLUMNS = (
    Column(
        field='standing',
        label='Is',
        kind='state',
        family='standing',
        how='chip',
        detail='trusted_until',
        detail_mode='until',
        phone='state',
    ),
    Column(field='name', label='Cell', kind='strong', href='/cells/{id}', sort='name', phone='title'),
    Column(field='score', label='How sure', kind='number', unit='%', sort='score', align='right'),
    Column(field='severity', label='Alert', kind='state', family='severity', href='/alerts/{alert_id}', empty=' '),
    Column(field='there', label='On it now', kind='number', sort='there', align='right'),
    Column(
        field='devices',
        label='Devices',
        kind='template',
        template='{devices} in all',
        sort='devices',
        align='right',
        phone='line',
    ),
    Column(field='strongest', label='Strongest', kind='number', unit='dBm', sort='strongest', align='right', empty=' '),
    Column(field='plmn', label='Network', room='wide'),
    Column(field='tac', label='Area', room='wide', empty=' '),
    Column(field='first_at', label='First', kind='age', sort='first_at', align='right'),
    Column(field='last_at', label='Last', kind='age', sort='last_at', align='right', phone='age'),
)


def register(*, fleets: Fleets) -> None:
    """Register ``/cells``."""

    @screen('/cells')
    def unknown_cells(request: Request) -> None:
        with (
            page(request, fleets, 'Unknown cells', active='alerts'),
            live_table(
                'unknown_cells',
                _COLUMNS,
                noun=('cell', 'cells'),
                empty=Empty(
                    title='No unknown cells',
                    text='A cell that devices tell of and no tower lists stands here, when it is in a tracking area of yours, has the '
                    'numbers of a cell of yours, or devices fell to it from LTE or NR.',
                ),
                href='/cells/{id}',
                sort='-last_at',
                search='Search cell, network…',
                filters=(
                    Filter(field='standing', label='Is', options=STANDINGS),
                    Filter(field='rat', label='RAT'),
                    Filter(field='plmn', label='Network'),
                    Filter(field='severity', label='Alert', family='severity', extra=True),
                ),
                file=True,
                linked=True,
            ).props('data-testid=unknown-cells'),
        ):
            link('Alerts', '/alerts')
