"""The devices: a window on as many as there are, sorted, filtered and searched by the server, with live rows."""

from collections.abc import Mapping, Sequence

from fastapi import Request

from domain.access.permissions import Permission
from domain.cellular.radio import Rat
from domain.common.errors import DomainError
from domain.common.text import folded
from domain.devices.actions import Action
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.query import DeviceQuery, beginning, matching
from domain.devices.model import Criticality, DeviceKind
from domain.devices.service import DeviceService
from domain.enforcement.service import CommandService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.tokens.service import TokenService
from domain.towers.model import Tower
from ui.components.columns import Column
from ui.components.controls import door, toast
from ui.components.live_table import Act, Acted, Filter, live_table
from ui.components.page_state import Empty
from ui.pages.devices.labels import change_labels
from ui.pages.enforcement.command_dialog import MOST_AT_ONCE, order
from ui.pages.enrolment.token_dialog import enrol_button
from ui.pages.notices import nothing_seen
from ui.pages.opening import frame_of
from ui.pages.page import page, plain, seen_by
from ui.pages.screen import screen
from ui.sign_in import SignedIn
from ui.topics.devices.list import device_query

MOST_OPTIONS = 400
"""A filter with more choices than this is typed."""

_LABELS = 'labels'
_BROKEN = 'compliance=violating'
COLUMNS = (
    Column(field='name', label='Name', kind='strong', href='/devices/{id}', detail='apart', sort='name', grow=True, phone='title'),
    Column(field='presence', label='Presence', kind='state', family='presence', sort='presence', phone='state'),
    Column(field='compliance', label='Compliance', kind='state', family='compliance', how='quiet', sort='compliance', phone='line',
           stale='stale_at'),
    Column(field='quarantine', label='Quarantine', head='unseen', kind='state', family='quarantine', empty='', width='1%', phone='more'),
    Column(field='notable_criticality', label='Criticality', kind='state', family='criticality', how='quiet', empty='',
           sort='criticality', phone='more'),
    Column(field='breaks', label='Policy', href='/policies/{breaks_id}', detail='breaks_more', when=_BROKEN, phone='more'),
    Column(field='breaks_value', label='Value', when=_BROKEN, stale='stale_at', grow=True, phone='more'),
    Column(field='breaks_since', label='Violating for', kind='age', mode='bare', when=_BROKEN, align='right'),
    Column(field='kind', label='Kind', kind='word', sort='kind', room='wide', unless=_BROKEN),
    Column(field='tower', label='Serving tower', href='/towers/{tower_id}', sort='tower'),
    Column(field='rat', label='RAT', sort='rat', room='wide', unless=_BROKEN),
    Column(field='rsrp', label='RSRP', kind='signal', unit='dBm', low=-120, high=-75, warn=-95, bad=-105, align='right', sort='rsrp',
           unless=_BROKEN, stale='stale_at'),
    Column(field='imei', label='IMEI', kind='mono', sort='imei', room='wide', unless=_BROKEN),
    Column(field='last_seen', label='Last seen', kind='age', align='right', sort='last_seen', phone='age'),
)  # fmt: skip


def register(*, fleets: Fleets, devices: DeviceService, commands: CommandService, tokens: TokenService) -> None:
    """Register ``/devices``."""

    @screen('/devices', begins=frame_of(fleets, 'devices'))
    def device_list(request: Request) -> None:
        with page(request, fleets, 'Devices', active='devices') as (who, fleet):
            may_order, may_change = who.may(Permission.COMMANDS_WRITE), who.may(Permission.DEVICES_WRITE)

            def act(acted: Acted) -> None:
                ids = acted.ids if acted.query is None else _all_of(fleets, who, acted.query)
                if ids is None or _too_many(len(ids), 'devices are picked'):
                    return
                if acted.action == _LABELS:
                    change_labels(fleets, devices, who, ids, table)
                else:
                    order(fleets, commands, who, Action(acted.action), ids)

            with (
                live_table(
                    'devices',
                    _columns(fleet),
                    noun=('device', 'devices'),
                    linked=True,
                    sort='name',
                    search='Search name, IMEI, label…',
                    href='/devices/{id}',
                    filters=_filters(fleet),
                    bulk=[
                        *([Act(name=_LABELS, label='Change labels…', own='labels', far=True)] if may_change else []),
                        *([Act(name='quarantine', label='Quarantine devices…')] if may_order else []),
                        *([Act(name='release', label='Release devices…')] if may_order else []),
                    ],
                    most=MOST_AT_ONCE,
                    counted='device-facets',
                    on_act=act,
                    empty=_nothing(who),
                )
                .props('data-testid=devices')
                .mark('devices') as table
            ):
                export = door('Export devices', '/ui/devices.csv').props('data-testid=export download')
                export.props['title'] = 'All devices that match the search and filters, as CSV'
                # The table keeps its view in the page's address; the file is of that view.
                export.on('click', js_handler='(event) => { event.currentTarget.search = location.search }')
                if who.may(Permission.ENROLMENT_WRITE):
                    enrol_button(request, tokens, who, rank='primary')


