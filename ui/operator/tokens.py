"""Tokens as an operator lists and ends them."""

from domain.accounts.model import Person
from domain.application import Application
from domain.common.errors import Invalid
from domain.tokens.model import Token
from ui.operator.answers import Answer


async def list_tokens(application: Application) -> Answer:
    """Every token of every enterprise, without its secret."""
    return {
        'items': [
            {
                'id': token.id,
                'kind': token.kind,
                'name': token.name,
                'beginning': token.beginning,
                'enterprise': fleet.enterprise.name,
                'scopes': list(token.scopes),
                'expires_at': token.expires_at,
                'uses_left': token.uses_left,
                'account': owner.name if (owner := fleet[Person].get(token.person or '')) else None,
                'used_at': token.used_at,
                'used_from': token.used_from,
            }
            for fleet in application.fleets
            for token in fleet[Token].values()
        ]
    }


async def revoke_token(application: Application, id: str) -> Answer:
    """End one."""
    for fleet in application.fleets:
        if id in fleet[Token]:
            await application.tokens.revoke(fleet.enterprise.id, id)
            return {'id': id}
    raise Invalid(f'there is no token {id[:40]!r}; see cellwarden token list')
