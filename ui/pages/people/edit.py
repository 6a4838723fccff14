"""Changing what a person is to the enterprise: role and scope, a new password, and taking them out."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import context, ui

from domain.access.actors import Actor
from domain.accounts.live import Memberships
from domain.accounts.model import Account, Person, PersonKind
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.service import OnCallService
from domain.people.one_time_links import LinkService
from domain.people.relinking import LinkingService
from domain.people.service import PeopleService
from domain.sign_in.live import Sessions
from domain.sign_in.model import Identity
from domain.sign_in.providers import Provider
from domain.tokens.model import Token, TokenKind
from ui.components.card import text
from ui.components.controls import ask, button, complaint, field, sheet
from ui.components.fields import line
from ui.durations import counted
from ui.pages.page import guarded
from ui.pages.people.bounces import person_bounces
from ui.pages.people.invite import show_link
from ui.pages.people.role_form import RoleForm
from ui.sign_in import SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSheet:
    """The sheet of a person or service account, with all that can be changed there."""

    fleets: Fleets
    people: PeopleService
    on_call: OnCallService
    links: LinkService
    linking: LinkingService
    providers: Sequence[Provider]

    def open(self, who: SignedIn, fleet: Fleet, person: Person, server: str) -> None:
        """Show them as they stand now."""
        account = self.fleets.installation[Account].get(person.account)
        myself = person.id == who.person.id
        with context.client, sheet(f'Change {person.name}') as dialog:
            dialog.on('hide', dialog.delete)
            body = ui.element('div').classes('cw-form')
            with body:
                if person.kind is PersonKind.PERSON:
                    person_bounces(self.on_call, who, person.id)
                if person.provider:
                    label = next((one.label for one in self.providers if one.name == person.provider), person.provider)
                    text(
                        f'The groups at {label} decide what {person.name} is here, at each sign-in. Change them there.',
                        'p',
                    )
                    with ui.element('div').classes('ends'):
                        button('Close', dialog.close).props('autofocus')
                else:
                    self._form(who, fleet, person, dialog, myself=myself)
                if not myself:
                    with ui.element('div').classes('cw-part cw-row'):
                        if account is not None:
                            self._ways_in(who, person, account, body, dialog, server)

                        def leave() -> None:
                            dialog.close()
                            self._ask_remove(who, fleet, person)

                        service = person.kind is PersonKind.SERVICE
                        button('Remove service account…' if service else 'Remove person…', leave).props(
                            'data-testid=remove'
                        ).mark('remove')
        dialog.open()

    def _ways_in(
        self, who: SignedIn, person: Person, account: Account, body: ui.element, dialog: ui.dialog, server: str
    ) -> None:
        """What helps a person who cannot sign in: a one-time link, and letting a former identity go."""
        identities = [each for each in self.fleets.installation[Identity].values() if each.account == account.id]
        if account.password_hash is not None or not identities:

            async def reset() -> None:
                made = await guarded(who, lambda actor: self.links.reset_link(actor, person.id))
                if made is not None:
                    show_link(body, dialog, server, made, to=person.email)

            words = 'Reset password' if account.password_hash is not None else 'Make one-time link'
            button(words, reset).props('data-testid=reset').mark('reset')
        if identities:

            def forget() -> None:
                dialog.close()
                self._ask_forget(who, person, identities)

            button('Forget identity…', forget).props('data-testid=forget').mark('forget')

    def _ask_forget(self, who: SignedIn, person: Person, identities: Sequence[Identity]) -> None:
        """Ask, saying what will happen, then let their identities go."""
        labels = {one.name: one.label for one in self.providers}
        places = ' and '.join(sorted({labels.get(each.provider, each.provider) for each in identities}))
        with context.client:
            ask(
                f'Forget who {person.name} is at {places}?',
                [
                    f'Sessions that they opened through {places} end at once. Role and history stay.',
                    f'Their next sign-in there is linked to this account again: by their address {person.email}, if the provider has '
                    'verified it and hands out such addresses, or else by their password or a one-time link.',
                    'Do this when the provider was moved or rebuilt. To keep a person out, remove them.',
                ],
                'Forget identity',
                lambda: guarded(
                    who,
                    lambda actor: self.linking.forget(actor, person.id),
                    done=f'The identity of {person.name} is forgotten.',
                ),
                danger=True,
            )

    def _form(self, who: SignedIn, fleet: Fleet, person: Person, dialog: ui.dialog, *, myself: bool) -> None:
        name = (
            field('Name', value=person.name, check=line(most=80))
            .props('autofocus maxlength=80 data-testid=name')
            .mark('name')
        )
        form = None
        if myself:
            text('This is you: another administrator changes your role.', 'p').classes('cw-hint')
        else:
            form = RoleForm(fleet, role=person.role, scope=person.scope)
        trouble = complaint(name=name, **({'scope': form.labels} if form is not None else {}))

        async def save(actor: Actor) -> Person:
            called = str(name.value or '')
            if form is None:
                return await self.people.rename(actor, person.id, person.version, called)
            return await self.people.change_role(
                actor, person.id, person.version, form.role(), form.scope(), name=called
            )

        async def go() -> None:
            saved = await guarded(
                who,
                save,
                done=lambda after: f'{after.name} is changed.',
                refused=trouble.refuse,
            )
            if saved is not None:
                dialog.close()

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Save changes', go, rank='primary').props('data-testid=save').mark('save')

    def _ask_remove(self, who: SignedIn, fleet: Fleet, person: Person) -> None:
        """Ask, saying what will happen, then take them out."""
        service = person.kind is PersonKind.SERVICE
        with context.client:
            ask(
                f'Remove {person.name} from {fleet.enterprise.name}?',
                _service_lines(fleet, person) if service else _person_lines(self.fleets, person),
                'Remove service account' if service else 'Remove person',
                lambda: guarded(
                    who, lambda actor: self.people.remove(actor, person.id), done=f'{person.name} is removed.'
                ),
                danger=True,
            )


def _person_lines(fleets: Fleets, person: Person) -> list[str]:
    sessions = [one for one in fleets.index(Sessions).of(person.account) if one.person == person.id]
    out = (
        f'They are signed out at once ({counted(len(sessions), "open session")})'
        if sessions
        else 'They are not signed in now'
    )
    lines = [f'{out}, and cannot come back without a new invitation.']
    if person.provider:
        lines = [
            f'{out}. While they stay in their group at {person.provider}, their next sign-in lets them in again: take them out of '
            'the group first.'
        ]
    others = len(fleets.index(Memberships).of(person.account)) - 1
    if others:
        lines.append(f'They stay in {counted(others, "other enterprise")} that they belong to.')
    lines.append('What they did stays in the audit trail under their name.')
    return lines


def _service_lines(fleet: Fleet, person: Person) -> list[str]:
    tokens = [one for one in fleet[Token].values() if one.person == person.id and one.kind is TokenKind.API]
    return [
        f'Its {counted(len(tokens), "token")} {"is" if len(tokens) == 1 else "are"} revoked: programs that use them are refused at once.'
        if tokens
        else 'It has no tokens, so no program notices.',
        'What was done with it stays in the audit trail under its name.',
    ]
