"""Installation owners: who they are, and how they come into an enterprise that they have founded."""

from dataclasses import replace

from domain.access.actors import Actor, ActorKind
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotAllowed, NotFound
from domain.journal.model import Subject
from domain.people.service import PeopleService

THROUGH = 'ownership of the installation'
"""What let an owner into an enterprise, in the words of its journal."""


class OwnerService:
    """Owners appoint owners. They see no fleet until they join it, and joining is recorded in its journal."""

    def __init__(self, *, transactor: Transactor, people: PeopleService) -> None:
        self._transactor = transactor
        self._people = people

    async def set_owner(self, actor: Actor, account_id: str, owner: bool) -> Account:
        """Make a person an owner, or no longer one; ``Conflict`` for the last."""
        actor.require(Permission.INSTALLATION_WRITE)

        def decide(tx: Transaction) -> Account:
            account = tx.need(Account, INSTALLATION, account_id)
            if account.owner == owner:
                return account
            if not owner and not any(_owns(other) for other in tx.all(Account, INSTALLATION) if other.id != account.id):
                raise Conflict(
                    f'{account.name} is the last owner of the installation; make another person an owner first'
                )
            account = replace(account, owner=owner, version=account.version + 1)
            tx.put(account)
            what = 'became an owner of the installation' if owner else 'is no longer an owner of the installation'
            subject = Subject('account', account.id, account.name)
            tx.note(AccountChanged(at=tx.now, enterprise=INSTALLATION, subject=subject, by=actor.name, what=what))
            return account

        return await self._transactor.transact(decide, actor=actor)

    async def join(self, actor: Actor, enterprise: str) -> Person:
        """Become an administrator of an enterprise that one does not belong to."""
        actor.require(Permission.INSTALLATION_WRITE)
        if actor.kind is not ActorKind.PERSON:
            raise NotAllowed('only a person can join an enterprise')

        def decide(tx: Transaction) -> Person:
            myself = tx.find(Person, actor.enterprise, actor.id)
            if myself is None:
                raise NotFound('you do not belong here any more')
            account = tx.need(Account, INSTALLATION, myself.account)
            return self._people.join(tx, account, enterprise, Role.ADMIN, through=THROUGH)

        return await self._transactor.transact(decide, actor=actor)


def _owns(account: Account) -> bool:
    return account.owner and account.suspended_at is None
