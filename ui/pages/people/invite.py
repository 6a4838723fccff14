"""Letting people and programs in: an invitation with its one-time link, a service account for a program."""

from nicegui import context, ui

from domain.access.actors import Actor
from domain.accounts.emails import checked_email
from domain.accounts.model import Person
from domain.fleet.fleet import Fleet
from domain.people.one_time_links import IssuedLink, LinkService
from domain.people.service import PeopleService
from ui.components.age import age
from ui.components.card import text
from ui.components.command import command
from ui.components.controls import button, complaint, field, sheet
from ui.components.fields import line
from ui.pages.page import guarded
from ui.pages.people.role_form import RoleForm
from ui.server.link_address import link_address
from ui.sign_in import SignedIn


def invite(links: LinkService, who: SignedIn, fleet: Fleet, server: str) -> None:
    """Open the form; once it is sent it shows the link, this once."""
    with context.client, sheet('Invite person') as dialog:
        dialog.on('hide', dialog.delete)
        body = ui.element('div').classes('cw-form')
        with body:
            email = field('E-mail', placeholder='ana@example.com', check=checked_email)
            email.props('autofocus maxlength=254 data-testid=email').mark('email')
            name = (
                field('Name', placeholder='Ana Ruiz', check=line(most=80, least=0))
                .props('maxlength=80 data-testid=name')
                .mark('name')
            )
            form = RoleForm(fleet)
            trouble = complaint(email=email, name=name, scope=form.labels)
            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)

                async def send(actor: Actor) -> IssuedLink:
                    called = str(name.value or '').strip() or str(email.value or '').partition('@')[0]
                    return await links.invite(actor, str(email.value or ''), called, form.role(), form.scope())

                async def go() -> None:
                    made = await guarded(who, send, refused=trouble.refuse)
                    if made is not None:
                        show_link(body, dialog, server, made, to=made.link.email)

                button('Make invitation', go, rank='primary').props('data-testid=make-invitation').mark(
                    'make-invitation'
                )
    dialog.open()


def show_link(body: ui.element, dialog: ui.dialog, server: str, made: IssuedLink, *, to: str) -> None:
    """In place of the form: the one-time link, which nobody can see again."""
    body.clear()
    with body:
        text(f'Send this link to {to}, by a way that only they read:', 'p')
        command(link_address(server, made.secret)).props('data-testid=link').mark('link')
        with ui.element('p').classes('cw-hint'):
            text('It works once, ', 'span')
            age(made.link.expires_at, 'until')
            text('. Copy it now: it is not shown again.', 'span')
        with ui.element('div').classes('ends'):
            button('Done', dialog.close, rank='primary')


def add_service(people: PeopleService, who: SignedIn, fleet: Fleet) -> None:
    """Open the form; once it is saved the page of the account opens, where its tokens are made."""
    with context.client, sheet('Add service account') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            text('A program works under it. Nobody can sign in with it.', 'p')
            name = field('Name', placeholder='collector', check=line(most=80))
            name.props('autofocus maxlength=80 data-testid=name').mark('name')
            form = RoleForm(fleet)
            trouble = complaint(name=name, scope=form.labels)
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def save(actor: Actor) -> Person:
                return await people.add_service(actor, str(name.value or ''), form.role(), form.scope())

            async def go() -> None:
                made = await guarded(who, save, refused=trouble.refuse)
                if made is not None:
                    ui.navigate.to(f'/people/services/{made.id}')

            button('Add service account', go, rank='primary').props('data-testid=save').mark('save')
    dialog.open()
