"""API tokens of one's own: made with a fresh proof, shown once, ended at any time."""

from collections.abc import Callable

from nicegui import context, ui

from domain.access.permissions import OWNER, Permission
from domain.fleet.fleets import Fleets
from domain.tokens.model import Token, TokenKind
from domain.tokens.service import TokenService
from ui.components.age import age
from ui.components.card import card, text
from ui.components.choices import choices
from ui.components.command import command
from ui.components.controls import ask, button, complaint, field, labelled, select, sheet
from ui.components.fields import line
from ui.pages.page import guarded
from ui.sign_in import SignedIn

LASTS = {'7': '7 days', '30': '30 days', '90': '90 days', '365': 'One year'}
_DAY_S = 86_400


def tokens_card(fleets: Fleets, tokens: TokenService, who: SignedIn, clock: Callable[[], float]) -> None:
    """The card on the page of an account."""
    enterprise = fleets.of(who.person.enterprise)
    with card('My API tokens', caption=f'for programs that act for you in {enterprise.enterprise.name}'):
        rows = ui.element('ul').classes('cw-entries').props('data-testid=tokens')
        foot = ui.element('div').classes('cw-entries-foot')

    def show() -> None:
        rows.clear()
        mine = [
            token
            for token in enterprise[Token].values()
            if token.person == who.person.id and token.kind is TokenKind.API and token.revoked_at is None
        ]
        with rows:
            for token in sorted(mine, key=lambda token: token.created_at, reverse=True):
                _row(tokens, who, token, show, now=clock())
            if not mine:
                with ui.element('li').classes('none'):
                    text(
                        'A token lets a program use the API as you, as far as its scopes allow and never further than you.',
                        'p',
                    )

    show()
    with foot:
        button('Make token…', lambda: _make(tokens, who, show)).mark('new-token').props('data-testid=new-token')


def _row(tokens: TokenService, who: SignedIn, token: Token, after: Callable[[], None], *, now: float) -> None:
    with ui.element('li').mark('token'):
        with ui.element('div').classes('what'):
            with ui.element('p'):
                text(token.name, 'b')
                for scope in token.scopes:
                    text(scope.value).classes('cw-tag')
            with ui.element('p').classes('cw-quiet'):
                if token.beginning:
                    text(f'{token.beginning}…').classes('cw-mono')
                    text(' · ')
                text('made ')
                age(token.created_at)
                if token.used_at is None:
                    text(' · never used')
                else:
                    text(' · used ')
                    age(token.used_at)
                    text(f' from {token.used_from}' if token.used_from else '')
                if token.expires_at is not None:
                    expired = token.expires_at <= now
                    text(' · expired ' if expired else ' · expires ')
                    age(token.expires_at, 'ago' if expired else 'left')
        button('Revoke token…', lambda: _ask(tokens, who, token, after)).mark('revoke').props('data-testid=revoke')


def _ask(tokens: TokenService, who: SignedIn, token: Token, after: Callable[[], None]) -> None:
    async def revoke() -> None:
        await guarded(who, lambda actor: tokens.revoke_own(actor, token.id), done=f'{token.name} is revoked.')
        after()

    ask(
        f'Revoke {token.name}?',
        ['A program that uses it is refused from now on. A revoked token cannot be brought back.'],
        'Revoke token',
        revoke,
        danger=True,
    )


def _make(tokens: TokenService, who: SignedIn, after: Callable[[], None]) -> None:
    own = who.actor().permissions - OWNER
    with context.client, sheet('Make API token') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            name = field(
                'Name',
                placeholder='Nightly export',
                hint='What uses it: you will want to know in a year.',
                check=line(most=80),
            )
            name.props('autofocus maxlength=80 data-testid=token-name').mark('token-name')
            with labelled('What it may do', hint='Never more than you may do yourself, now or later.'):
                scopes = choices(
                    'What it may do', {each.value: each.value for each in Permission if each in own}, many=True
                )
                scopes.mark('scopes')
            lasts = select('Valid for', LASTS, value='30')
            trouble = complaint(name=name)
            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)

                async def make() -> None:
                    trouble.say('')
                    if not scopes.value:
                        trouble.say('Pick what the token may do.')
                        return
                    made = await guarded(
                        who,
                        lambda actor: tokens.issue_own(
                            actor,
                            str(name.value or ''),
                            scopes=[Permission(each) for each in scopes.value],
                            expires_in_s=int(str(lasts.value)) * _DAY_S,
                        ),
                        refused=trouble.refuse,
                    )
                    if made is not None:
                        dialog.close()
                        after()
                        _show(made[1])

                button('Make token', make, rank='primary').mark('make-token').props('data-testid=make-token')
    dialog.open()


def _show(secret: str) -> None:
    with context.client, sheet('Keep your API token') as dialog:
        dialog.props('persistent').on('hide', dialog.delete)  # a click beside it must not lose the token
        text('Copy it now: it is not shown again. A program that has it acts as you, so keep it like a password.', 'p')
        command(secret).mark('token-secret').props('data-testid=token-secret')
        with ui.element('p').classes('cw-hint'):
            text('Programs send it in a header: ')
            text('Authorization: Bearer cwt_…', 'code').classes('cw-mono')
        with ui.element('div').classes('ends'):
            button('I have kept the token', dialog.close, rank='primary')
    dialog.open()
