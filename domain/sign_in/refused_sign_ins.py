"""Refused sign-ins, written down."""

from domain.access.enterprises import INSTALLATION
from domain.accounts.live import Memberships
from domain.accounts.memberships import subject_of
from domain.accounts.model import Account
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.journal.model import Subject
from domain.sign_in.events import SignInRefused
from domain.sign_in.model import Browser


def refuse_sign_in(transactor: Transactor, account: Account | None, browser: Browser, because: str) -> None:
    """Write down that a sign-in was refused, without waiting for it, which would give away whether the account exists."""
    moment, address = transactor.clock(), browser.address[:64]
    places = list(transactor.fleets.index(Memberships).of(account.id).values()) if account else []
    subjects = [(person.enterprise, subject_of(person)) for person in places]
    if not subjects:
        subjects = [(INSTALLATION, Subject('person', '', 'unknown person'))]
        because = because if account is not None else f'{because}, no such account'

    def decide(tx: Transaction) -> None:
        for enterprise, subject in subjects:
            tx.note(SignInRefused(at=moment, enterprise=enterprise, subject=subject, address=address, because=because))

    transactor.post(decide)
