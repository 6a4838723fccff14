"""Who belongs to an enterprise, and as what."""

from dataclasses import replace

from domain.access.actors import Actor, granted, operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope, checked_scope
from domain.accounts.emails import checked_email
from domain.accounts.memberships import membership_changes, memberships, subject_of
from domain.accounts.model import Account, Person, PersonKind
from domain.accounts.passwords import checked_password
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.text import clean_line, folded
from domain.common.versions import check_version
from domain.people.events import PersonAdded, PersonChanged
from domain.people.offboarding import leave
from domain.sign_in.authentication import AccessService
from domain.sign_in.local_accounts import Hasher, new_account


class PeopleService:
    """Memberships of an enterprise; accounts are made on the way where there is none."""

    def __init__(self, *, transactor: Transactor, access: AccessService, hasher: Hasher) -> None:
        self._transactor = transactor
        self._access = access
        self._hasher = hasher

    async def add(
        self, enterprise: str, email: str, name: str, role: Role, password: str, *, scope: Scope = EVERYWHERE
    ) -> Person:
        """A person with a local account, new or not, by an operator's command. ``Conflict`` when they belong here already,

        or when an account of theirs exists: its password is its owner's alone.
        """
        email, scope = checked_email(email), checked_scope(role, scope)
        name = clean_line(name, 'name', most=80)
        fleet = self._transactor.fleets.of(enterprise)
        known = (email, name, fleet.enterprise.name)
        hashed = await self._hasher.hash(checked_password(password, context=known))

        def decide(tx: Transaction) -> Person:
            tx.fleet(enterprise)
            account = new_account(tx, email, name, hashed)
            return self.join(tx, account, enterprise, role, scope=scope)

        return await self._transactor.transact(decide, actor=operator(enterprise))

    def join(
        self,
        tx: Transaction,
        account: Account,
        enterprise: str,
        role: Role,
        *,
        scope: Scope = EVERYWHERE,
        provider: str = '',
        through: str = '',
    ) -> Person:
        """Make an account a member, inside a decision; ``Conflict`` when it is one."""
        tx.fleet(enterprise)
        if any(person.enterprise == enterprise for person in memberships(tx, account)):
            raise Conflict(f'{account.email} belongs to this enterprise', field='email')
        person = Person(
            id=new_id(),
            enterprise=enterprise,
            account=account.id,
            email=account.email,
            name=account.name,
            role=role,
            created_at=tx.now,
            scope=scope,
            provider=provider,
        )
        tx.put(person)
        subject = subject_of(person)
        tx.note(PersonAdded(at=tx.now, enterprise=enterprise, subject=subject, role=role, through=through))
        return person

    async def change_role(
        self,
        actor: Actor,
        person_id: str,
        version: int,
        role: Role,
        scope: Scope = EVERYWHERE,
        *,
        name: str | None = None,
    ) -> Person:
        """Change the role, scope or name of a person or service account; it counts from their next action on.

        ``Conflict`` for oneself, for a person whose role an identity provider decides, and for the last administrator.
        """
        actor.require(Permission.PEOPLE_WRITE)
        scope = checked_scope(role, scope)
        called = clean_line(name, 'name', most=80) if name is not None else None

        def decide(tx: Transaction) -> Person:
            before = _editable(tx, actor, person_id, version)
            check_not_above(actor, role, scope)
            after = _called(tx, replace(before, role=role, scope=scope, version=before.version + 1), called)
            if not is_administrator(tx, after):
                _check_not_last(tx, before)
            return self._keep(tx, actor, before, after)

        return await self._transactor.transact(decide, actor=actor)

    async def rename(self, actor: Actor, person_id: str, version: int, name: str) -> Person:
        """Rename a person or service account in this enterprise."""
        actor.require(Permission.PEOPLE_WRITE)
        name = clean_line(name, 'name', most=80)

        def decide(tx: Transaction) -> Person:
            before = _editable(tx, actor, person_id, version, myself=True)
            return self._keep(tx, actor, before, _called(tx, replace(before, version=before.version + 1), name))

        return await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, person_id: str) -> Person:
        """Take a person or service account out of the enterprise: their sessions here end and their tokens are revoked."""
        actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> Person:
            person = _member(tx, actor.enterprise, person_id)
            _check_not_oneself(actor, person)
            _check_not_last(tx, person)
            return leave(tx, self._access, person, 'removed from the enterprise', by=actor.name)

        return await self._transactor.transact(decide, actor=actor)

    async def add_service(self, actor: Actor, name: str, role: Role, scope: Scope = EVERYWHERE) -> Person:
        """A service account: what a program is to the enterprise. Its tokens do what it may, and end with it."""
        actor.require(Permission.PEOPLE_WRITE)
        scope = checked_scope(role, scope)
        check_not_above(actor, role, scope)
        name = clean_line(name, 'name', most=80)

        def decide(tx: Transaction) -> Person:
            tx.fleet(actor.enterprise)
            _check_new_service(tx, actor.enterprise, name)
            person = Person(
                id=new_id(),
                enterprise=actor.enterprise,
                account='',
                email='',
                name=name,
                role=role,
                created_at=tx.now,
                scope=scope,
                kind=PersonKind.SERVICE,
            )
            tx.put(person)
            subject = subject_of(person)
            tx.note(PersonAdded(at=tx.now, enterprise=person.enterprise, subject=subject, by=actor.name, role=role))
            return person

        return await self._transactor.transact(decide, actor=actor)

    def _keep(self, tx: Transaction, actor: Actor, before: Person, after: Person) -> Person:
        changes = membership_changes(before, after)
        if not changes:
            return before
        tx.put(after)
        tx.note(
            PersonChanged(
                at=tx.now, enterprise=after.enterprise, subject=subject_of(after), by=actor.name, changes=changes
            )
        )
        return after


