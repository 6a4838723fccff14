"""The frame of a page, with its figures, before the page is built: what a person sees while the rest is on its way."""

from collections.abc import Callable

from fastapi import Request

from domain.fleet.fleets import Fleets
from ui.desks.told import told_to
from ui.doors import DOORS
from ui.frame import beginning
from ui.live.pictures import pictures_of
from ui.pages.page import administration_of, reader_of
from ui.pages.screen import FRAME, bound, moment_of
from ui.server.opening import Begin
from ui.sign_in import signed_in


def _for_all(_: Request) -> bool:
    return True


def frame_of(fleets: Fleets, active: str, *, stands: Callable[[Request], bool] = _for_all) -> Begin:
    """The beginning of the page behind a link of the rail, for people of whose request ``stands`` says that they get it: no refusal, no
    way to another page. Such a page is named after its link."""
    title = next(door.name for door in DOORS if door.id == active)

    async def begin(request: Request) -> str | None:
        pictures = pictures_of(request.scope)
        if pictures is None or not stands(request):
            return None
        who = signed_in(request)
        reader = reader_of(request, fleets)
        html = beginning(title, request=request, reader=reader, active=active, administration=administration_of(who))
        found = await pictures.take(who.person, FRAME)
        moment = moment_of(request, told_to(request.scope), who.access.now())
        return bound(html, {name: one.state for name, one in found.items()}, moment)

    return begin
