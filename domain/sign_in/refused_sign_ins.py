"""Refused sign-ins, written down."""

from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import subject_of
from domain.accounts.model import Account
from domain.changes.transaction import Draft
from domain.changes.transactor import Road
from domain.journal.model import Subject
from domain.sign_in.events import SignInRefused
from domain.sign_in.model import Browser


def refuse_sign_in(road: Road, account: Account | None, browser: Browser, because: str) -> None:
    """Write down that somebody was not let in, without waiting for it, which would tell whether the account exists."""
    moment, address = road.clock(), browser.address[:64]
    places = list(road.fleets.memberships(account.id).values()) if account else []
    subjects = [(person.enterprise, subject_of(person)) for person in places]
    if not subjects:
        subjects = [(INSTALLATION, Subject('person', '', 'somebody'))]
        because = because if account is not None else f'{because}, no such account'

    def decide(draft: Draft) -> None:
        for enterprise, subject in subjects:
            draft.note(
                SignInRefused(at=moment, enterprise=enterprise, subject=subject, address=address, because=because)
            )

    road.send(decide)
