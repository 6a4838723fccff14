"""The overview: what the enterprise has, what is wrong with it, where, and what is happening."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from domain.access.permissions import Permission
from domain.desks.model import View
from domain.desks.service import landing_of
from domain.devices.model import Device
from domain.fleet.fleets import Fleets
from domain.tokens.service import TokenService
from ui.components.card import card, grid, link, text
from ui.components.chart import HISTORY, Series, chart
from ui.components.columns import Column
from ui.components.counters import counters
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_when import live_when
from ui.components.page_state import Empty, page_state
from ui.components.tower_map import tower_map
from ui.operator.story import Story
from ui.pages.demo_card import demo_card
from ui.pages.enrolment.token_dialog import enrol_button
from ui.pages.notices import nothing_seen
from ui.pages.opening import frame_of
from ui.pages.page import page
from ui.pages.screen import screen
from ui.sign_in import SignedIn, signed_in


def register(*, fleets: Fleets, tokens: TokenService, story: Story | None = None) -> None:
    """Register ``/``."""

    def begins_with(request: Request) -> View | None:
        return None if request.query_params else landing_of(fleets, signed_in(request).person)

    @screen('/', begins=frame_of(fleets, 'overview', stands=lambda request: begins_with(request) is None))
    def overview(request: Request) -> Response | None:
        if (view := begins_with(request)) is not None:
            return RedirectResponse(view.href, 303)
        with page(request, fleets, 'Overview', active='overview') as (who, fleet):
            with live_when('counters', 'devices', [0], shown=not fleet[Device]):
                if fleet.scope:
                    with ui.element('div').style('margin-bottom: var(--gap)'):
                        page_state(nothing_seen('devices', fleet.scope))
                else:
                    _first_steps(request, tokens, who)
            if story is not None and not fleet.scope:
                demo_card(story)
            _counters()
            with grid('wide'):
                with card(
                    'Where',
                    caption='{in_all|said}',
                    caption_topic='counters',
                    more=('All towers', '/towers'),
                ):
                    tower_map('map')
                with card('What is happening'):
                    feed('feed', most=30)
            with grid('wide'):
                with card('Towers that need you', more=('All towers', '/towers')):
                    _towers()
                with card('Most broken policies', more=('All policies', '/policies')):
                    _policies()
            if not fleet.scope:  # the pulse is kept for the whole enterprise
                _charts()
        return None


def _first_steps(request: Request, tokens: TokenService, who: SignedIn) -> None:
    with ui.element('section').classes('cw-card cw-first').props('data-testid=first-steps'):
        text('Nothing is here yet. Three steps to a live fleet:', 'h2')
        with ui.element('ol'):
            with ui.element('li'):
                text('Enrol a device', 'h3')
                text('Its agent checks in, and everything on this page begins to move.', 'p')
                if who.may(Permission.ENROLMENT_WRITE):
                    enrol_button(request, tokens, who, rank='primary')
            with ui.element('li'):
                text('Describe your towers', 'h3')
                text('With their cells known, each device is joined to the tower that serves it.', 'p')
                link('Towers', '/towers')
            with ui.element('li'):
                text('Look at the policies', 'h3')
                text('A starter set audits every device from its first check-in; you decide what is enforced.', 'p')
                link('Policies', '/policies')


def _counters() -> None:
    with grid('four'):
        counters(
            'Devices', family='presence', parts='presence', big='{devices}', caption='enrolled', href='/devices?presence={state}'
        ).props('data-testid=counter-presence')  # fmt: skip
        counters(
            'Compliance',
            family='compliance',
            parts='compliance',
            big='{share|percent}',
            caption='{compliance_words|said}',
            href='/devices?compliance={state}',
        ).props('data-testid=counter-compliance')
        counters(
            'Towers', family='tower', parts='tower', big='{towers_up}', caption='of {towers} up', href='/towers?status={state}'
        ).props('data-testid=counter-tower')  # fmt: skip
        counters(
            'Alerts',
            family='severity',
            parts='severity',
            big='{alerts.open}',
            caption='open, {alerts.unacknowledged} waiting for a person',
            href='/alerts?severity={state}',
            quiet='All quiet',
        ).props('data-testid=counter-severity')


def _towers() -> None:
    live_table(
        'towers?need=true&size=6',
        [
            Column(field='status', label='State', kind='state', family='tower', width='110px', phone='state'),
            Column(field='name', label='Tower', kind='strong', href='/towers/{id}', phone='title'),
            Column(field='hurt', label='Devices', kind='number', align='right', width='80px'),
            Column(field='because', label='Why', kind='quiet', grow=True, phone='line'),
            Column(field='since', label='For', kind='age', mode='bare', align='right', width='70px', phone='age'),
        ],
        noun=('tower', 'towers'),
        bare=True,
        framed=False,
        href='/towers/{id}',
        empty=Empty(
            title='No tower needs you', text='A tower that is down, degraded or unknown appears here with its reason.'
        ),
    ).props('data-testid=towers-need')


def _policies() -> None:
    live_table(
        'policies?sort=-violating&size=6',
        [
            Column(field='name', label='Policy', href='/policies/{id}', phone='title'),
            Column(
                field='broken_share',
                label='Share',
                kind='bar',
                empty='',
                low=0,
                high=20,
                warn=0.001,
                bad=2,
                width='140px',
            ),
            Column(
                field='violating',
                label='Broken by',
                kind='template',
                template='{broken_of|said}',
                align='right',
                width='90px',
                phone='state',
            ),
        ],
        noun=('policy', 'policies'),
        bare=True,
        framed=False,
        href='/policies/{id}',
        empty=Empty(
            title='No policies yet',
            text='A policy is a rule that devices comply with.',
            href='/policies',
            label='Policies',
        ),
    ).props('data-testid=policies-broken')


def _charts() -> None:
    quiet = Empty(title='The first points come within seconds')
    hour, gap = HISTORY[0].seconds, HISTORY[0].gap_s
    with grid('two'):
        with card('Presence and compliance', caption='devices'):
            series = [Series(label=label, unit='devices', low=0) for label in ('Online', 'Offline', 'Violating')]
            chart('pulse', series, span_s=hour, gap_s=gap, height=150, empty=quiet, spans=HISTORY)
        with card('Check-ins', caption='a minute'):
            one = [Series(label='Check-ins', unit='a minute', low=0)]
            chart('pulse/checkins', one, span_s=hour, gap_s=gap, height=150, empty=quiet, spans=HISTORY)
