"""Whether an authenticated person or program may still act at the moment at which their request is decided."""

from domain.access.actors import Actor, ActorKind
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import OWNER
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.common.errors import NotAllowed, NotSignedIn
from domain.sign_in.lookup import session_of
from domain.tokens.model import Token


def recheck(tx: Transaction, actor: Actor) -> None:
    """Raise ``NotSignedIn`` for one that has left meanwhile, ``NotAllowed`` for one that may no longer do all it could when authenticated.

    Between the two a body comes in, as slowly as its sender likes, hundreds of commands are given one after the other, and the
    database takes its time. Not ``authenticated`` are an operator on the machine and the product itself; they are not asked again.
    """
    if not actor.authenticated:
        return
    now = _program(tx, actor) if actor.kind is ActorKind.PROGRAM else _person(tx, actor)
    if not actor.permissions <= now.permissions or actor.scope.key != now.scope.key:
        raise NotAllowed(f'what {actor.name} may do was changed in this moment; nothing was done')


def _person(tx: Transaction, actor: Actor) -> Actor:
    person, session = tx.find(Person, actor.enterprise, actor.id), session_of(tx, actor.session)
    if person is None or session is None or session.ended_at is not None or not _is_let_in(tx, person):
        raise NotSignedIn('you were let in no longer when this was to be done; nothing was done')
    account = tx.find(Account, INSTALLATION, person.account)
    return person.actor().with_permissions(OWNER) if account is not None and account.owner else person.actor()


def _program(tx: Transaction, actor: Actor) -> Actor:
    token = tx.find(Token, actor.enterprise, actor.id)
    owner = tx.find(Person, actor.enterprise, token.person) if token is not None and token.person else None
    is_left = token is not None and token.person is not None and (owner is None or not _is_let_in(tx, owner))
    if token is None or is_left or token.revoked_at is not None or token.is_over(tx.now):
        raise NotSignedIn('this API token opened nothing any more when this was to be done; nothing was done')
    return token.actor(owner)


def _is_let_in(tx: Transaction, person: Person) -> bool:
    account = tx.find(Account, INSTALLATION, person.account) if person.account else None
    return person.disabled_at is None and (account is None or account.suspended_at is None)
