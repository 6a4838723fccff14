"""The question whether it is really them, before something that not even a stolen session may do."""

from nicegui import events, ui

from domain.sign_in.sessions import RAISED_S
from ui.components.card import text
from ui.components.controls import sheet
from ui.sign_in import SignedIn

_LOOK_S = 0.5
"""How often is looked for a proof that came in through another tab."""


class step_up(ui.element, component='step_up.js'):  # noqa: N801 (NiceGUI's element style)
    """The form inside. It sends the proof itself, past NiceGUI's socket, since only an answer to a request can bring a new cookie.

    ``proof`` is ``password``, ``code`` or nothing; ``provider`` the id and name of the identity provider they came through. Emits
    ``proved`` and ``cancel``: whether it was proved is asked of the session, not of this.
    """

    def __init__(self, *, proof: str, provider: tuple[str, str], email: str) -> None:
        super().__init__()
        self._props['proof'] = proof
        self._props['provider'] = list(provider)
        self._props['email'] = email


async def confirmed(who: SignedIn) -> bool:
    """Ask, and wait for the answer; false when they would rather not. To be called inside a client.

    A person who proves it at an identity provider does so in another tab, so that this page keeps what was begun in it.
    """
    account, session = who.account, who.session
    proof = 'code' if account.totp is not None else 'password' if account.password_hash is not None else ''
    provider = (session.provider, session.method or session.provider)
    before = _proved_at(who)
    with sheet('Confirm that it is you') as dialog:
        text(
            'What you are about to do needs a fresh proof that it is you, even in an open session. '
            f'It then counts for {RAISED_S // 60} minutes.',
            'p',
        )
        if not proof and not provider[0]:
            text('Sign out and in again, then do it within that time.', 'p')

        def proved(_: events.GenericEventArguments) -> None:
            dialog.submit(True)

        def look() -> None:
            if _proved_at(who) != before:
                dialog.submit(True)

        form = step_up(proof=proof, provider=provider, email=account.email).mark('step-up')
        form.on('proved', proved)
        form.on('cancel', dialog.close)
        ui.timer(_LOOK_S, look)
    dialog.props['data-testid'] = 'step-up'
    done = bool(await dialog)
    if not dialog.is_deleted:
        dialog.delete()
    return done


def _proved_at(who: SignedIn) -> float | None:
    standing = who.access.standing(who.session)
    return standing[0].raised_at if standing is not None else None
