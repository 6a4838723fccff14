"""Two-step sign-in: the card that turns it on and off, with the QR code and the recovery codes, each shown once."""

from collections.abc import Callable, Sequence

from nicegui import context, ui

from domain.access.actors import Actor
from domain.accounts.model import Account
from domain.common.errors import DomainError
from domain.fleet.fleets import Fleets
from domain.sign_in.second_factor import RECOVERY_CODES, Proposal, SecondFactorService
from ui.components.card import card, text
from ui.components.command import command
from ui.components.controls import ask, button, complaint, field, sheet
from ui.components.keep import keep
from ui.components.qr import qr
from ui.durations import sentence
from ui.pages.page import guarded
from ui.sign_in import SignedIn

Changed = Callable[[], object]
_FEW = 3
"""With so few recovery codes left it is time for new ones."""


def second_factor_card(fleets: Fleets, second_factor: SecondFactorService, who: SignedIn, *, changed: Changed) -> None:
    """The card, for the person who looks at the page; ``changed`` is called when it was turned on or off."""

    @ui.refreshable
    def state() -> None:
        account = fleets.installation[Account][who.session.account]
        if account.totp is None:
            _off(second_factor, who, again)
        else:
            _on(second_factor, who, account, again)

    def again() -> None:
        state.refresh()
        changed()

    with card('Two-step sign-in', body=True), ui.element('div').classes('cw-two-step'):
        state()


def _off(second_factor: SecondFactorService, who: SignedIn, changed: Changed) -> None:
    text('Off', 'b').classes('cw-two-step-state')
    text(
        'A password can be guessed, stolen or typed into the wrong page. With two-step sign-in it opens nothing without a code '
        'that your phone shows.',
        'p',
    ).classes('cw-prose')

    async def begin() -> None:
        async def propose(actor: Actor) -> Proposal:
            return second_factor.propose(actor)

        proposal = await guarded(who, propose)
        if proposal is not None:
            _turn_on(second_factor, who, proposal, changed)

    with ui.element('div').classes('cw-ends'):
        button('Turn on two-step sign-in…', begin, rank='primary').props('data-testid=turn-on').mark('turn-on')


def _on(second_factor: SecondFactorService, who: SignedIn, account: Account, changed: Changed) -> None:
    left = len(account.recovery)
    text('On', 'b').classes('cw-two-step-state on')
    text('Your password opens nothing without a code from your authenticator app.', 'p').classes('cw-prose')
    count = f'{left} of {RECOVERY_CODES} recovery codes are left.'
    text(f'{count} Make new ones before they run out.' if left <= _FEW else count, 'p').classes('cw-prose')

    async def renew() -> None:
        codes = await guarded(who, second_factor.renew_recovery_codes)
        if codes is not None:
            changed()
            _show_codes(codes)

    async def turn_off() -> None:
        await guarded(who, second_factor.turn_off, done='Two-step sign-in is off')
        changed()

    def ask_renew() -> None:
        ask('Make new recovery codes?', ['The ones you have stop working at once.'], 'Make new recovery codes', renew)

    def ask_off() -> None:
        lines = ['Your password alone lets you in again.', 'The entry in your app and the recovery codes stop working.']
        ask('Turn off two-step sign-in?', lines, 'Turn off two-step sign-in', turn_off, danger=True)

    with ui.element('div').classes('cw-ends'):
        button('Make new recovery codes…', ask_renew).props('data-testid=renew').mark('renew')
        button('Turn off two-step sign-in…', ask_off).props('data-testid=turn-off').mark('turn-off')


def _turn_on(second_factor: SecondFactorService, who: SignedIn, proposal: Proposal, changed: Changed) -> None:
    with context.client, sheet('Turn on two-step sign-in') as dialog, ui.element('div').classes('cw-form'):
        dialog.on('hide', dialog.delete)
        text('Scan this with an authenticator app on your phone. Any will do; nothing of it is sent anywhere.', 'p')
        qr(proposal.uri, 'QR code for the authenticator app')
        text('No camera? Type this key into the app instead:', 'p')
        command(proposal.secret).props('data-testid=totp-secret').mark('totp-secret')
        code = field('Code that the app shows now', autocomplete='one-time-code', mono=True)
        code.props('inputmode=numeric maxlength=10 data-testid=first-code').mark('first-code')
        trouble = complaint()

        def refuse(refusal: DomainError) -> None:
            words = f'{sentence(refusal.detail)}.'
            if refusal.field == 'code':
                code.error = words
            else:
                trouble.say(words)

        async def confirm() -> None:
            code.error = None
            trouble.say('')
            codes = await guarded(
                who,
                lambda actor: second_factor.turn_on(actor, proposal.secret, str(code.value)),
                refused=refuse,
            )
            if codes is not None:
                dialog.close()
                changed()
                _show_codes(codes)

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Turn on two-step sign-in', confirm, rank='primary').props('data-testid=confirm-code').mark(
                'confirm-code'
            )
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
        keep('\n'.join(codes), 'codes', file='cellwarden-recovery-codes.txt')
        text('Put them into a password manager or on paper now: they are not shown again.', 'p')
        with ui.element('div').classes('ends'):
            button('I have kept the codes', dialog.close, rank='primary').props('data-testid=kept').mark('kept')
    dialog.open()
