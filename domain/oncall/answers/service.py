"""Makes the links that go out with messages to one person, and takes the alert when one comes back.

A link acts as its person, with what that person may do at the moment of use and no more. It is asked again inside the decision, since
two presses may come at once.
"""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION, Enterprise
from domain.access.permissions import Permission
from domain.accounts.model import Account, Person, PersonKind
from domain.alerts.acknowledging import acknowledge_alert
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.kinds import KINDS
from domain.channels.model import Channel
from domain.channels.telling import Due
from domain.common.errors import DomainError
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.fleet.scoped import ScopedFleet
from domain.oncall.answers.events import AlertAnsweredByLink
from domain.oncall.answers.live import AnswerDigests
from domain.oncall.answers.model import Answerable, AnswerLink, AnswerState
from domain.triage.assigning import assigned

LASTS_S = 12 * 3600.0
"""A night: an alert that nobody has taken by then is told anew to the people of the next shift."""
KEPT_S = 7 * 86_400.0
"""For so long after its end a link says why it does nothing."""
PATH = '/answer/'


class _Refused(Exception):
    """The link does nothing; says how it stands."""

    def __init__(self, found: Answerable) -> None:
        super().__init__(found.state)
        self.found = found


class AnswerService:
    """``public_url`` is the address of this console: without it no message can lead anywhere."""

    def __init__(self, *, transactor: Transactor, public_url: str = '') -> None:
        self._transactor = transactor
        self._base = public_url.rstrip('/')

    async def link_for(self, one: Due) -> str:
        """The address that acknowledges, for this attempt; empty where none may go out: to a channel that several people read, of an
        alert that is over or acknowledged, in an enterprise that does not allow it."""
        delivery, said = one.delivery, one.delivery.announcement
        enterprise = delivery.enterprise
        reaches_one = bool(delivery.recipient) and KINDS[one.channel.kind].reaches_one(delivery.address)
        is_allowed = self._transactor.fleets.of(enterprise).enterprise.links_answer
        if not (self._base and reaches_one and is_allowed and said.alert) or said.is_over:
            return ''
        secret = new_secret('cwa')

        def decide(tx: Transaction) -> str:
            alert = tx.find(Alert, enterprise, said.alert)
            if alert is None or not alert.is_open or alert.acknowledged_at is not None:
                return ''
            tx.put(
                AnswerLink(
                    id=new_id(),
                    enterprise=enterprise,
                    digest=digest(secret).hex(),
                    alert=alert.id,
                    person=delivery.recipient,
                    channel=one.channel.id,
                    created_at=tx.now,
                    expires_at=tx.now + LASTS_S,
                )
            )
            return f'{self._base}{PATH}{secret}'

        return await self._transactor.transact(decide, enterprise)

    def look(self, secret: str) -> Answerable:
        """What the link can do now; nothing is changed by looking."""
        link = self._transactor.fleets.index(AnswerDigests).of(digest(secret).hex())
        if link is None:
            return Answerable(AnswerState.UNKNOWN)
        fleets = self._transactor.fleets
        person = fleets.of(link.enterprise).find(Person, link.person)
        account = fleets.installation[Account].get(person.account) if person is not None else None
        alert = fleets.of(link.enterprise).find(Alert, link.alert)
        if person is not None and alert is not None and person.scope:
            alert = fleets.seen_by(person.actor()).shown(alert)
        enterprise = fleets.of(link.enterprise).enterprise
        return _standing(link, enterprise, person, account, alert, self._transactor.clock())

    async def answer(self, secret: str, address: str) -> Answerable:
        """The person of the link has the alert, and it is acknowledged; the link is used up, as are their others of it. ``USED`` is what
        a second press finds; the answer to the first is ``OPEN``, with the alert as it is then."""
        link = self._transactor.fleets.index(AnswerDigests).of(digest(secret).hex())
        before = self.look(secret)
        if link is None or before.state is not AnswerState.OPEN:
            return before
        person = self._transactor.fleets.of(link.enterprise)[Person][link.person]

        def decide(tx: Transaction) -> Answerable:
            found, actor, alert = _ready(tx, link, address)
            seen, entry = acknowledge_alert(tx, alert, actor.name)
            tx.note(entry)
            after, entry = assigned(tx, seen, actor.id, actor.name)
            tx.note(entry)
            after = replace(after, changed_at=tx.now, version=alert.version + 1)
            tx.put(after)
            for other in list(tx.all(AnswerLink, link.enterprise)):
                if (other.alert, other.person) == (link.alert, link.person) and other.used_at is None:
                    tx.put(replace(other, used_at=tx.now))
            channel = tx.find(Channel, link.enterprise, link.channel)
            by_link = AlertAnsweredByLink(
                **tx.about(alert, actor.name),
                alert=alert.id,
                problem=alert.problem,
                channel=channel.name if channel is not None else '',
            )
            tx.note(by_link)
            return replace(found, alert=after)

        try:
            return await self._transactor.transact(decide, link.enterprise, actor=person.actor(address=address))
        except _Refused as refused:
            return refused.found

    async def forget(self, enterprise: str) -> None:
        """Let go of links whose end was long ago; run by the clock."""
        before = self._transactor.clock() - KEPT_S
        rows = self._transactor.fleets.of(enterprise)[AnswerLink].values()
        old = [link.id for link in rows if link.expires_at < before]
        if not old:
            return

        def decide(tx: Transaction) -> None:
            for id in old:
                link = tx.find(AnswerLink, enterprise, id)
                if link is not None and link.ended_at is None:
                    tx.put(replace(link, ended_at=tx.now))

        await self._transactor.transact(decide, enterprise)


