"""Violations: which device breaks which policy, with what value, since when, behind which tower, and what is done about it."""

from fastapi import Request

from domain.common.text import folded
from domain.devices.listing.labels import LabelIndex
from domain.enforcement.listing.query import Age
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.towers.model import Tower
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.live_table import Filter, live_table
from ui.components.page_state import Empty
from ui.pages.opening import frame_of
from ui.pages.page import page
from ui.pages.policies.list import SEVERITIES
from ui.pages.screen import screen

MOST_OPTIONS = 400
"""A filter with more choices than this is typed."""
_AGES = {
    Age.HOUR: 'Within the hour',
    Age.DAY: '1 to 24 hours',
    Age.WEEK: '1 to 7 days',
    Age.MONTH: '7 to 30 days',
    Age.LONGER: 'Longer than 30 days',
}
_COLUMNS = (
    Column(field='name', label='Device', kind='strong', href='/devices/{device_id}', detail='apart', sort='name', phone='title'),
    Column(field='policy', label='Policy', href='/policies/{policy_id}', sort='policy', phone='line'),
    Column(field='severity', label='Severity', kind='state', family='severity', how='plain', sort='severity', phone='state'),
    Column(field='value', label='Value', grow=True, phone='more'),
    Column(field='answer', label='Answer', kind='quiet', detail='act_at', detail_mode='left', phone='more'),
    Column(field='tower', label='Serving tower', href='/towers/{tower_id}', empty='none', room='wide'),
    Column(field='last_seen', label='Device seen', kind='age', align='right', room='wide'),
    Column(field='opened_at', label='For', kind='age', mode='bare', sort='opened_at', align='right', phone='age'),
)  # fmt: skip


def register(*, fleets: Fleets) -> None:
    """Register ``/violations``."""

    @screen('/violations', begins=frame_of(fleets, 'violations'))
    def violations(request: Request) -> None:
        with (
            page(request, fleets, 'Violations', active='violations') as (_, fleet),
            live_table(
                'violations',
                _COLUMNS,
                noun=('violation', 'violations'),
                linked=True,
                sort='-opened_at',
                search='Search device or policy…',
                filters=_filters(fleet),
                empty=Empty(
                    title='No device breaks a policy',
                    text='A device that does appears here with what the rule saw, since when, and what is done about it.',
                    href='/policies',
                    label='Policies',
                ),
            ).props('data-testid=violations'),
        ):
            export = door('Export violations', '/ui/violations.csv').props('data-testid=export download')
            export.props['title'] = 'All violations that match the search and filters, as CSV'
            # The table keeps its view in the page's address; the file is of that view.
            export.on('click', js_handler='(event) => { event.currentTarget.search = location.search }')


def _filters(fleet: Fleet) -> list[Filter]:
    labels = sorted(f'{key}={value}' for key, value in fleet.index(LabelIndex) if ',' not in value)
    filters = [
        Filter(field='policy', label='Policy', options=_named(fleet, Policy)),
        Filter(field='severity', label='Severity', options=SEVERITIES),
        Filter(field='answer', label='Answer', family='answer'),
        Filter(field='since', label='Since', options=tuple((age.value, words) for age, words in _AGES.items())),
        Filter(field='tower', label='Tower', options=_named(fleet, Tower)),
        Filter(
            field='label',
            label='Label',
            options=tuple((label, label) for label in labels) if len(labels) <= MOST_OPTIONS else None,
            placeholder='site=port-1',
            extra=True,
        ),
    ]
    return [one for one in filters if one.options != ()]


def _named(fleet: Fleet, kind: type[Policy] | type[Tower]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((row.id, row.name) for row in fleet[kind].values()), key=lambda option: folded(option[1])))
