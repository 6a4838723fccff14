"""The installation: its enterprises and its owners. It shows how much is in an enterprise, never what."""

import re
from collections.abc import Sequence

from fastapi import Request
from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.enterprises import Enterprise
from domain.access.permissions import Permission
from domain.accounts.emails import checked_email
from domain.accounts.live import Accounts, Memberships
from domain.accounts.model import Account
from domain.common.errors import NotFound
from domain.fleet.fleets import Fleets
from domain.installation.enterprises import EnterpriseService, found
from domain.installation.owners import OwnerService
from domain.policies.service import PolicyService
from domain.sign_in.providers import Provider
from ui.components.card import actions, heading, link, text
from ui.components.columns import Column
from ui.components.controls import ask, button, check, complaint, field, sheet
from ui.components.fields import line
from ui.components.live_table import Act, Acted, live_table
from ui.components.page_state import Empty
from ui.pages.enterprise.browsers import ask_browsers
from ui.pages.installation.providers import providers_card
from ui.pages.page import guarded, not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

_ENTERPRISES = (
    Column(field='name', label='Enterprise', kind='strong', sort='name', grow=True, phone='title'),
    Column(field='size', label='Size', kind='quiet', phone='line', room='narrow'),
    Column(field='people', label='People', kind='number', sort='people', align='right'),
    Column(field='devices', label='Devices', kind='number', sort='devices', align='right'),
    Column(field='towers', label='Towers', kind='number', sort='towers', align='right'),
    Column(field='browsers_keep', label='Browsers keep', kind='flag', yes='24 hours', no='Nothing'),
    Column(field='created_at', label='Added', kind='age', sort='created_at', align='right', phone='age'),
)
_OWNERS = (
    Column(field='name', label='Owner', kind='strong', sort='name', phone='title'),
    Column(field='email', label='E-mail', sort='email', phone='line'),
    Column(field='two_step', label='Two-step', kind='flag', yes='On', no='Off'),
    Column(field='state', label='State', kind='state', family='person', phone='state'),
)


def register(
    *,
    fleets: Fleets,
    owners: OwnerService,
    enterprises: EnterpriseService,
    policies: PolicyService,
    providers: Sequence[Provider],
) -> None:
    """Register ``/installation``."""

    @screen('/installation')
    def installation(request: Request) -> None:
        with page(request, fleets, 'Installation', active='installation') as (who, fleet):
            if not who.may(Permission.INSTALLATION_WRITE):
                not_for_you('the whole installation', who, fleet.enterprise.name)
                return
            _enterprises(fleets, owners, enterprises, policies, who)
            _owners(fleets, owners, who)
            with ui.element('div').classes('cw-after'):
                providers_card(fleets, providers)


def _enterprises(
    fleets: Fleets, owners: OwnerService, enterprises: EnterpriseService, policies: PolicyService, who: SignedIn
) -> None:
    def act(acted: Acted) -> None:
        if not fleets.has(acted.ids[0]):
            return
        enterprise = fleets.of(acted.ids[0]).enterprise
        if acted.action == 'rename':
            _rename(enterprises, who, enterprise)
        elif acted.action == 'browsers':
            ask_browsers(enterprises, who, enterprise)
        else:
            _ask_join(fleets, owners, who, enterprise)

    belongs = tuple(fleets.index(Memberships).of(who.person.account))  # joining one more builds the page anew
    table = live_table(
        'enterprises',
        _ENTERPRISES,
        noun=('enterprise', 'enterprises'),
        sort='name',
        search='Search name…',
        linked=True,
        actions=(
            Act(name='join', label='Join as admin…', tone='quiet', field='id', unless=belongs),
            Act(name='browsers', label='What browsers keep…', tone='quiet'),
            Act(name='rename', label='Rename enterprise…', tone='quiet'),
        ),
        on_act=act,
        empty=Empty(title='No enterprise yet', text='Everything belongs to one: add the first.'),
    )
    with table.props('data-testid=enterprises').mark('enterprises'):
        link('Doctor', '/doctor')
        link('Installation journal', '/audit/installation')
        button('Add enterprise', lambda: _add(owners, enterprises, policies, who), rank='primary').props(
            'data-testid=add'
        ).mark('add')


def _ask_join(fleets: Fleets, owners: OwnerService, who: SignedIn, enterprise: Enterprise) -> None:
    if enterprise.id in fleets.index(Memberships).of(who.person.account):
        ask(
            f'You belong to {enterprise.name}',
            ['Switch to it with its name in the top bar.'],
            'Close',
            lambda: None,
        )
        return

    async def join() -> None:
        if await guarded(who, lambda actor: owners.join(actor, enterprise.id)) is not None:
            ui.navigate.reload()  # the menu in the top bar has one more

    ask(
        f'Join {enterprise.name} as administrator?',
        [
            'You see its fleet and decide who belongs to it, until an administrator removes you there.',
            'Its administrators read in their audit trail that you came in as an owner of the installation.',
        ],
        'Join enterprise',
        join,
    )


