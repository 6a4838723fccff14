"""Who belongs to an enterprise, and as what."""

from domain.access import EVERYWHERE, Role, Scope
from domain.draft import Draft
from domain.errors import Conflict
from domain.ids import new_id
from domain.journal import PersonAdded
from domain.passwords import checked_password
from domain.people import Account, Person
from domain.road import Road
from domain.services.access import AccessService, memberships, subject_of
from domain.services.accounts import Hasher, checked_email, new_account
from domain.text import clean_line


class PeopleService:
    """Memberships of an enterprise; accounts are made on the way where there is none."""

    def __init__(self, *, road: Road, access: AccessService, hasher: Hasher) -> None:
        self._road = road
        self._access = access
        self._hasher = hasher

    async def add(
        self, enterprise: str, email: str, name: str, role: Role, password: str, *, scope: Scope = EVERYWHERE
    ) -> Person:
        """A person with a local account, new or not, by an operator's command. ``Conflict`` when they belong here already,

        or when an account of theirs exists: its password is its owner's alone.
        """
        email = checked_email(email)
        name = clean_line(name, 'name', most=80)
        fleet = self._road.fleets.of(enterprise)
        known = (email, name, fleet.enterprise.name)
        hashed = await self._hasher.hash(checked_password(password, context=known))

        def decide(draft: Draft) -> Person:
            draft.fleet(enterprise)
            account = new_account(draft, email, name, hashed)
            return self.join(draft, account, enterprise, role, scope=scope)

        return await self._road.travel(decide)

    def join(
        self,
        draft: Draft,
        account: Account,
        enterprise: str,
        role: Role,
        *,
        scope: Scope = EVERYWHERE,
        provider: str = '',
        through: str = '',
    ) -> Person:
        """Make an account a member, inside a decision; ``Conflict`` when it is one."""
        draft.fleet(enterprise)
        if any(person.enterprise == enterprise for person in memberships(draft, account)):
            raise Conflict(f'{account.email} belongs to this enterprise', field='email')
        person = Person(
            id=new_id(),
            enterprise=enterprise,
            account=account.id,
            email=account.email,
            name=account.name,
            role=role,
            created_at=draft.now,
            scope=scope,
            provider=provider,
        )
        draft.put(person)
        subject = subject_of(person)
        draft.note(PersonAdded(at=draft.now, enterprise=enterprise, subject=subject, role=role, through=through))
        return person
