"""Local accounts: passwords and who may use them."""

from dataclasses import replace
from typing import Protocol

from domain.draft import Draft
from domain.enterprises import INSTALLATION
from domain.errors import Invalid, NotFound, NotSignedIn
from domain.journal import AccountChanged, SignInRefused, Subject
from domain.people import Account
from domain.road import Road
from domain.services.access import AccessService, Browser, SignedInBrowser, memberships
from domain.text import clean_line

PASSWORD_LEAST = 15
"""NIST SP 800-63B-4: 15 characters for a password that stands alone, no composition rules."""
_REFUSED = 'the e-mail address or the password is not right'


class Hasher(Protocol):
    """Turns passwords into slow hashes. Both calls take tens of milliseconds and are to be made off the event loop."""

    async def hash(self, password: str) -> str:
        """A salted hash in PHC form."""

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password belongs to the hash; takes as long for no hash at all."""


class AccountService:
    """What the owner of an account does with it, and signing in with a password."""

    def __init__(self, *, road: Road, access: AccessService, hasher: Hasher) -> None:
        self._road = road
        self._access = access
        self._hasher = hasher

    async def sign_in(self, email: str, password: str, browser: Browser) -> SignedInBrowser:
        """Open a session. A wrong account and a wrong password are refused in the same words and the same time."""
        account = self._road.fleets.account_of(email.strip().casefold())
        right = await self._hasher.verify(account.password_hash if account else None, password)
        if account is None or not right:
            self._refuse(account, browser, 'wrong password')
            raise NotSignedIn(_REFUSED)

        def decide(draft: Draft) -> SignedInBrowser:
            now = draft.find(Account, INSTALLATION, account.id)
            if now is None or now.suspended_at is not None or now.password_hash != account.password_hash:
                raise NotSignedIn(_REFUSED)  # changed while the password was being checked
            return self._access.open(draft, now, browser=browser, method='password')

        try:
            return await self._road.travel(decide)
        except NotSignedIn:
            raise NotSignedIn(_REFUSED) from None

    async def reset_password(self, email: str, password: str) -> Account:
        """Give an account a new password and end its sessions."""
        hashed = await self._hasher.hash(checked_password(password))
        known = self._road.fleets.account_of(checked_email(email))
        if known is None:
            raise NotFound(f'there is no account for {email[:80]!r}')

        def decide(draft: Draft) -> Account:
            account = draft.need(Account, INSTALLATION, known.id)
            account = replace(account, password_hash=hashed, password_at=draft.now, version=account.version + 1)
            draft.put(account)
            self._access.end_all(draft, account.id, 'the password was changed')
            self._note(draft, account, 'got a new password')
            return account

        return await self._road.travel(decide)

    def _note(self, draft: Draft, account: Account, what: str) -> None:
        """Tell every enterprise that the account belongs to."""
        for person in memberships(draft, account):
            subject = Subject('person', person.id, person.name)
            draft.note(AccountChanged(at=draft.now, enterprise=person.enterprise, subject=subject, what=what))

    def _refuse(self, account: Account | None, browser: Browser, because: str) -> None:
        """Write the refusal down without waiting for it, which would tell that the account exists."""
        moment, address = self._road.clock(), browser.address[:64]
        places = list(self._road.fleets.memberships(account.id).values()) if account else []
        refused = [
            SignInRefused(
                at=moment,
                enterprise=person.enterprise,
                subject=Subject('person', person.id, person.name),
                address=address,
                because=because,
            )
            for person in places
        ] or [
            SignInRefused(
                at=moment,
                enterprise=INSTALLATION,
                subject=Subject('person', '', 'somebody'),
                address=address,
                because='no such account' if account is None else because,
            )
        ]

        def decide(draft: Draft) -> None:
            for entry in refused:
                draft.note(entry)

        self._road.send(decide)


def checked_email(email: str) -> str:
    """An e-mail address in lower case; raises ``Invalid``."""
    email = clean_line(email, 'email', most=254).casefold()
    local, _, domain = email.rpartition('@')
    if not local or not domain or ' ' in email:
        raise Invalid('write an e-mail address such as ana@example.com', field='email')
    return email


def checked_password(password: str) -> str:
    """A password that may be used; raises ``Invalid``."""
    if not PASSWORD_LEAST <= len(password) <= 1024:
        raise Invalid(
            f'a password has {PASSWORD_LEAST} characters or more; several words make a good one', field='password'
        )
    return password
