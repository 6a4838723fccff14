"""People: who belongs to the enterprise, programs with an account of their own, and who has been invited."""

from collections.abc import Sequence

from fastapi import Request

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.service import OnCallService
from domain.people.model import Link
from domain.people.one_time_links import LinkService
from domain.people.relinking import LinkingService
from domain.people.service import PeopleService
from domain.sign_in.providers import Provider
from ui.components.card import actions, heading
from ui.components.columns import Column
from ui.components.controls import ask, button
from ui.components.live_table import Act, Acted, Filter, live_table
from ui.components.page_state import Empty
from ui.pages.page import guarded, not_for_you, page
from ui.pages.people.edit import PersonSheet
from ui.pages.people.invite import add_service, invite
from ui.pages.screen import screen
from ui.sign_in import SignedIn

_ROLE = Column(field='role', label='Role', kind='state', family='role', how='quiet', sort='role', phone='line')
_SCOPE = Column(field='scope', label='For', kind='quiet', empty='Everything', phone='more')
_PEOPLE = (
    Column(field='name', label='Name', kind='strong', sort='name', phone='title'),
    Column(field='email', label='E-mail', sort='email', phone='more'),
    Column(field='mail', label='Mail', sort='mail', phone='more', empty=''),
    _ROLE,
    _SCOPE,
    Column(field='door', label='Signs in with', kind='quiet', room='wide'),
    Column(field='two_step', label='Two-step', kind='flag', yes='On', no='Off', room='wide'),
    Column(field='state', label='State', kind='state', family='person', sort='state', phone='state'),
    Column(
        field='active_at', label='Last active', kind='age', sort='active_at', align='right', phone='age', empty='Never'
    ),
)
_SERVICES = (
    Column(
        field='name', label='Service account', kind='strong', href='/people/services/{id}', sort='name', phone='title'
    ),
    _ROLE,
    _SCOPE,
    Column(field='tokens', label='Tokens', kind='number', sort='tokens', align='right'),
    Column(field='used_at', label='Last used', kind='age', sort='used_at', align='right', phone='age', empty='Never'),
)
_INVITATIONS = (
    Column(field='name', label='Name', kind='strong', sort='name', phone='title'),
    Column(field='email', label='E-mail', sort='email', phone='more'),
    _ROLE,
    _SCOPE,
    Column(field='by', label='Invited by', kind='quiet', room='wide'),
    Column(field='state', label='State', kind='state', family='person', phone='state'),
    Column(
        field='expires_at', label='Link ends', kind='age', mode='ends', sort='expires_at', align='right', phone='age'
    ),
)


def register(
    *,
    fleets: Fleets,
    people: PeopleService,
    on_call: OnCallService,
    links: LinkService,
    linking: LinkingService,
    providers: Sequence[Provider],
) -> None:
    """Register ``/people``."""

    sheet = PersonSheet(
        fleets=fleets, people=people, on_call=on_call, links=links, linking=linking, providers=providers
    )

    @screen('/people')
    def people_list(request: Request) -> None:
        with page(request, fleets, 'People', active='people') as (who, fleet):
            if not who.may(Permission.PEOPLE_READ):
                not_for_you('people', who, fleet.enterprise.name)
                return
            server = str(request.base_url).rstrip('/')
            may = who.may(Permission.PEOPLE_WRITE)
            _people(links, sheet, who, fleet, server, may=may)
            _services(people, who, fleet, may=may)
            _invitations(links, who, fleet, may=may)


def _people(links: LinkService, sheet: PersonSheet, who: SignedIn, fleet: Fleet, server: str, *, may: bool) -> None:
    def act(acted: Acted) -> None:
        person = fleet[Person].get(acted.ids[0])
        if person is not None:  # else removed between the click and now; the list shows it
            sheet.open(who, fleet, person, server)

    table = live_table(
        'people',
        _PEOPLE,
        noun=('person', 'people'),
        sort='name',
        linked=True,
        search='Search name, e-mail…',
        filters=(
            Filter(field='role', label='Role', family='role'),
            Filter(field='state', label='State', options=(('active', 'Active'), ('suspended', 'Suspended'))),
        ),
        actions=(Act(name='manage', label='Change person…', tone='quiet'),) if may else (),
        on_act=act,
        empty=Empty(title='Nobody belongs here', text='An operator adds the first person with “cellwarden user add”.'),
    )
    with table.props('data-testid=people').mark('people'):
        if may:
            button('Invite person', lambda: invite(links, who, fleet, server), rank='primary').props(
                'data-testid=invite'
            ).mark('invite')


def _services(people: PeopleService, who: SignedIn, fleet: Fleet, *, may: bool) -> None:
    with heading('Service accounts'):
        if may:
            with actions():
                button('Add service account', lambda: add_service(people, who, fleet)).props(
                    'data-testid=add-service'
                ).mark('add-service')
    live_table(
        'services',
        _SERVICES,
        noun=('service account', 'service accounts'),
        file=True,
        sort='name',
        size=20,
        href='/people/services/{id}',
        empty=Empty(
            title='No service accounts yet',
            text='A program that asks the API works under one: it has a role as a person has, and tokens that end with it.',
        ),
    ).props('data-testid=services').mark('services')


def _invitations(links: LinkService, who: SignedIn, fleet: Fleet, *, may: bool) -> None:
    def act(acted: Acted) -> None:
        link = fleet.find(Link, acted.ids[0])
        if link is None:  # accepted between the click and now; the list shows it
            return

        async def withdraw(actor: Actor) -> bool:
            await links.withdraw(actor, link.id)
            return True

        ask(
            f'Withdraw the invitation of {link.name or link.email}?',
            [f'The link sent to {link.email} opens nothing any more. You can invite them again.'],
            'Withdraw invitation',
            lambda: guarded(who, withdraw, done='The invitation is withdrawn.'),
            danger=True,
        )

    with heading('Invitations'):
        pass
    live_table(
        'invitations',
        _INVITATIONS,
        noun=('invitation', 'invitations'),
        file=True,
        sort='-created_at',
        size=20,
        actions=(Act(name='withdraw', label='Withdraw invitation…', tone='quiet'),) if may else (),
        on_act=act,
        empty=Empty(
            title='Nobody is invited right now',
            text='An invitation stands here until it is accepted or withdrawn.',
        ),
    ).props('data-testid=invitations').mark('invitations')
