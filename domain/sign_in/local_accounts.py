"""Local accounts: passwords and who may use them."""

from dataclasses import replace
from typing import Protocol

from domain.access.actors import operator
from domain.access.enterprises import INSTALLATION
from domain.accounts.emails import checked_email, typed_email
from domain.accounts.live import Accounts
from domain.accounts.memberships import note_account
from domain.accounts.model import Account
from domain.accounts.passwords import checked_password
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound, NotSignedIn
from domain.common.ids import new_id
from domain.sign_in.authentication import AccessService
from domain.sign_in.known_browsers import KnownBrowsers
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.refused_sign_ins import refuse_sign_in
from domain.sign_in.throttle import Aim, Guess, Throttle, TooMany

_REFUSED = 'the e-mail address or the password is not right'


class Hasher(Protocol):
    """Turns passwords into slow hashes. Both calls take tens of milliseconds and are to be made off the event loop."""

    async def hash(self, password: str) -> str:
        """A salted hash in PHC form."""

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password belongs to the hash; takes as long for no hash at all."""

    def is_outdated(self, hashed: str) -> bool:
        """True for a hash that was made with other costs than new ones are; quick."""


class AccountService:
    """What the owner of an account does with it, and signing in with a password."""

    def __init__(
        self, *, transactor: Transactor, access: AccessService, hasher: Hasher, throttle: Throttle, known: KnownBrowsers
    ) -> None:
        self._transactor = transactor
        self._access = access
        self._hasher = hasher
        self._throttle = throttle
        self._known = known

    async def sign_in(self, email: str, password: str, browser: Browser) -> SignedInBrowser:
        """Open a session; it is ``pending`` when the account has a second factor, which then has to follow.

        A wrong account and a wrong password are refused with ``NotSignedIn``, in the same words and the same time, and with ``Throttled``
        after too many of them, whether the account exists or not.
        """
        typed = typed_email(email)
        account = self._transactor.fleets.index(Accounts).of(typed)
        guess = await self._begin(account, typed, browser)
        right = await self._hasher.verify(account.password_hash if account else None, password)
        if account is None or not right:
            refuse_sign_in(self._transactor, account, browser, 'wrong password')
            raise NotSignedIn(_REFUSED)
        renewed = await self._renewed(account, password)

        def decide(tx: Transaction) -> SignedInBrowser:
            now = tx.find(Account, INSTALLATION, account.id)
            if now is None or now.suspended_at is not None or not has_same_password(now, account):
                raise NotSignedIn(_REFUSED)  # suspended, or changed while the password was being checked
            self._throttle.right(tx, guess)
            if renewed is not None:
                now = replace(now, password_hash=renewed)
                tx.put(now)
            return self._access.open(tx, now, browser=browser, method='password', pending=now.totp is not None)

        try:
            return await self._transactor.transact(decide)
        except NotSignedIn:
            refuse_sign_in(self._transactor, account, browser, 'suspended, or in no enterprise that a password opens')
            raise NotSignedIn(_REFUSED) from None

    async def reset_password(self, email: str, password: str) -> Account:
        """Give an account a new password by an operator's command, and end its sessions."""
        known = self._transactor.fleets.index(Accounts).of(checked_email(email))
        if known is None:
            raise NotFound(f'there is no account for {email[:80]!r}')
        hashed = await self._hasher.hash(checked_password(password, context=(known.email, known.name)))

        def decide(tx: Transaction) -> Account:
            account = tx.need(Account, INSTALLATION, known.id)
            return give_password(tx, self._access, account, hashed, 'got a new password')

        return await self._transactor.transact(decide, actor=operator(INSTALLATION))

    async def _renewed(self, account: Account, password: str) -> str | None:
        """The password that was just proven, with the costs of today; see decision 13 for when and why it is in no journal."""
        if account.password_hash is None or not self._hasher.is_outdated(account.password_hash):
            return None
        return await self._hasher.hash(password)

    async def _begin(self, account: Account | None, typed: str, browser: Browser) -> Guess:
        known = self._known.knows(account.id if account is not None else '', browser)
        try:
            return await self._throttle.begin(Aim.PASSWORD, typed, address=browser.address, known=known)
        except TooMany as refusal:
            if refusal.news:
                refuse_sign_in(self._transactor, account, browser, refusal.detail)
            raise


def has_same_password(one: Account, other: Account) -> bool:
    """True unless another password was set between the two. The hash of one and the same may be made anew at any sign-in, which is no new
    version of the account."""
    return one.password_hash == other.password_hash or one.version == other.version


def new_account(tx: Transaction, email: str, name: str, password_hash: str) -> Account:
    """A new account with a password, inside a decision; ``Conflict`` when there is one."""
    if any(account.email == email for account in tx.all(Account, INSTALLATION)):
        raise Conflict(f'there is an account for {email}', field='email')
    account = Account(
        id=new_id(),
        email=email,
        name=name,
        created_at=tx.now,
        password_hash=password_hash,
        password_at=tx.now,
    )
    tx.put(account)
    return account


def give_password(
    tx: Transaction, access: AccessService, account: Account, password_hash: str, told: str, *, but: str = ''
) -> Account:
    """Let a new password count, inside a decision: every session of the account ends but one; the journals of its enterprises say so."""
    account = replace(account, password_hash=password_hash, password_at=tx.now, version=account.version + 1)
    tx.put(account)
    access.end_all(tx, account.id, 'the password was changed', but=but)
    note_account(tx, account, told)
    return account
