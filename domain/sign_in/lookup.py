"""Sessions, as they will be after what was decided so far."""

from domain.changes.transaction import Transaction
from domain.sign_in.live import Sessions
from domain.sign_in.model import Session


def session_of(tx: Transaction, id: str) -> Session | None:
    """The session, ended ones of this group too."""
    pending: Session | None = tx.rows(Session).get(id)
    return pending or tx.fleets.index(Sessions).open.get(id)


def open_sessions(tx: Transaction, account: str) -> list[Session]:
    """An account's open sessions."""
    rows = {session.id: session for session in tx.fleets.index(Sessions).of(account)}
    rows |= tx.rows(Session)
    return [session for session in rows.values() if session.account == account and session.ended_at is None]
