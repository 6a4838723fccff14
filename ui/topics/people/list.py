"""The people of an enterprise."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from domain.access.scopes import words
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account, Person, PersonKind
from domain.channels.marks import is_marked
from domain.channels.model import BouncingAddress
from domain.fleet.fleets import Fleets
from domain.sign_in.events import IdentityForgotten, IdentityLinked, SessionEnded, SignedIn, SignedOut
from domain.sign_in.live import Sessions
from domain.sign_in.model import Identity, Session
from ui.live.channel import News
from ui.topics.people.service_accounts import MOST_LOOKED_UP, ROLE_ORDER
from ui.topics.window import ListTopic


class PeopleTopic(ListTopic):
    """Everybody who signs in here, by name; accounts and identities are the installation's."""

    kinds = (Person, Session, BouncingAddress)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'email', 'mail', 'active_at', 'state')} | {
        'role': 'order'
    }
    filters = ('role', 'state')
    searched = ('name', 'email')
    default = 'name'

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._fleets = fleets
        self._here: dict[str, float] = {}
        """When each person was last here, as far as it is known."""

    async def open(self) -> None:
        """Look up when those who have no session were last here."""
        here = {session.person for session in self._fleets.index(Sessions).open.values()}
        enterprise = self.fleet.enterprise.id
        absent = [one.id for one in self._members() if one.id not in here]
        for person_id in absent[:MOST_LOOKED_UP]:
            self._seen(
                recorded.entry
                for recorded in await self.store.journal_before(enterprise, None, 20, subject=('person', person_id))
            )

    def _seen(self, entries: Iterable[Any]) -> None:
        for entry in entries:
            if isinstance(entry, SignedIn | SignedOut):
                self._here[entry.subject.id] = max(entry.at, self._here.get(entry.subject.id, 0.0))

    def _members(self) -> Iterator[Person]:
        return (person for person in self.fleet[Person].values() if person.kind is PersonKind.PERSON)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per person."""
        identities: dict[str, list[str]] = {}
        for identity in self._fleets.installation[Identity].values():
            identities.setdefault(identity.account, []).append(identity.provider)
        for session in self._fleets.index(Sessions).open.values():
            if session.enterprise == self.fleet.enterprise.id and not session.pending:
                self._here[session.person] = max(session.seen_at, self._here.get(session.person, 0.0))
        marks = self.fleet[BouncingAddress].values()
        back = {one.recipient for one in marks if one.recipient and is_marked(one, self.clock())}
        for person in self._members():
            account = self._fleets.installation[Account].get(person.account)
            if account is not None:
                yield {
                    'id': person.id,
                    'name': person.name,
                    'email': person.email,
                    'mail': 'Mail comes back' if person.id in back else None,
                    'role': person.role,
                    'order': ROLE_ORDER[person.role],
                    'scope': words(person.scope),
                    'door': _door(account, identities.get(account.id, [])),
                    'two_step': account.totp is not None,
                    'active_at': self._here.get(person.id),
                    'state': 'suspended' if account.suspended_at is not None else 'active',
                    'managed': person.provider,
                    'local': account.password_hash is not None,
                }

    def concerned(self, news: News) -> bool:
        """True also when one of their accounts was changed, which their journal here tells."""
        entries = [recorded.entry for recorded in news.entries]
        self._seen(entries)
        changed = any(
            isinstance(entry, AccountChanged | IdentityLinked | IdentityForgotten | SignedOut | SessionEnded)
            for entry in entries
        )
        return super().concerned(news) or changed


def _door(account: Account, providers: list[str]) -> str:
    """How the person signs in."""
    auth = ['Password'] if account.password_hash is not None else []
    return ', '.join(auth + sorted(set(providers))) or 'No way yet'
