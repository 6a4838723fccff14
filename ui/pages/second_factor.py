"""Two-step sign-in: the card that turns it on and off, with the QR code and the recovery codes, each shown once."""

from collections.abc import Callable, Sequence

import segno
from nicegui import context, ui

from domain.access import Actor
from domain.people import Account
from domain.services.second_factor import RECOVERY_CODES, Proposal
from ui.auth import SignedIn
from ui.components.card import card, text
from ui.components.command import command
from ui.components.controls import ask, button, complaint, field, sheet
from ui.pages.services import Services
from ui.pages.shell import guarded

Changed = Callable[[], object]
_FEW = 3
"""With so few recovery codes left it is time for new ones."""


def second_factor_card(services: Services, who: SignedIn) -> None:
    """The card, for whoever looks at the page."""

    @ui.refreshable
    def state() -> None:
        account = services.fleets.accounts[who.session.account]
        if account.totp is None:
            _off(services, who, state.refresh)
        else:
            _on(services, who, account, state.refresh)

    with card('Two-step sign-in', body=True), ui.element('div').classes('cw-two-step'):
        state()


def _off(services: Services, who: SignedIn, changed: Changed) -> None:
    text('Off', 'b').classes('cw-two-step-state')
    text(
        'A password can be guessed, stolen or typed into the wrong page. With two-step sign-in it opens nothing without a code '
        'that your phone shows.',
        'p',
    ).classes('cw-prose')

    async def begin() -> None:
        async def propose(actor: Actor) -> Proposal:
            return services.second_factor.propose(actor)

        proposal = await guarded(who, propose)
        if proposal is not None:
            _turn_on(services, who, proposal, changed)

    with ui.element('div').classes('cw-ends'):
        button('Turn on two-step sign-in', begin, rank='primary').props('data-testid=turn-on').mark('turn-on')


def _on(services: Services, who: SignedIn, account: Account, changed: Changed) -> None:
    left = len(account.recovery)
    text('On', 'b').classes('cw-two-step-state on')
    text('Your password opens nothing without a code from your authenticator app.', 'p').classes('cw-prose')
    count = f'{left} of {RECOVERY_CODES} recovery codes are left.'
    text(f'{count} Make new ones before they run out.' if left <= _FEW else count, 'p').classes('cw-prose')

    async def renew() -> None:
        codes = await guarded(who, services.second_factor.renew_recovery_codes)
        if codes is not None:
            changed()
            _show_codes(codes)

    async def turn_off() -> None:
        await guarded(who, services.second_factor.turn_off, done='Two-step sign-in is off')
        changed()

    def ask_renew() -> None:
        ask('Make new recovery codes?', ['The ones you have stop working at once.'], 'Make new codes', renew)

    def ask_off() -> None:
        lines = ['Your password alone lets you in again.', 'The entry in your app and the recovery codes stop working.']
        ask('Turn off two-step sign-in?', lines, 'Turn it off', turn_off, danger=True)

    with ui.element('div').classes('cw-ends'):
        button('Make new recovery codes', ask_renew).props('data-testid=renew').mark('renew')
        button('Turn off two-step sign-in', ask_off).props('data-testid=turn-off').mark('turn-off')


def _turn_on(services: Services, who: SignedIn, proposal: Proposal, changed: Changed) -> None:
    with context.client, sheet('Turn on two-step sign-in') as dialog, ui.element('div').classes('cw-form'):
        dialog.on('hide', dialog.delete)
        text('Scan this with an authenticator app on your phone. Any will do; nothing of it is sent anywhere.', 'p')
        with ui.element('div').classes('cw-qr'):
            drawn = segno.make(proposal.uri, error='m').svg_inline(scale=4, border=3, dark='#16202c', light='#ffffff')
            ui.html(drawn, sanitize=False).props('role=img aria-label="QR code for the authenticator app"')
        text('No camera? Type this key into the app instead:', 'p')
        command(proposal.secret).props('data-testid=totp-secret').mark('totp-secret')
        code = field('Code that the app shows now', autocomplete='one-time-code', mono=True)
        code.props('inputmode=numeric maxlength=10 data-testid=first-code').mark('first-code')
        trouble = complaint()

        async def confirm() -> None:
            codes = await guarded(
                who,
                lambda actor: services.second_factor.turn_on(actor, proposal.secret, str(code.value)),
                refused=lambda refusal: trouble.say(f'{refusal.detail[:1].upper()}{refusal.detail[1:]}.'),
            )
            if codes is not None:
                dialog.close()
                changed()
                _show_codes(codes)

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Turn it on', confirm, rank='primary').props('data-testid=confirm-code').mark('confirm-code')
    dialog.open()


def _show_codes(codes: Sequence[str]) -> None:
    with context.client, sheet('Keep your recovery codes') as dialog:
        dialog.props('persistent').on('hide', dialog.delete)
        text(
            'Two-step sign-in is on. Should you lose your phone, each of these opens your account once in place of a code.',
            'p',
        )
        with ui.element('ol').classes('cw-codes cw-mono').props('data-testid=recovery-codes'):
            for each in codes:
                text(each, 'li').mark('recovery-code')
        text('Print them or put them into a password manager now: they are not shown again.', 'p')
        with ui.element('div').classes('ends'):
            button('I have kept them', dialog.close, rank='primary').props('data-testid=kept').mark('kept')
    dialog.open()
