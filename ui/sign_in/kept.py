"""For whom a browser keeps what pages have shown, see ``docs/offline.md``: one person, in one enterprise, with one role and scope."""

import hashlib

from fastapi import Request
from starlette.types import Scope

from domain.access.enterprises import Enterprise
from domain.access.scopes import words
from ui.sign_in.guard import SignedIn

SHARED_COOKIE = 'cellwarden_shared'
"""There while the session was begun on a shared computer: nothing is kept in its browser."""
_KEY = 'cellwarden.kept'


def is_shared(request: Request) -> bool:
    """True when the person said at the sign-in that others use this computer."""
    return SHARED_COOKIE in request.cookies


def kept_under(request: Request, who: SignedIn, enterprise: Enterprise) -> str:
    """The name under which the browser keeps things for this person as they stand now; empty when it keeps nothing.

    Who has another role or scope, or is in another enterprise, has another name, and what is kept under other names goes.
    """
    request.scope[_KEY] = ''
    if is_shared(request) or not enterprise.browsers_keep:
        return ''
    person = who.person
    owner = 'owner' if who.owner else ''
    parts = (person.account, person.id, person.enterprise, person.role, words(person.scope), owner)
    name: str = hashlib.sha256('\x1f'.join(parts).encode()).hexdigest()[:24]
    request.scope[_KEY] = name
    return name


def kept_name(scope: Scope) -> str:
    """What :func:`kept_under` has found for the page of a request."""
    found: str = scope.get(_KEY, '')
    return found