def _rename(enterprises: EnterpriseService, who: SignedIn, enterprise: Enterprise) -> None:
    with context.client, sheet(f'Rename {enterprise.name}') as dialog:
        dialog.on('hide', dialog.delete)
        name = field('Name', value=enterprise.name, check=line(most=80))
        name.props('autofocus maxlength=80 data-testid=name').mark('name')
        trouble = complaint(name=name)

        async def go() -> None:
            renamed = await guarded(
                who,
                lambda actor: enterprises.rename(actor, enterprise.id, str(name.value or '')),
                done='The enterprise is renamed.',
                refused=trouble.refuse,
            )
            if renamed is not None:
                dialog.close()

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Rename enterprise', go, rank='primary').props('data-testid=save').mark('save')
    dialog.open()


def _add(owners: OwnerService, enterprises: EnterpriseService, policies: PolicyService, who: SignedIn) -> None:
    with context.client, sheet('Add enterprise') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            name = field('Name', placeholder='Harbour Logistics', check=line(most=80))
            name.props('autofocus maxlength=80 data-testid=name').mark('name')
            starter = check('Begin with the starter policies, all in audit', value=True)
            starter.props('data-testid=starter').mark('starter')
            plmns = field(
                'Its own networks',
                placeholder='204-08, 204-16',
                hint='MCC-MNC, with commas between. They make the starter policy “Only our networks”; it may stay empty.',
                mono=True,
            )
            plmns.props('data-testid=plmns').mark('plmns')
            joins = check('Join it as administrator, to invite its people', value=True)
            joins.props('data-testid=joins').mark('joins')
            trouble = complaint(name=name, plmn=plmns)
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def add(actor: Actor) -> Enterprise:
                enterprise = await found(
                    enterprises,
                    policies,
                    str(name.value or ''),
                    starter=bool(starter.value),
                    plmns=[part for part in re.split(r'[\s,;]+', str(plmns.value or '')) if part],
                    actor=actor,
                )
                if joins.value:
                    await owners.join(actor, enterprise.id)
                return enterprise

            async def go() -> None:
                made = await guarded(
                    who,
                    add,
                    done=lambda enterprise: f'{enterprise.name} is added.',
                    refused=trouble.refuse,
                )
                if made is not None and joins.value:
                    ui.navigate.reload()  # the menu in the top bar has one more
                elif made is not None:
                    dialog.close()

            button('Add enterprise', go, rank='primary').props('data-testid=save').mark('save')
    dialog.open()


def _owners(fleets: Fleets, owners: OwnerService, who: SignedIn) -> None:
    with heading('Owners'), actions():
        button('Make owner', lambda: _appoint(fleets, owners, who)).props('data-testid=appoint').mark('appoint')
    live_table(
        'owners',
        _OWNERS,
        noun=('owner', 'owners'),
        file=True,
        sort='name',
        size=20,
        actions=(Act(name='withdraw', label='Withdraw ownership…', tone='quiet'),),
        on_act=lambda acted: _ask_withdraw(fleets, owners, who, acted),
        empty=Empty(title='Nobody owns the installation'),
    ).props('data-testid=owners').mark('owners')


def _appoint(fleets: Fleets, owners: OwnerService, who: SignedIn) -> None:
    with context.client, sheet('Make owner') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            text(
                'An owner adds enterprises, may join any of them as administrator, and makes other people owners.', 'p'
            )
            email = field('E-mail of a person who has an account', placeholder='ana@example.com', check=checked_email)
            email.props('autofocus maxlength=254 data-testid=email').mark('email')
            trouble = complaint(email=email)
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def go() -> None:
                account = fleets.index(Accounts).of(str(email.value or '').strip().casefold())
                if account is None:
                    trouble.refuse(
                        NotFound('there is no account with this e-mail address; invite the person first', field='email')
                    )
                    return
                made = await guarded(
                    who,
                    lambda actor: owners.set_owner(actor, account.id, True),
                    done=f'{account.name} owns the installation with you.',
                    refused=trouble.refuse,
                )
                if made is not None:
                    dialog.close()

            button('Make owner', go, rank='primary').props('data-testid=save').mark('save')
    dialog.open()


def _ask_withdraw(fleets: Fleets, owners: OwnerService, who: SignedIn, acted: Acted) -> None:
    account = fleets.installation[Account].get(acted.ids[0])
    if account is None:
        return
    mine = account.id == who.person.account
    ask(
        f'Withdraw ownership from {account.name}?',
        [
            ('You no longer see this page.' if mine else 'They no longer see this page.')
            + ' What they are to enterprises stays as it is.'
        ],
        'Withdraw ownership',
        lambda: guarded(
            who,
            lambda actor: owners.set_owner(actor, account.id, False),
            done=f'{account.name} is no longer an owner.',
        ),
        danger=True,
    )
