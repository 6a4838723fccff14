"""One-time links: made here, told once, kept as digests."""

from dataclasses import replace

from domain.access import EVERYWHERE, Actor, Permission, Role, Scope
from domain.draft import Draft
from domain.enterprises import INSTALLATION
from domain.errors import Conflict, NotFound
from domain.ids import new_id
from domain.journal import LinkIssued, LinkWithdrawn, PersonInvited, Subject
from domain.people import Account, Link, LinkKind, Person
from domain.road import Road
from domain.secrets import digest, new_secret
from domain.services.access import memberships
from domain.services.accounts import checked_email
from domain.services.people import check_not_above, checked_scope
from domain.text import clean_line

INVITATION_S = 7 * 86_400
RESET_S = 86_400


class LinkService:
    """Issues links and takes them back."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

    async def invite(
        self, actor: Actor, email: str, name: str, role: Role, scope: Scope = EVERYWHERE
    ) -> tuple[Link, str]:
        """An invitation to become that in the actor's enterprise, and its secret."""
        actor.require(Permission.PEOPLE_WRITE)
        scope = checked_scope(role, scope)
        check_not_above(actor, role, scope)
        email, name, secret = checked_email(email), clean_line(name, 'name', most=80), new_secret('cwl')

        def decide(draft: Draft) -> Link:
            account = next((one for one in draft.all(Account, INSTALLATION) if one.email == email), None)
            if account and any(person.enterprise == actor.enterprise for person in memberships(draft, account)):
                raise Conflict(f'{email} belongs to this enterprise', field='email')
            link = _link(draft, actor, LinkKind.INVITATION, secret, INVITATION_S)
            link = replace(link, email=email, name=name, role=role, scope=scope)
            draft.put(link)
            subject = Subject('link', link.id, name)
            draft.note(
                PersonInvited(
                    at=draft.now, enterprise=link.enterprise, subject=subject, by=actor.name, email=email, role=role
                )
            )
            return link

        return await self._road.travel(decide, actor=actor), secret

    async def reset_link(self, actor: Actor, person_id: str) -> tuple[Link, str]:
        """A link with which somebody sets a new password, and its secret."""
        actor.require(Permission.PEOPLE_WRITE)
        secret = new_secret('cwl')

        def decide(draft: Draft) -> Link:
            person = draft.need(Person, actor.enterprise, person_id)
            link = replace(_link(draft, actor, LinkKind.RESET, secret, RESET_S), account=person.account)
            draft.put(link)
            subject = Subject('person', person.id, person.name)
            draft.note(
                LinkIssued(
                    at=draft.now, enterprise=link.enterprise, subject=subject, by=actor.name, kind=LinkKind.RESET
                )
            )
            return link

        return await self._road.travel(decide, actor=actor), secret

    async def withdraw(self, actor: Actor, link_id: str) -> None:
        """Take a link back: it opens nothing any more."""
        actor.require(Permission.PEOPLE_WRITE)

        def decide(draft: Draft) -> None:
            link = draft.find(Link, actor.enterprise, link_id)
            if link is None or link.spent_at is not None:
                raise NotFound('this invitation was accepted or withdrawn meanwhile')
            draft.put(replace(link, spent_at=draft.now))
            subject = Subject('link', link.id, link.name or link.email)
            draft.note(
                LinkWithdrawn(at=draft.now, enterprise=link.enterprise, subject=subject, by=actor.name, kind=link.kind)
            )

        await self._road.travel(decide, actor=actor)


def _link(draft: Draft, actor: Actor, kind: LinkKind, secret: str, lasts_s: float) -> Link:
    return Link(
        id=new_id(),
        enterprise=actor.enterprise,
        kind=kind,
        digest=digest(secret).hex(),
        created_at=draft.now,
        expires_at=draft.now + lasts_s,
        by=actor.name,
    )
