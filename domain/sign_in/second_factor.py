"""The second factor of a local account: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost."""

import hmac
import secrets
from dataclasses import dataclass, replace

import pyotp

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import note_account
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotAllowed, NotSignedIn, StepUpNeeded
from domain.common.sealing import Seal
from domain.common.secrets import digest
from domain.sign_in.authentication import AccessService
from domain.sign_in.known_browsers import KnownBrowsers
from domain.sign_in.model import Browser, Session, SignedInBrowser
from domain.sign_in.refused_sign_ins import refuse_sign_in
from domain.sign_in.throttle import Aim, Throttle, TooMany

STEP_S = 30
"""RFC 6238, 5.2: a new code every 30 s; the one before and the one after are good too, for clocks that differ."""
RECOVERY_CODES = 10
_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
_GROUPS = (6, 6, 6, 6)
"""118 random bits, so that a plain digest keeps it safe (OWASP ASVS 5.0, 6.5.2), without letters that look alike."""
_REFUSED = 'the code is not right, or was used before'


@dataclass(frozen=True, slots=True)
class Proposal:
    """A secret for an authenticator app, in base 32, and the address (``otpauth://``) that a QR code carries. Kept nowhere yet."""

    secret: str
    uri: str


class SecondFactorService:
    """Turning it on and off, and asking for it."""

    def __init__(
        self, *, transactor: Transactor, access: AccessService, throttle: Throttle, known: KnownBrowsers, seal: Seal
    ) -> None:
        self._transactor = transactor
        self._access = access
        self._throttle = throttle
        self._known = known
        self._seal = seal

    def propose(self, actor: Actor) -> Proposal:
        """A new secret; :meth:`turn_on` keeps it once a code of it was shown. Raises ``StepUpNeeded``."""
        _prove(actor)
        person = self._transactor.fleets.of(actor.enterprise).need(Person, actor.id)
        secret = pyotp.random_base32()
        return Proposal(secret, pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name='Cellwarden'))

    async def turn_on(self, actor: Actor, secret: str, code: str) -> tuple[str, ...]:
        """Ask for codes of ``secret`` from now on; the recovery codes, which are shown once.

        Raises ``Invalid`` when ``code`` is none of its codes, ``StepUpNeeded`` without a fresh proof, ``Conflict`` when it is on.
        """

        def decide(tx: Transaction) -> tuple[str, ...]:
            account = _own(tx, actor)
            if account.totp is not None:
                raise Conflict('two-step sign-in is on already')
            step = _step_of(secret, code, tx.now)
            if step is None:
                raise Invalid(
                    'this is not the code that the app shows for Cellwarden now; try the next one', field='code'
                )
            account = replace(account, totp=self._seal.seal(secret), totp_step=step)
            return self._renew(tx, account, 'turned on two-step sign-in')

        return await self._transactor.transact(decide, actor=actor)

    async def renew_recovery_codes(self, actor: Actor) -> tuple[str, ...]:
        """New recovery codes, shown once; the old ones end. Raises ``StepUpNeeded``, ``Conflict``."""

        def decide(tx: Transaction) -> tuple[str, ...]:
            account = _own(tx, actor)
            if account.totp is None:
                raise Conflict('two-step sign-in is off')
            return self._renew(tx, account, 'made new recovery codes')

        return await self._transactor.transact(decide, actor=actor)

    async def turn_off(self, actor: Actor) -> None:
        """The password alone is enough again. Raises ``StepUpNeeded``."""
        await self._transactor.transact(lambda tx: without(tx, _own(tx, actor)), actor=actor)

    async def complete(self, session: Session, code: str, browser: Browser) -> SignedInBrowser:
        """Make a pending session a full one. Raises ``NotSignedIn`` for a wrong code, ``Throttled`` after too many."""
        known = self._known.knows(session.account, browser)
        account = self._transactor.fleets.installation[Account].get(session.account)
        try:
            guess = await self._throttle.begin(Aim.CODE, session.account, address=browser.address, known=known)

            def decide(tx: Transaction) -> SignedInBrowser:
                what = self._take(tx, session.account, code)
                self._throttle.right(tx, guess)
                return self._access.complete(tx, session, method=f'password and {what}')

            return await self._transactor.transact(decide, session.enterprise)
        except TooMany as refusal:
            if refusal.news:
                refuse_sign_in(self._transactor, account, browser, refusal.detail)
            raise
        except NotSignedIn:
            refuse_sign_in(self._transactor, account, browser, 'right password, wrong code')
            raise

    async def verify(self, account: str, code: str, *, address: str, known: bool = True) -> str:
        """Take a code from a signed-in person who proves anew who they are: ``code`` or ``recovery code``.

        ``known`` is false for a browser that is not signed in and never was. Raises ``NotSignedIn`` for a wrong one, ``Throttled`` after
        too many. The caller writes the refusal down.
        """
        guess = await self._throttle.begin(Aim.CODE, account, address=address, known=known)

        def decide(tx: Transaction) -> str:
            what = self._take(tx, account, code)
            self._throttle.right(tx, guess)
            return what

        return await self._transactor.transact(decide)

    def _take(self, tx: Transaction, id: str, code: str) -> str:
        """Use up a code, inside a decision: what it was. Raises ``NotSignedIn``."""
        account = tx.find(Account, INSTALLATION, id)
        if account is None or account.totp is None or account.suspended_at is not None:
            raise NotSignedIn(_REFUSED)
        typed = ''.join(char for char in code.casefold() if char.isalnum())
        secret = self._seal.open(account.totp)
        step = _step_of(secret, typed, tx.now) if secret is not None else None
        if step is not None and step > account.totp_step:
            tx.put(replace(account, totp_step=step, version=account.version + 1))
            return 'code'
        shown = _digest(typed)
        left = tuple(kept for kept in account.recovery if not hmac.compare_digest(kept, shown))
        if len(left) == len(account.recovery):
            raise NotSignedIn(_REFUSED)
        account = replace(account, recovery=left, version=account.version + 1)
        tx.put(account)
        note_account(tx, account, f'used a recovery code, {len(left)} are left')
        return 'recovery code'

    def _renew(self, tx: Transaction, account: Account, what: str) -> tuple[str, ...]:
        codes = tuple('-'.join(_letters(size) for size in _GROUPS) for _ in range(RECOVERY_CODES))
        kept = tuple(_digest(code.replace('-', '')) for code in codes)
        account = replace(account, recovery=kept, version=account.version + 1)
        tx.put(account)
        note_account(tx, account, what)
        return codes


