"""A service account: what a program may do, and its tokens."""

from collections.abc import Sequence

from fastapi import Request
from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person, PersonKind
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.service import OnCallService
from domain.people.one_time_links import LinkService
from domain.people.relinking import LinkingService
from domain.people.service import PeopleService
from domain.sign_in.providers import Provider
from domain.tokens.model import Token, grantable
from domain.tokens.service import TokenService
from ui.components.card import actions, heading, text
from ui.components.choices import choices
from ui.components.columns import Column
from ui.components.command import command
from ui.components.controls import ask, button, complaint, field, labelled, select, sheet
from ui.components.fields import line
from ui.components.live_table import Act, Acted, live_table
from ui.components.live_value import live_value
from ui.components.page_state import Empty
from ui.pages.notices import gone_note
from ui.pages.page import guarded, not_for_you, nowhere, page
from ui.pages.people.edit import PersonSheet
from ui.pages.screen import screen
from ui.sign_in import SignedIn

LASTS = {'7': '7 days', '30': '30 days', '90': '90 days', '365': 'One year'}
_DAY_S = 86_400
_TOKENS = (
    Column(field='name', label='Token', kind='strong', sort='name', phone='title'),
    Column(field='beginning', label='Begins with', kind='mono', empty='', room='wide', phone='more'),
    Column(field='state', label='State', kind='state', family='token', phone='state'),
    Column(field='scopes', label='May do', kind='quiet', phone='more', grow=True),
    Column(
        field='expires_at',
        label='Ends',
        kind='age',
        mode='ends',
        sort='expires_at',
        align='right',
        phone='line',
        empty='Never',
    ),
    Column(
        field='used_at',
        label='Last used',
        kind='age',
        detail='used_from',
        sort='used_at',
        align='right',
        phone='age',
        empty='Never',
    ),
    Column(field='created_at', label='Made', kind='age', sort='created_at', align='right', room='wide'),
    Column(field='created_by', label='By', kind='quiet', room='wide'),
)


def register(
    *,
    fleets: Fleets,
    people: PeopleService,
    on_call: OnCallService,
    links: LinkService,
    linking: LinkingService,
    tokens: TokenService,
    providers: Sequence[Provider],
) -> None:
    """Register ``/people/services/{person_id}``."""

    sheet = PersonSheet(
        fleets=fleets, people=people, on_call=on_call, links=links, linking=linking, providers=providers
    )

    @screen('/people/services/{person_id}')
    def service_account(request: Request, person_id: str) -> None:
        with page(request, fleets, 'People', active='people') as (who, fleet):
            if not who.may(Permission.PEOPLE_READ):
                not_for_you('service accounts', who, fleet.enterprise.name)
                return
            person = fleet[Person].get(person_id)
            if person is None or person.kind is not PersonKind.SERVICE:
                nowhere(Empty(title='There is no such service account', href='/people', label='All people'))
                return
            _page(tokens, sheet, who, fleet, person, str(request.base_url).rstrip('/'))


def _page(tokens: TokenService, sheet: PersonSheet, who: SignedIn, fleet: Fleet, person: Person, server: str) -> None:
    topic = f'service/{person.id}'

    def change() -> None:
        now = fleet[Person].get(person.id)
        if now is not None:
            sheet.open(who, fleet, now, server)

    gone_note(topic, 'This service account was removed. Its tokens open nothing any more.', ('All people', '/people'))
    with heading(person.name, parent=('People', '/people'), topic=topic):
        live_value(Column(field='role', kind='state', family='role', how='quiet'), topic)
        whole = f'for all of {fleet.enterprise.name}'
        live_value(Column(field='scope', kind='template', template='for {scope}', empty=whole), topic).classes(
            'cw-quiet'
        )
        with actions():
            if who.may(Permission.PEOPLE_WRITE):
                button('Change service account…', change).props('data-testid=change').mark('change')
            if who.may(Permission.TOKENS_WRITE):
                button('Make token', lambda: _make(tokens, who, fleet, person.id, server), rank='primary').props(
                    'data-testid=make'
                ).mark('make')
    may = who.may(Permission.TOKENS_WRITE)
    live_table(
        f'tokens/{person.id}',
        _TOKENS,
        noun=('token', 'tokens'),
        sort='-created_at',
        actions=(Act(name='revoke', label='Revoke token…', tone='quiet'),) if may else (),
        on_act=lambda acted: _ask_revoke(tokens, who, fleet, acted),
        empty=Empty(
            title='No tokens yet',
            text='A program shows a token with each request. Make one for each program, so that each can be revoked alone.',
        ),
    ).props('data-testid=tokens').mark('tokens')


def _make(tokens: TokenService, who: SignedIn, fleet: Fleet, person_id: str, server: str) -> None:
    person = fleet[Person].get(person_id)
    if person is None:
        return
    options = {scope.value: scope.value for scope in Permission if scope in grantable(person)}
    with context.client, sheet('Make token') as dialog:
        dialog.on('hide', dialog.delete)
        body = ui.element('div').classes('cw-form')
        with body:
            name = field(
                'Name',
                placeholder='harbour',
                hint='Which program has it, so that you know what you revoke.',
                check=line(most=80),
            )
            name.props('autofocus maxlength=80 data-testid=name').mark('name')
            with labelled('May do', hint=f'As little as the program needs, of what {person.name} may do.'):
                scopes = choices('May do', options, many=True).props('data-testid=scopes').mark('scopes')
            lasts = select('Ends after', LASTS, value='90', hint='Make the next one before, and revoke this one then.')
            lasts.props('data-testid=lasts').mark('lasts')
            trouble = complaint(name=name)
            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)

                async def issue(actor: Actor) -> tuple[Token, str]:
                    return await tokens.issue_for(
                        actor,
                        person_id,
                        str(name.value or ''),
                        scopes=[Permission(scope) for scope in scopes.value],
                        expires_in_s=float(lasts.value) * _DAY_S,
                    )

                async def go() -> None:
                    if not scopes.value:
                        trouble.say('Pick what the token may do.')
                        return
                    made = await guarded(who, issue, refused=trouble.refuse)
                    if made is not None:
                        _show(body, dialog, server, made[1])

                button('Make token', go, rank='primary').props('data-testid=make-token').mark('make-token')
    dialog.open()


def _show(body: ui.element, dialog: ui.dialog, server: str, secret: str) -> None:
    body.clear()
    with body:
        text('Give this token to the program. Copy it now: it is not shown again.', 'p')
        command(secret).props('data-testid=secret').mark('secret')
        text('It is sent as bearer with each request:', 'p')
        command(f"curl {server}/api/v1/devices -H 'Authorization: Bearer {secret}'")
        with ui.element('div').classes('ends'):
            button('Done', dialog.close, rank='primary')


def _ask_revoke(tokens: TokenService, who: SignedIn, fleet: Fleet, acted: Acted) -> None:
    token = fleet[Token].get(acted.ids[0])
    if token is None:  # revoked between the click and now; the list shows it
        return

    async def revoke(actor: Actor) -> bool:
        await tokens.revoke_for(actor, token.id)
        return True

    ask(
        f'Revoke {token.name}?',
        ['A program that still uses it is refused from now on. This cannot be undone; a new token can be made.'],
        'Revoke token',
        lambda: guarded(who, revoke, done=f'{token.name} is revoked.'),
        danger=True,
    )
