"""Tokens: secrets that let programs and devices in, told once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.access import OWNER, Actor, ActorKind, Permission
from domain.draft import Draft
from domain.errors import Invalid, NotAllowed, NotFound, StepUpNeeded
from domain.ids import new_id
from domain.journal import Subject, TokenIssued, TokenRevoked
from domain.road import Road
from domain.secrets import digest, new_secret
from domain.text import clean_labels, clean_line
from domain.tokens import Token, TokenKind

TOKEN_MOST_S = 100 * 365 * 86_400
OWN_MOST_S = 365 * 86_400
"""A token of a person's own lasts a year at most."""


class TokenService:
    """Issue and revoke. Callers ask the permission table first, since who may issue which token depends on whose it will be."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

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
        approval: bool = False,
        person: str | None = None,
        by: str = '',
        actor: Actor | None = None,
    ) -> tuple[Token, str]:
        """A new token and its secret, told this once."""
        if kind is TokenKind.API and not scopes:
            raise Invalid(f'name at least one scope: {", ".join(Permission)}', field='scopes')
        if expires_in_s is not None and not 0 < expires_in_s <= TOKEN_MOST_S:
            raise Invalid('a token lasts longer than nothing and less than a century', field='expires_in_s')
        if uses is not None and uses < 1:
            raise Invalid('a token lets in one device or more', field='uses')
        secret = new_secret('cwt' if kind is TokenKind.API else 'cwe')
        name = clean_line(name, 'name', most=80)
        conferred = clean_labels(labels or {})
        issuer = actor.name if actor is not None else by

        def decide(draft: Draft) -> Token:
            draft.fleet(enterprise)
            token = Token(
                id=new_id(),
                enterprise=enterprise,
                kind=kind,
                name=name,
                digest=digest(secret).hex(),
                created_at=draft.now,
                scopes=tuple(sorted(set(scopes))),
                expires_at=draft.now + expires_in_s if expires_in_s is not None else None,
                uses_left=uses,
                person=person,
                created_by=issuer,
                labels=conferred,
                approval=approval,
            )
            draft.put(token)
            subject = Subject('token', token.id, name)
            scope_names = tuple(scope.value for scope in token.scopes)
            draft.note(
                TokenIssued(
                    at=draft.now, enterprise=enterprise, subject=subject, by=issuer, kind=kind, scopes=scope_names
                )
            )
            return token

        return await self._road.travel(decide, actor=actor), secret

    async def issue_own(
        self, actor: Actor, name: str, *, scopes: Sequence[Permission], expires_in_s: float
    ) -> tuple[Token, str]:
        """A token for the programs of a person, of whatever role: for what they may do themselves, always with a fresh proof.

        Raises ``NotAllowed`` for more than that, ``StepUpNeeded`` without the proof.
        """
        if actor.kind is not ActorKind.PERSON:
            raise NotAllowed("a token of one's own is for people")
        if not actor.raised:
            raise StepUpNeeded('a new token needs a fresh proof that it is you')
        if beyond := sorted(set(scopes) - (actor.permissions - OWNER)):
            raise NotAllowed(f'{actor.name} may not do {", ".join(beyond)}, and so cannot give it')
        if not 0 < expires_in_s <= OWN_MOST_S:
            raise Invalid('a token of your own lasts a year at most', field='expires_in_s')
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
        token = self._road.fleets.of(actor.enterprise).tokens.get(token_id)
        if token is None or token.kind is not TokenKind.API or token.person != actor.id:
            raise NotFound('this token is not there any more')
        await self.revoke(actor.enterprise, token_id, actor=actor)

    async def revoke(self, enterprise: str, token_id: str, *, by: str = '', actor: Actor | None = None) -> None:
        """End a token at once."""

        def decide(draft: Draft) -> None:
            token = draft.need(Token, enterprise, token_id)
            draft.put(replace(token, revoked_at=draft.now))
            subject = Subject('token', token.id, token.name)
            issuer = actor.name if actor is not None else by
            draft.note(TokenRevoked(at=draft.now, enterprise=enterprise, subject=subject, by=issuer, kind=token.kind))

        await self._road.travel(decide, actor=actor)