def _columns(fleet: Fleet) -> list[Column]:
    """Without the criticality while every device is a normal one."""
    others = DeviceQuery(criticality=frozenset(Criticality) - {Criticality.NORMAL})
    return [column for column in COLUMNS if column.sort != 'criticality' or len(matching(fleet, others))]


def _all_of(fleets: Fleets, who: SignedIn, query: Mapping[str, str]) -> Sequence[str] | None:
    """The devices that match now; ``None`` when they became too many, or the query is none of ours."""
    try:
        found = beginning(seen_by(fleets, who), device_query(query), MOST_AT_ONCE)
    except DomainError as refusal:
        toast(plain(refusal), 'bad')
        return None
    return None if _too_many(found.matched, 'devices match by now') else found.ids


def _too_many(count: int, which: str) -> bool:
    if count > MOST_AT_ONCE:
        toast(
            f'{count:,} {which}; at most {MOST_AT_ONCE:,} can be told at once. Narrow the list by search or filters, and go part by part.',
            'warn',
        )
    return count > MOST_AT_ONCE


def _nothing(who: SignedIn) -> Empty:
    if who.person.scope:
        return nothing_seen('devices', who.person.scope)
    return Empty(
        title='No devices yet',
        text='A device enrols itself once with a token and checks in from then on. Make a token with “Enrol devices”.',
    )


def _filters(fleet: Fleet) -> list[Filter]:
    towers = sorted(((tower.id, tower.name) for tower in fleet[Tower].values()), key=lambda option: folded(option[1]))
    labels = sorted(f'{key}={value}' for key, value in fleet.index(LabelIndex) if ',' not in value)
    policies = sorted(
        ((policy.id, policy.name) for policy in fleet[Policy].values()), key=lambda option: folded(option[1])
    )
    filters = [
        Filter(field='presence', label='Presence', family='presence'),
        Filter(field='compliance', label='Compliance', family='compliance'),
        Filter(field='tower', label='Tower', options=tuple(towers)),
        Filter(
            field='label',
            label='Label',
            options=tuple((label, label) for label in labels) if len(labels) <= MOST_OPTIONS else None,
            placeholder='site=port-1',
        ),
        Filter(
            field='kind',
            label='Kind',
            options=tuple((kind.value, kind.value.capitalize()) for kind in DeviceKind),
            extra=True,
        ),
        Filter(field='criticality', label='Criticality', family='criticality', extra=True),
        Filter(field='rat', label='Radio', options=tuple((rat.value, rat.value) for rat in Rat), extra=True),
        Filter(field='policy', label='Not compliant with', options=tuple(policies), extra=True),
        Filter(field='outage', label='Served before the outage of', options=tuple(towers), extra=True),
        Filter(field='quarantined', label='Quarantine', options=(('true', 'In quarantine'),), extra=True),
        Filter(field='odd', label='Odd values', options=(('true', 'Reports odd values'),), extra=True),
        Filter(field='clock_wrong', label='Clock', options=(('true', 'Clock is wrong'),), extra=True),
        Filter(field='certificate_ends', label='Client certificate', options=(('true', 'Ends soon'),), extra=True),
    ]
    return [one for one in filters if one.options != ()]
