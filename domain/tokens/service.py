"""Tokens: secrets that let programs and devices in, shown once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.access.actors import Actor, ActorKind, operator
from domain.access.permissions import OWNER, Permission
from domain.accounts.model import Person, PersonKind
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.bounds import COUNT
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, StepUpNeeded
from domain.common.ids import new_id
from domain.common.secrets import beginning, digest, new_secret
from domain.common.text import clean_labels, clean_line
from domain.journal.model import Subject
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import Token, TokenKind, check_scopes

TOKEN_MOST_S = 100 * 365 * 86_400
YEAR_S = 366 * 86_400
"""What people hand out lasts a year at most; for longer an operator has to say so."""


class TokenService:
    """Issue and revoke.

    Those that end in ``_for``, ``_own`` and ``_enrolment`` ask the permission table; who calls the plain ones speaks for an operator.
    """

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def issue(
        self,
        enterprise: str,
        kind: TokenKind,
        name: str,
        *,
        scopes: Sequence[Permission] = (),
        expires_in_s: float | None = None,
        uses: int | None = None,
        labels: Mapping[str, str] | None = None,
        criticality: str = '',
        approval: bool = False,
        replaces: bool = False,
        person: str | None = None,
        actor: Actor | None = None,
    ) -> tuple[Token, str]:
        """A new token and its secret, given this once. One that belongs to a ``person`` is refused more than they may do.

        Without an ``actor`` it is an operator's command.
        """
        if kind is TokenKind.API and not scopes:
            raise Invalid(f'name at least one scope: {", ".join(Permission)}', field='scopes')
        _check_bounds(expires_in_s, uses)
        secret = new_secret('cwt' if kind is TokenKind.API else 'cwe')
        name = clean_line(name, 'name', most=80)
        conferred = clean_labels(labels or {})
        issuer = actor or operator(enterprise)

        def decide(tx: Transaction) -> Token:
            tx.fleet(enterprise)
            if person is not None:
                check_scopes(_owner(tx, enterprise, person), scopes)
            token = Token(
                id=new_id(),
                enterprise=enterprise,
                kind=kind,
                name=name,
                digest=digest(secret).hex(),
                created_at=tx.now,
                scopes=tuple(sorted(set(scopes))),
                expires_at=tx.now + expires_in_s if expires_in_s is not None else None,
                uses_left=uses,
                person=person,
                created_by=issuer.name,
                labels=conferred,
                criticality=criticality,
                approval=approval,
                replaces=replaces,
                beginning=beginning(secret),
            )
            tx.put(token)
            subject = subject_of_token(token)
            names = tuple(scope.value for scope in token.scopes)
            tx.note(
                TokenIssued(at=tx.now, enterprise=enterprise, subject=subject, by=issuer.name, kind=kind, scopes=names)
            )
            return token

        return await self._transactor.transact(decide, actor=issuer), secret

    async def issue_for(
        self, actor: Actor, service: str, name: str, *, scopes: Sequence[Permission], expires_in_s: float
    ) -> tuple[Token, str]:
        """A new API token of a service account, for a year at most.

        No person gives away more than they may do themselves, and no program what outlasts its own token: a leaked one could live on.
        """
        actor.require(Permission.TOKENS_WRITE)
        owner = self._transactor.fleets.of(actor.enterprise)[Person].get(service)
        if owner is None:
            raise NotFound('this service account is not there any more')
        if owner.kind is not PersonKind.SERVICE:
            raise Conflict(f'{owner.name} is a person; make a service account for the program')
        self._check_lasts(actor, expires_in_s)
        # a person does not check in for devices, but may let a program do so
        own = actor.permissions | {Permission.CHECKINS_WRITE} if actor.kind is ActorKind.PERSON else actor.permissions
        if beyond := sorted(set(scopes) - own):
            raise NotAllowed(f'{actor.name} may not do {", ".join(beyond)}, and so cannot give it')
        return await self.issue(
            actor.enterprise, TokenKind.API, name, scopes=scopes, expires_in_s=expires_in_s, person=service, actor=actor
        )

    async def revoke_for(self, actor: Actor, token_id: str) -> None:
        """End an API token at once."""
        actor.require(Permission.TOKENS_WRITE)
        token = self._transactor.fleets.of(actor.enterprise)[Token].get(token_id)
        if token is None or token.kind is not TokenKind.API:
            raise NotFound('this token is not there any more')
        await self.revoke(actor.enterprise, token_id, actor=actor)

    async def issue_own(
        self, actor: Actor, name: str, *, scopes: Sequence[Permission], expires_in_s: float
    ) -> tuple[Token, str]:
        """A token for the programs of a person of any role: for what they may do themselves, always with a fresh proof.

        Raises ``NotAllowed`` for more than that, ``StepUpNeeded`` without the proof.
        """
        if actor.kind is not ActorKind.PERSON:
            raise NotAllowed("a token of one's own is for people")
        _prove(actor)
        if beyond := sorted(set(scopes) - (actor.permissions - OWNER)):
            raise NotAllowed(f'{actor.name} may not do {", ".join(beyond)}, and so cannot give it')
        self._check_lasts(actor, expires_in_s)
        return await self.issue(
            actor.enterprise,
            TokenKind.API,
            name,
            scopes=scopes,
            expires_in_s=expires_in_s,
            person=actor.id,
            actor=actor,
        )

    async def revoke_own(self, actor: Actor, token_id: str) -> None:
        """End a token of one's own at once; that needs no proof, since it only takes away."""
        token = self._transactor.fleets.of(actor.enterprise)[Token].get(token_id)
        if token is None or token.kind is not TokenKind.API or token.person != actor.id:
            raise NotFound('this token is not there any more')
        await self.revoke(actor.enterprise, token_id, actor=actor)

    async def issue_enrolment(
        self,
        actor: Actor,
        name: str,
        *,
        uses: int | None,
        expires_in_s: float,
        labels: Mapping[str, str],
        criticality: str = '',
        approval: bool = False,
        replaces: bool = False,
    ) -> tuple[Token, str]:
        """A new token that lets devices in, for a year at most, and for no longer than a program's own token lasts.

        Raises ``StepUpNeeded`` for a person without a fresh proof: its bearer may bring in machines, or take the place of some.
        """
        actor.require(Permission.ENROLMENT_WRITE)
        _prove(actor)
        self._check_lasts(actor, expires_in_s)
        return await self.issue(
            actor.enterprise,
            TokenKind.ENROLMENT,
            name,
            uses=uses,
            expires_in_s=expires_in_s,
            labels=labels,
            criticality=criticality,
            approval=approval,
            replaces=replaces,
            actor=actor,
        )

    async def revoke_enrolment(self, actor: Actor, token_id: str) -> None:
        """Let no device in by an enrolment token any more, at once; those that are in stay in."""
        actor.require(Permission.ENROLMENT_WRITE)
        token = self._transactor.fleets.of(actor.enterprise)[Token].get(token_id)
        if token is None or token.kind is not TokenKind.ENROLMENT:
            raise NotFound('this token is not there any more')
        await self.revoke(actor.enterprise, token_id, actor=actor)

    async def revoke(self, enterprise: str, token_id: str, *, actor: Actor | None = None) -> None:
        """End a token at once; without an ``actor`` it is an operator's command."""
        actor = actor or operator(enterprise)

        def decide(tx: Transaction) -> None:
            token = tx.need(Token, enterprise, token_id)
            if token.revoked_at is not None:
                return  # by another in the same moment
            tx.put(replace(token, revoked_at=tx.now))
            subject = subject_of_token(token)
            tx.note(TokenRevoked(at=tx.now, enterprise=enterprise, subject=subject, by=actor.name, kind=token.kind))

        await self._transactor.transact(decide, actor=actor)

    async def forget(self, before: float) -> None:
        """Let go of tokens that expired before that moment, epoch seconds, which is no news; the store drops them then."""

        def decide(tx: Transaction) -> None:
            for fleet in self._transactor.fleets:
                for token in list(tx.all(Token, fleet.enterprise.id)):
                    ends = token.expires_at
                    if token.revoked_at is None and ends is not None and ends < before:
                        tx.put(replace(token, revoked_at=tx.now))

        await self._transactor.transact(decide)

    def _check_lasts(self, actor: Actor, expires_in_s: float) -> None:
        if not 0 < expires_in_s <= YEAR_S:
            raise Invalid('a token lasts a year at most', field='expires_in_s')
        own = self._transactor.fleets.of(actor.enterprise)[Token].get(actor.id)
        if own is not None and own.is_over(self._transactor.clock() + expires_in_s):
            raise Invalid('a program hands out nothing that outlasts its own token', field='expires_in_s')


def subject_of_token(token: Token) -> Subject:
    """A token as the journal names it."""
    return Subject('token', token.id, token.name)


def _check_bounds(expires_in_s: float | None, uses: int | None) -> None:
    if expires_in_s is not None and not 0 < expires_in_s <= TOKEN_MOST_S:
        raise Invalid('a token lasts longer than nothing and less than a century', field='expires_in_s')
    if uses is not None and not 1 <= uses <= COUNT.most:
        raise Invalid(f'a token lets in 1 to {COUNT.most} devices', field='uses')


def _prove(actor: Actor) -> None:
    if actor.kind is ActorKind.PERSON and not actor.recently_verified:
        raise StepUpNeeded('a new token needs a fresh proof that it is you')


def _owner(tx: Transaction, enterprise: str, person_id: str) -> Person:
    person = tx.find(Person, enterprise, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFound('the person the token is for does not belong to this enterprise any more')
    return person
