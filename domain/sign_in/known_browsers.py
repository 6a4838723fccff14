"""Browsers that have signed in to an account before (OWASP: device cookies): guesses from elsewhere do not slow them down."""

from domain.access.enterprises import INSTALLATION
from domain.accounts.model import Account
from domain.changes.transactor import Transactor
from domain.common.sealing import Seal
from domain.sign_in.model import Browser

KNOWN_S = 90 * 86_400
"""How long a browser counts as known after it was used to sign in."""


class KnownBrowsers:
    """A known browser keeps a sealed mark of the account and its password's age; after a new password none is known any more."""

    def __init__(self, *, transactor: Transactor, seal: Seal) -> None:
        self._transactor = transactor
        self._seal = seal

    def mark(self, account: str) -> str:
        """What the browser is to keep; it opens nothing."""
        return self._seal.seal(self._text(account))

    def knows(self, account: str, browser: Browser) -> bool:
        """True when the browser shows a mark of this account; an account that does not exist has no marks."""
        mark = self._seal.open(browser.known, within_s=KNOWN_S)
        return mark is not None and mark == self._text(account)

    def _text(self, id: str) -> str:
        account = self._transactor.fleets.of(INSTALLATION).find(Account, id)
        return f'{id} {account.password_at if account is not None else 0}'