def is_administrator(tx: Transaction, person: Person) -> bool:
    """True for a person who can sign in and decide who belongs to the enterprise."""
    if person.kind is not PersonKind.PERSON or person.disabled_at is not None:
        return False
    account = tx.find(Account, INSTALLATION, person.account)
    return person.actor().may(Permission.PEOPLE_WRITE) and account is not None and account.suspended_at is None


def _member(tx: Transaction, enterprise: str, person_id: str) -> Person:
    person = tx.find(Person, enterprise, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFound('they do not belong to this enterprise any more')
    return person


def _editable(tx: Transaction, actor: Actor, person_id: str, version: int, *, myself: bool = False) -> Person:
    person = _member(tx, actor.enterprise, person_id)
    check_version(person.version, version)
    if not myself:
        _check_not_oneself(actor, person)
    if person.provider:
        raise Conflict(
            f'the groups of {person.provider} decide what {person.name} is here; change their groups there, or remove them'
        )
    return person


def _called(tx: Transaction, person: Person, name: str | None) -> Person:
    if name is None:
        return person
    if person.kind is PersonKind.SERVICE and folded(person.name) != folded(name):
        _check_new_service(tx, person.enterprise, name)
    return replace(person, name=name)


def _check_not_oneself(actor: Actor, person: Person) -> None:
    if person.id == actor.id:
        raise Conflict('this is you; let another administrator do it, so that nobody locks themselves out by accident')


def check_not_above(actor: Actor, role: Role, scope: Scope) -> None:
    """No actor gives more permissions than it has: a program with ``people:write`` alone does not come by a wipe through another."""
    if not granted(role, scope) <= actor.permissions:
        raise NotAllowed(f'{actor.name} may not do all that {role} includes, and so cannot give it')


def is_last_administrator(tx: Transaction, person: Person) -> bool:
    """True when without this person no other could decide who belongs to the enterprise."""
    return is_administrator(tx, person) and not any(
        is_administrator(tx, other) for other in tx.all(Person, person.enterprise) if other.id != person.id
    )


def _check_not_last(tx: Transaction, person: Person) -> None:
    if is_last_administrator(tx, person):
        raise Conflict(
            f'{person.name} is the last administrator of this enterprise; make another person an administrator first'
        )


def _check_new_service(tx: Transaction, enterprise: str, name: str) -> None:
    for other in tx.all(Person, enterprise):
        is_service = other.kind is PersonKind.SERVICE and other.disabled_at is None
        if is_service and folded(other.name) == folded(name):
            raise Conflict(f'there is a service account named {other.name}', field='name')