def without(tx: Transaction, account: Account) -> None:
    """Turn the second factor of an account off, inside a decision."""
    if account.totp is not None:
        account = replace(account, totp=None, totp_step=0, recovery=(), version=account.version + 1)
        tx.put(account)
        note_account(tx, account, 'turned off two-step sign-in')


def _own(tx: Transaction, actor: Actor) -> Account:
    """The account of the person who acts, who must have proved just now that it is them."""
    person = tx.find(Person, actor.enterprise, actor.id)
    if person is None or not person.account:
        raise NotAllowed('only people have two-step sign-in')
    _prove(actor)
    return tx.need(Account, INSTALLATION, person.account)


def _prove(actor: Actor) -> None:
    if not actor.recently_verified:
        raise StepUpNeeded('this needs a fresh proof that it is you')


def _step_of(secret: str, code: str, now: float) -> int | None:
    """The step whose code this is: the current one or a neighbour."""
    typed = ''.join(code.split())
    current, found = int(now // STEP_S), None
    codes = pyotp.HOTP(secret)
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(codes.at(step).encode(), typed.encode('utf-8', 'surrogatepass')):
            found = step
    return found


def _letters(size: int) -> str:
    return ''.join(secrets.choice(_ALPHABET) for _ in range(size))


def _digest(code: str) -> str:
    return digest(code.encode('ascii', 'replace').decode()).hex()
