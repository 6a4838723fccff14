"""What the groups of an identity provider make of a person: their memberships, as the provider's rules say."""

from collections.abc import Mapping
from dataclasses import replace

from domain.accounts.memberships import membership_changes, memberships, subject_of
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.people.events import AdministratorKept, PersonChanged
from domain.people.offboarding import leave
from domain.people.service import PeopleService, is_administrator, is_last_administrator
from domain.sign_in.authentication import AccessService
from domain.sign_in.providers import Claims, GroupRule, Provider


class GroupRoles:
    """Gives, changes and takes away what groups decide over; what people here gave stays theirs to change."""

    def __init__(self, *, transactor: Transactor, access: AccessService, people: PeopleService) -> None:
        self._transactor = transactor
        self._access = access
        self._people = people

    def wanted(self, provider: Provider, claims: Claims) -> dict[str, GroupRule]:
        """What the groups open, by enterprise; a rule for an enterprise that does not exist yet opens nothing."""
        by_name = {fleet.enterprise.name.casefold(): fleet.enterprise.id for fleet in self._transactor.fleets}
        wanted: dict[str, GroupRule] = {}
        for rule in provider.rules:
            is_id = self._transactor.fleets.has(rule.enterprise)
            enterprise = rule.enterprise if is_id else by_name.get(rule.enterprise.casefold())
            if enterprise is not None and rule.fits(claims.groups):
                wanted.setdefault(enterprise, rule)
        return wanted

    def reconcile(self, tx: Transaction, provider: Provider, account: Account, wanted: Mapping[str, GroupRule]) -> None:
        """Make the account's memberships what the groups say, inside a decision.

        The last administrator of an enterprise stays one, and the audit trail says so: a provider that sends other groups than
        yesterday must not leave an enterprise without a person who could mend it.
        """
        known = {person.enterprise: person for person in memberships(tx, account)}
        for enterprise, rule in wanted.items():
            person = known.get(enterprise)
            if person is None:
                told = {'provider': provider.name, 'through': provider.label}
                self._people.join(tx, account, enterprise, rule.role, scope=rule.scope, **told)
            elif person.provider == provider.name and (person.role, person.scope) != (rule.role, rule.scope):
                self._change(tx, person, rule, provider)
        for person in known.values():
            if person.provider != provider.name or person.enterprise in wanted:
                continue
            if is_last_administrator(tx, person):
                _kept(tx, person, provider)
            else:
                leave(tx, self._access, person, f'no group at {provider.label} opens this enterprise any more')

    def _change(self, tx: Transaction, person: Person, rule: GroupRule, provider: Provider) -> None:
        after = replace(person, role=rule.role, scope=rule.scope, version=person.version + 1)
        if is_last_administrator(tx, person) and not is_administrator(tx, after):
            _kept(tx, person, provider)
            return
        tx.put(after)
        tx.note(
            PersonChanged(
                at=tx.now,
                enterprise=person.enterprise,
                subject=subject_of(person),
                by=provider.label,
                changes=membership_changes(person, after),
            )
        )


def _kept(tx: Transaction, person: Person, provider: Provider) -> None:
    tx.note(
        AdministratorKept(
            at=tx.now,
            enterprise=person.enterprise,
            subject=subject_of(person),
            actor=person.actor().reference,
            provider=provider.label,
        )
    )
