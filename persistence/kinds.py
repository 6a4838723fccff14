"""Every kind the store keeps, its table, and which of its rows are live."""

from typing import Any

from domain.access.enterprises import Enterprise
from domain.accounts.model import Account, Person
from domain.alerts.model import Alert
from domain.checks.model import CheckState
from domain.enforcement.model import OPEN_STATES, Command, Lock
from domain.enrolment.model import Credential
from domain.people.model import Link
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.sign_in.model import Guesses, Identity, Session
from domain.tokens.model import Token
from domain.towers.model import Tower, TowerState
from persistence import towers
from persistence.accounts import AccountRow, EnterpriseRow, PersonRow
from persistence.alerts import AlertRow
from persistence.devices import device_table, state_table
from persistence.enforcement import CommandRow, LockRow
from persistence.engine.interning import Interner
from persistence.engine.rows import Table
from persistence.enrolment import CredentialRow
from persistence.people import LinkRow
from persistence.policies import PolicyRow, ViolationRow
from persistence.sign_in import GuessesRow, IdentityRow, SessionRow
from persistence.tokens import TokenRow

OPEN = ', '.join(sorted(f"'{state.value}'" for state in OPEN_STATES))


_OF_LIVE_DEVICE = 'EXISTS (SELECT 1 FROM device d WHERE d.id = t.id AND d.retired_at IS NULL)'


_OF_LIVE_TOWER = 'EXISTS (SELECT 1 FROM tower w WHERE w.id = t.{} AND w.retired_at IS NULL)'


IS_OPEN: dict[type, str] = {
    Violation: 't.cleared_at IS NULL',
    Command: f't.state IN ({OPEN})',
    Alert: 't.cleared_at IS NULL',
}
"""The kinds that are opened and closed, and the condition of being open."""


def tables(pool: Interner, lines: str) -> dict[type, Table[Any]]:
    """The table of every kind in ``domain.kinds.KINDS``; ``lines`` is the database's :attr:`persistence.engine.writer.Writer.lines`."""
    every: tuple[Table[Any], ...] = (
        Table(Enterprise, EnterpriseRow),
        Table(Account, AccountRow),
        Table(Identity, IdentityRow),
        Table(Guesses, GuessesRow),
        Table(Link, LinkRow, live='t.spent_at IS NULL'),
        Table(Person, PersonRow, live='t.disabled_at IS NULL'),
        Table(Session, SessionRow, live='t.ended_at IS NULL'),
        Table(Token, TokenRow, live='t.revoked_at IS NULL'),
        Table(Credential, CredentialRow, live=f't.revoked_at IS NULL AND {_OF_LIVE_DEVICE}'),
        Table(Policy, PolicyRow, live='t.retired_at IS NULL'),
        Table(Tower, towers.TowerRow, live='t.retired_at IS NULL', forms=towers.FORMS),
        Table(TowerState, towers.TowerStateRow, live=_OF_LIVE_TOWER.format('id')),
        Table(CheckState, towers.CheckStateRow, live=_OF_LIVE_TOWER.format('tower')),
        device_table(pool),
        state_table(pool, lines),
        Table(Lock, LockRow, live='t.ended_at IS NULL'),
        Table(Violation, ViolationRow, live=IS_OPEN[Violation]),
        Table(Command, CommandRow, live=IS_OPEN[Command]),
        Table(Alert, AlertRow, live=IS_OPEN[Alert]),
    )
    return {table.kind: table for table in every}
