"""What every page shares: who looks at it, the frame around it, and the one way from a click to a service."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from fastapi import Request
from nicegui import context, ui

from domain.access import Actor, Permission
from domain.errors import DomainError, NotAllowed, NotSignedIn
from domain.fleet import Fleet
from ui.auth import SignedIn, signed_in
from ui.components.controls import toast
from ui.frame import ADMINISTRATION, Reader, frame
from ui.pages.services import Services

T = TypeVar('T')


@contextmanager
def page(request: Request, services: Services, title: str, *, active: str) -> Iterator[tuple[SignedIn, Fleet]]:
    """Build inside this: the frame stands around it. Gives whoever looks, and the fleet of their enterprise and of no other."""
    who = signed_in(request)
    fleet = services.fleets.of(who.person.enterprise)
    reader = Reader(name=who.person.name, email=who.person.email, enterprise=fleet.enterprise.name)
    doors = [door for door, permission in ADMINISTRATION if who.may(permission)]
    with frame(title, reader=reader, active=active, administration=doors):
        yield who, fleet


async def guarded(
    who: SignedIn,
    act: Callable[[Actor], Awaitable[T]],
    *,
    done: str | Callable[[T], str] = '',
    permission: Permission | None = None,
    refused: Callable[[DomainError], object] | None = None,
) -> T | None:
    """Carry out what a person asked for, as they stand now: session and role are asked again, the service asks its permission.

    Returns what the service gave, or ``None`` when it refused. ``done`` is the word on success; a refusal is told in a toast, or by
    ``refused`` (a form shows it where it was typed). ``permission`` is for services that are not handed an actor. Somebody whose
    session has ended is led to the sign-in.
    """
    client = context.client  # a dialog that closes meanwhile takes its own place on the page with it
    try:
        actor = who.actor()
        if permission is not None:
            actor.require(permission)
        result = await act(actor)
    except NotSignedIn:
        with client:
            ui.navigate.to('/login')
        return None
    except DomainError as refusal:
        with client:
            if refused is not None and not isinstance(refusal, NotAllowed):
                refused(refusal)
            else:
                toast(plain(refusal), 'bad')
        return None
    words = done(result) if callable(done) else done
    if words:
        with client:
            toast(words)
    return result


def plain(refusal: DomainError) -> str:
    """A refusal as a person reads it: "Changed meanwhile: somebody else changed it …"."""
    return f'{refusal.title}: {refusal.detail}'
