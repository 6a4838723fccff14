"""All policies with their live compliance."""

from fastapi import Request

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.live_table import Filter, live_table
from ui.components.page_state import Empty
from ui.pages.opening import frame_of
from ui.pages.page import page
from ui.pages.screen import screen

SEVERITIES = (('critical', 'Critical'), ('major', 'Major'), ('minor', 'Minor'), ('warning', 'Warning'))
_COLUMNS = (
    Column(field='name', label='Policy', kind='strong', href='/policies/{id}', sort='name', phone='title'),
    Column(field='severity', label='Severity', kind='state', family='severity', how='plain', sort='severity'),
    Column(field='mode', label='Mode', kind='state', family='mode', sort='mode', phone='state'),
    Column(field='kinds', label='Binds', kind='quiet', room='wide'),
    Column(field='doubt', label='Doubtful', room='wide', phone='more', empty=''),
    Column(field='trouble', label='Not asked', room='wide', phone='more', empty=''),
    Column(
        field='violating',
        label='Violating',
        kind='template',
        template='{broken_of|said}',
        sort='violating',
        align='right',
        phone='line',
    ),
    Column(
        field='broken_share', label='Share', kind='bar', empty='', low=0, high=100, warn=0.01, bad=10, width='140px'
    ),
    Column(field='excused', label='Excused', kind='number', sort='excused', align='right', room='wide'),
    Column(field='unknown', label='Unknown', kind='number', sort='unknown', align='right'),
    Column(field='heard', label='Heard', kind='number', align='right', room='wide'),
    Column(field='changed_at', label='Changed', kind='age', sort='changed_at', align='right', phone='age'),
)


def register(*, fleets: Fleets) -> None:
    """Register ``/policies``."""

    @screen('/policies', begins=frame_of(fleets, 'policies'))
    def policies(request: Request) -> None:
        with page(request, fleets, 'Policies', active='policies') as (who, _):
            may = who.may(Permission.POLICIES_WRITE)
            nothing = Empty(
                title='No policies yet',
                text='A policy is a rule in CEL that is true of a device that complies: device.os.patch_age_days <= 60',
                href='/policies/new' if may else '',
                label='Write the first policy' if may else '',
            )
            with live_table(
                'policies',
                _COLUMNS,
                noun=('policy', 'policies'),
                empty=nothing,
                href='/policies/{id}',
                sort='-violating',
                search='Search name, description, rule…',
                filters=(
                    Filter(field='severity', label='Severity', options=SEVERITIES),
                    Filter(field='mode', label='Mode', family='mode'),
                ),
                linked=True,
            ).props('data-testid=policies'):
                if may:
                    door('New policy', '/policies/new', rank='primary').props('data-testid=new-policy').mark(
                        'new-policy'
                    )
