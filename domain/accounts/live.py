"""Accounts and what they are to which enterprise, before the enterprise is known."""

from collections.abc import Mapping
from typing import Any

from domain.accounts.model import Account, Person
from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Kind, SharedIndex

_NONE: Mapping[str, Person] = {}


class Accounts(SharedIndex):
    """Accounts by e-mail address (in lower case)."""

    def __init__(self, fleets: Fleets) -> None:
        self._accounts = fleets.installation[Account]
        self._ids: dict[str, str] = {}

    def moved(self, before: Account | None, after: Account | None) -> None:
        """Follow an account."""
        if after is not None:
            self._ids[after.email] = after.id

    def of(self, email: str) -> Account | None:
        """The account with this address."""
        return self._accounts.get(self._ids.get(email, ''))


class Memberships(SharedIndex):
    """What an account is, by enterprise."""

    def __init__(self, fleets: Fleets) -> None:
        self._by_account: dict[str, dict[str, Person]] = {}

    def moved(self, before: Person | None, after: Person | None) -> None:
        """Follow a person."""
        if before is not None and before.account:
            known = self._by_account.get(before.account, {})
            if (person := known.get(before.enterprise)) is not None and person.id == before.id:
                del known[before.enterprise]
        if after is not None and after.account:
            self._by_account.setdefault(after.account, {})[after.enterprise] = after

    def of(self, account: str) -> Mapping[str, Person]:
        """The account's memberships."""
        return self._by_account.get(account, _NONE)


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=Account, shared=(Accounts,)),
    Kind(of=Person, has_ended=lambda person: person.disabled_at is not None, shared=(Memberships,)),
)
