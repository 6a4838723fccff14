"""The routes of the application, as the composition root puts them on it; pages are NiceGUI's, see ``ui.pages.PAGES``."""

from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from tests.fakes import running_application
from tests.ui.anew import nicegui_anew
from ui.api import Metrics
from ui.api.http.routing import RowRoute
from ui.downloads.lists import ABOUT, LISTS
from ui.main import build, sources_of
from ui.server.assets import BASE
from ui.settings.model import Settings

ANY_METHOD = {'/api/{rest:path}', '/ui/try/{rest:path}'}
"""What leads nowhere, and the API as a person asks it, whose routes are asked for themselves."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Method and path of each that no row of the API describes: for programs and operators, and for people."""

    programs: list[tuple[str, str]]
    people: list[tuple[str, str]]


async def routes_of_the_application(data: Path) -> Routes:
    """Build it on an application in memory, and look."""
    with nicegui_anew():
        async with running_application() as application:
            app = build(application, Metrics(fleets=application.fleets), sources_of(Settings(data=data)))
            routes = [each for each in app.routes if isinstance(each, Route) and not isinstance(each, RowRoute)]
    routes = [
        each for each in routes if not each.path.startswith(BASE)
    ]  # styles, whose address is another with each change
    assert {each.path for each in routes if not each.methods} == ANY_METHOD
    found = Routes([], [])
    for route in routes:
        place = found.programs if route.endpoint.__module__.startswith('ui.api.') else found.people
        paths = [route.path]
        if '{list}' in route.path:
            paths = [route.path.replace('{list}', name) for name in sorted(LISTS)]
        elif '{about}' in route.path:
            paths = [
                route.path.replace('{about}', name).replace('{id}', f'{{{kind}_id}}') for name, kind in ABOUT.items()
            ]
        place += [(method, path) for method in sorted(route.methods or ()) if method != 'HEAD' for path in paths]
    return found
