"""What an operator's command does with accounts: a person who can run it on the server may do everything, and all of it is recorded."""

from dataclasses import replace

from domain.access.actors import operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope, checked_scope
from domain.accounts.emails import checked_email
from domain.accounts.live import Accounts
from domain.accounts.memberships import memberships, note_account
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound
from domain.people.service import PeopleService
from domain.sign_in.authentication import AccessService
from domain.sign_in.second_factor import without


class OperatorService:
    """Admits people, suspends and restores accounts."""

    def __init__(self, *, transactor: Transactor, access: AccessService, people: PeopleService) -> None:
        self._transactor = transactor
        self._access = access
        self._people = people

    def account(self, email: str) -> Account:
        """The account of that address, or ``NotFound``."""
        account = self._transactor.fleets.index(Accounts).of(checked_email(email))
        if account is None:
            raise NotFound(f'there is no account for {email[:80]!r}')
        return account

    async def admit(self, account: Account, enterprise: str, role: Role, scope: Scope = EVERYWHERE) -> Person:
        """Make a person who has an account a member too; their password stays. ``Conflict`` for a member."""
        scope = checked_scope(role, scope)

        def decide(tx: Transaction) -> Person:
            return self._people.join(tx, tx.need(Account, INSTALLATION, account.id), enterprise, role, scope=scope)

        return await self._transactor.transact(decide, actor=operator(enterprise))

    async def forget_second_factor(self, account: Account) -> None:
        """For a person who lost the app and the recovery codes."""
        await self._transactor.transact(
            lambda tx: without(tx, tx.need(Account, INSTALLATION, account.id)), actor=operator(INSTALLATION)
        )

    async def suspend(self, account: Account, *, last: bool = False) -> None:
        """Let an account in no more, and end its sessions at once; its tokens open nothing either.

        Raises ``Conflict`` when no other person could manage an enterprise or the installation afterwards, unless ``last`` says so.
        """

        def decide(tx: Transaction) -> None:
            now = tx.need(Account, INSTALLATION, account.id)
            if now.suspended_at is not None:
                raise Conflict(f'{now.email} is disabled already')
            if not last and (left := self._left_alone(tx, now)):
                raise Conflict(
                    f'{now.email} is the last {" and the last ".join(left)}: nobody could manage it any more; '
                    'appoint another person first, or add --last'
                )
            tx.put(replace(now, suspended_at=tx.now, version=now.version + 1))
            self._access.end_all(tx, now.id, 'the account was disabled')
            note_account(tx, now, 'was disabled')

        await self._transactor.transact(decide, actor=operator(INSTALLATION))

    async def restore(self, account: Account) -> None:
        """Let an account in again. ``Conflict`` when it is not disabled."""
        if account.suspended_at is None:
            raise Conflict(f'{account.email} is not disabled')

        def decide(tx: Transaction) -> None:
            now = tx.need(Account, INSTALLATION, account.id)
            now = replace(now, suspended_at=None, version=now.version + 1)
            tx.put(now)
            note_account(tx, now, 'was enabled again')

        await self._transactor.transact(decide, actor=operator(INSTALLATION))

    def _left_alone(self, tx: Transaction, account: Account) -> list[str]:
        """What would be left without one: the installation without an owner, enterprises without an admin."""
        others = {each.id: each for each in tx.all(Account, INSTALLATION) if each.suspended_at is None}
        others.pop(account.id, None)
        left = []
        if account.owner and not any(other.owner for other in others.values()):
            left.append('owner of the installation')
        for person in memberships(tx, account):
            members = [each for each in tx.all(Person, person.enterprise) if each.disabled_at is None]
            admins = {each.account for each in members if each.role is Role.ADMIN}
            if person.role is Role.ADMIN and not admins & others.keys():
                left.append(f'admin of {tx.fleet(person.enterprise).enterprise.name}')
        return left
