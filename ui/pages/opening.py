"""The frame of a page, with its figures, before the page is built: what a person sees while the rest is on its way, and when it fails."""

from collections.abc import Callable
from typing import Any

from fastapi import Request

from domain.fleet.fleets import Fleets
from ui.desks.told import told_to
from ui.doors import DOORS
from ui.frame import beginning
from ui.live.pictures import pictures_of
from ui.pages.page import administration_of, reader_of
from ui.pages.screen import FRAME, bound, moment_of
from ui.server.opening import Begin
from ui.sign_in import is_signed_in, signed_in


def _for_all(_: Request) -> bool:
    return True


def frame_of(fleets: Fleets, active: str, *, title: str = '', stands: Callable[[Request], bool] = _for_all) -> Begin:
    """The beginning of the page behind a link of the rail, or of one below it, for people of whose request ``stands`` says that they get
    it: no refusal, no way to another page. Where it has no title of its own, it is named after the link."""
    named = title or next(door.name for door in DOORS if door.id == active)

    async def begin(request: Request) -> str | None:
        pictures = pictures_of(request.scope)
        if pictures is None or not is_signed_in(request) or not stands(request):
            return None
        who = signed_in(request)
        reader = reader_of(request, fleets)
        html = beginning(named, request=request, reader=reader, active=active, administration=administration_of(who))
        found = await pictures.take(who.person, FRAME)
        moment = moment_of(request, told_to(request.scope), who.access.now())
        return bound(html, {name: one.state for name, one in found.items()}, moment)

    return begin


def frame_of_one(fleets: Fleets, active: str, kind: type[Any], *, title: str = '') -> Begin:
    """The same for the page of one thing, whose id is the only parameter of its address: begun where the reader sees it now. Of one that is
    retired or cleared, that is not there or not theirs to see, the page itself decides what it answers."""

    def stands(request: Request) -> bool:
        fleet = fleets.seen_by(signed_in(request).person)
        (id,) = request.path_params.values()
        found = fleet[kind].get(id)
        return found is not None and fleet.shown(found) is not None

    return frame_of(fleets, active, title=title, stands=stands)
