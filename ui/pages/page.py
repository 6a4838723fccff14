"""What every page shares: who looks at it, the frame around it, and the one way from a click to a service."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

from fastapi import Request
from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.scopes import words
from domain.accounts.live import Memberships
from domain.common.errors import DomainError, NotAllowed, NotSignedIn, StepUpNeeded
from domain.common.text import folded
from domain.desks.service import landing_of
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.components.controls import toast
from ui.components.draft import around
from ui.components.page_state import Empty, page_state
from ui.components.step_up import confirmed
from ui.desks.told import keep_told, told
from ui.doors import ADMINISTRATION, Door
from ui.frame import Reader, frame
from ui.pages.notices import own_parts_note
from ui.shapes.locales import first_of, is_rtl
from ui.sign_in import SignedIn, signed_in
from ui.sign_in.kept import kept_under

T = TypeVar('T')


@contextmanager
def page(request: Request, fleets: Fleets, title: str, *, active: str) -> Iterator[tuple[SignedIn, Fleet]]:
    """Build inside this: the frame stands around it. Gives the person who looks, and what they may see of their enterprise."""
    who = signed_in(request)
    with frame(title, reader=reader_of(request, fleets), active=active, administration=administration_of(who)):
        own_parts_note()
        yield who, fleets.seen_by(who.person)


def administration_of(who: SignedIn) -> list[Door]:
    """The links below "Administration" that the person has."""
    return [door for door, permission in ADMINISTRATION if who.may(permission)]


def reader_of(request: Request, fleets: Fleets) -> Reader:
    """Who looks at the page, as its frame shows them."""
    who = signed_in(request)
    fleet = fleets.seen_by(who.person)
    desk = told(fleets, who.person)
    keep_told(request.scope, desk)
    return Reader(
        person=who.person.id,
        name=who.person.name,
        email=who.person.email,
        enterprise=fleet.enterprise.name,
        part=words(who.person.scope),
        others=_others(fleets, who),
        desk=desk,
        landed=landing_of(fleets, who.person) is not None,
        kept=kept_under(request, who, fleet.enterprise),
        is_rtl=is_rtl(desk['locale'] or first_of(request.headers.get('accept-language', ''))),
    )


def seen_by(fleets: Fleets, who: SignedIn) -> Fleet:
    """The fleet as the signed-in person may see it now: the role may have been narrowed since the page was loaded."""
    now = who.access.standing(who.session)
    return fleets.seen_by(now[1] if now is not None else who.person)


def _others(fleets: Fleets, who: SignedIn) -> list[tuple[str, str]]:
    """The enterprises that the person may switch to, by name."""
    members = fleets.index(Memberships).of(who.person.account)
    open_ones = {id for id, person in members.items() if person.provider in ('', who.session.provider)}
    ids = open_ones - {who.person.enterprise}
    return sorted(((id, fleets.of(id).enterprise.name) for id in ids), key=lambda pair: folded(pair[1]))


def not_for_you(what: str, who: SignedIn, enterprise: str) -> None:
    """Stand in for a page that the reader's role, or the part that it is narrowed to, does not include."""
    part = f', narrowed to {narrowed}' if (narrowed := words(who.person.scope)) else ''
    forbidden(
        Empty(
            title='Your role does not include this page',
            text=f'You are here as {who.person.role}{part}. Ask an administrator of {enterprise} if you need to see {what}.',
            href='/',
            label='Overview',
        )
    )


def forbidden(state: Empty) -> None:
    """Stand in for a page that the reader may not have, in words of its own, and answer with 403 (RFC 9110, 15.5.4)."""
    context.client.status_code = HTTPStatus.FORBIDDEN
    page_state(state, trouble=True)


def nowhere(state: Empty) -> None:
    """Stand in for the page of a thing that is not there, or not among what the reader may see, and answer with 404."""
    context.client.status_code = HTTPStatus.NOT_FOUND
    page_state(state, trouble=True)


async def guarded(
    who: SignedIn,
    act: Callable[[Actor], Awaitable[T]],
    *,
    done: str | Callable[[T], str] = '',
    refused: Callable[[DomainError], object] | None = None,
) -> T | None:
    """Carry out what a person asked for, as they stand now: session and role are asked again, the service asks its permission.

    Returns what the service gave, or ``None`` when it refused. ``done`` is the word on success; a refusal is told in a toast, or by
    ``refused`` (a form shows it where it was typed). A person whose session has ended is led to the sign-in. What needs a fresh proof asks
    for it, and is then tried once more: ``act`` may run twice, and must leave nothing done when it raises ``StepUpNeeded``.
    """
    client = context.client  # a dialog that closes meanwhile takes its own place on the page with it
    form = around()

    async def attempt() -> T:
        return await act(who.actor())

    def tell(refusal: DomainError) -> None:
        if client.is_deleted:
            return  # the session ended while it was being done, and its page is gone
        with client:
            if isinstance(refusal, NotSignedIn):
                ui.navigate.to('/login')
            elif refused is not None and not isinstance(refusal, NotAllowed):
                refused(refusal)
            else:
                toast(plain(refusal), 'bad')

    try:
        try:
            result = await attempt()
        except StepUpNeeded:
            with client:
                proved = await confirmed(who)
            if not proved:
                return None
            result = await attempt()
    except DomainError as refusal:
        tell(refusal)
        return None
    if form is not None:
        form.done()
    words = done(result) if callable(done) else done
    if words and not client.is_deleted:
        with client:
            toast(words)
    return result


async def carried_out(who: SignedIn, act: Callable[[Actor], Awaitable[object]], done: str) -> bool:
    """The same for an act of which nothing but that it was done is wanted; false when it was refused."""

    async def acted(actor: Actor) -> bool:
        await act(actor)
        return True

    return bool(await guarded(who, acted, done=done))


def plain(refusal: DomainError) -> str:
    """A refusal as a person reads it: "Changed meanwhile: it has changed since you read it …"."""
    return f'{refusal.title}: {refusal.detail}'
