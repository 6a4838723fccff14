"""Every kind the store keeps, its table, and which of its rows are live."""

from typing import Any

from domain.alerts import Alert
from domain.commands import OPEN_STATES, Command
from domain.enterprises import Enterprise
from domain.locks import Lock
from domain.people import Account, Guesses, Identity, Link, Person
from domain.policies import Policy
from domain.sessions import Session
from domain.tokens import Credential, Token
from domain.towers import CheckResult, CheckState, Tower, TowerState
from domain.violations import Violation
from persistence.devices import device_table, state_table
from persistence.models import access, devices, policies, towers
from persistence.sharing import Pool
from persistence.tables import Table, reader, target, writer

OPEN = ', '.join(sorted(f"'{state.value}'" for state in OPEN_STATES))
RESULTS = target(towers.CheckResultRow, without=('id',))
_RENAMED = {'check_id': 'check'}  # CHECK is a word of SQL
result_row = writer(CheckResult, RESULTS.columns, _RENAMED)
read_result = reader(CheckResult, RESULTS.columns, _RENAMED)

_OF_LIVE_DEVICE = 'EXISTS (SELECT 1 FROM device d WHERE d.id = t.id AND d.retired_at IS NULL)'
_OF_LIVE_TOWER = 'EXISTS (SELECT 1 FROM tower w WHERE w.id = t.{} AND w.retired_at IS NULL)'

IS_OPEN: dict[type, str] = {
    Violation: 't.cleared_at IS NULL',
    Command: f't.state IN ({OPEN})',
    Alert: 't.cleared_at IS NULL',
}
"""The kinds that are opened and closed, and the condition of being open."""


def tables(pool: Pool, lines: str) -> dict[type, Table[Any]]:
    """The table of every kind in ``domain.store.KINDS``; ``lines`` is the database's :attr:`persistence.writers.Writer.lines`."""
    every: tuple[Table[Any], ...] = (
        Table(Enterprise, access.EnterpriseRow),
        Table(Account, access.AccountRow),
        Table(Identity, access.IdentityRow),
        Table(Guesses, access.GuessesRow),
        Table(Link, access.LinkRow, live='t.spent_at IS NULL'),
        Table(Person, access.PersonRow, live='t.disabled_at IS NULL'),
        Table(Session, access.SessionRow, live='t.ended_at IS NULL'),
        Table(Token, access.TokenRow, live='t.revoked_at IS NULL'),
        Table(Credential, access.CredentialRow, live=f't.revoked_at IS NULL AND {_OF_LIVE_DEVICE}'),
        Table(Policy, policies.PolicyRow, live='t.retired_at IS NULL'),
        Table(Tower, towers.TowerRow, live='t.retired_at IS NULL'),
        Table(TowerState, towers.TowerStateRow, live=_OF_LIVE_TOWER.format('id')),
        Table(CheckState, towers.CheckStateRow, live=_OF_LIVE_TOWER.format('tower')),
        device_table(pool),
        state_table(pool, lines),
        Table(Lock, devices.LockRow, live='t.ended_at IS NULL'),
        Table(Violation, policies.ViolationRow, live=IS_OPEN[Violation]),
        Table(Command, policies.CommandRow, live=IS_OPEN[Command]),
        Table(Alert, policies.AlertRow, live=IS_OPEN[Alert]),
    )
    return {table.kind: table for table in every}