def _ready(tx: Transaction, link: AnswerLink, address: str) -> tuple[Answerable, Actor, Alert]:
    """The link, its person and its alert, as this group leaves them; raises when it does nothing any more."""
    kept = tx.find(AnswerLink, link.enterprise, link.id)
    person = tx.find(Person, link.enterprise, link.person)
    account = tx.find(Account, INSTALLATION, person.account) if person is not None and person.account else None
    alert = tx.find(Alert, link.enterprise, link.alert)
    if person is not None and alert is not None and person.scope:
        alert = ScopedFleet(tx.fleet(link.enterprise), person.scope).shown(alert)
    enterprise = tx.need(Enterprise, link.enterprise, link.enterprise)
    found = _standing(kept or link, enterprise, person, account, alert, tx.now)
    if found.state is not AnswerState.OPEN or person is None:
        raise _Refused(found)
    return found, person.actor(address=address), tx.need(Alert, link.enterprise, link.alert)


def _standing(
    link: AnswerLink,
    enterprise: Enterprise,
    person: Person | None,
    account: Account | None,
    alert: Alert | None,
    now: float,
) -> Answerable:
    """``alert`` as the person sees it, ``None`` when it is over or out of their sight."""
    if not enterprise.links_answer:
        return Answerable(AnswerState.OFF)
    if person is None or not _may_answer(person, account):
        return Answerable(AnswerState.NOT_ALLOWED)
    told = Answerable(AnswerState.OPEN, alert, enterprise.name, person.name)
    if alert is None or not alert.is_open:
        return replace(told, state=AnswerState.OVER, alert=None)
    if link.used_at is not None:
        return replace(told, state=AnswerState.USED)
    if link.expires_at <= now or link.ended_at is not None:
        return replace(told, state=AnswerState.EXPIRED)
    if alert.acknowledged_at is not None:
        return replace(told, state=AnswerState.TAKEN)
    return told


def _may_answer(person: Person, account: Account | None) -> bool:
    is_in = person.disabled_at is None and (account is None or account.suspended_at is None)
    try:
        person.actor().require(Permission.ALERTS_WRITE)
    except DomainError:
        return False
    return is_in and person.kind is PersonKind.PERSON
