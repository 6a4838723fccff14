"""Browsers in which people are notified: which there are, and that one is not used any more. People set them up in the browser itself."""

from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.channels import model
from domain.fleet.fleet import Fleet
from domain.oncall.browsers import BrowserService
from domain.oncall.reaching import members
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.responses import page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf, Schema
from ui.api.oncall.schemas import ANN


class NotifiedBrowser(Struct, kw_only=True, frozen=True):
    """A browser in which a person is notified. ``said`` is what its push service said last, where it did not take a message."""

    id: str
    person: Ref
    name: str
    created_at: Time
    delivered_at: Time | None
    said: str


NOTIFIED_BROWSER = Schema(
    NotifiedBrowser,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HF',
        'person': {'id': ANN, 'name': 'Ann'},
        'name': 'Firefox on Linux',
        'created_at': '2026-11-22T08:00:00.000Z',
        'delivered_at': None,
        'said': '',
    },
)


class NotifiedBrowserRoutes:
    """What the routes do."""

    def __init__(self, browsers: BrowserService, transactor: Transactor) -> None:
        self._browsers = browsers
        self._fleets = transactor.fleets

    async def list_notified_browsers(self, actor: Actor) -> Response:
        """Of all people, without the addresses that their push services gave, which are secrets."""
        fleet = self._fleets.of(actor.enterprise)
        rows = self._browsers.all(actor)
        return page([_shown(fleet, row) for row in rows], None, len(rows))

    async def forget_notified_browser(self, actor: Actor, browser_id: str) -> Response:
        """Its person is notified there no more, and what waits for it is not sent; they may set it up again."""
        await self._browsers.end(actor, browser_id)
        return Response(status_code=204)


def _shown(fleet: Fleet, row: model.NotifiedBrowser) -> NotifiedBrowser:
    person = members(fleet).get(row.person)
    return NotifiedBrowser(
        id=row.id,
        person=Ref(row.person, person.name if person is not None else None),
        name=row.name,
        created_at=time_text(row.created_at),
        delivered_at=maybe_time(row.delivered_at),
        said=row.said,
    )


ROUTES = (
    Route(
        method='GET',
        path='/notified-browsers',
        handler=NotifiedBrowserRoutes.list_notified_browsers,
        summary='List browsers in which people are notified',
        tag='on call',
        permission=Permission.PEOPLE_READ,
        answer=PageOf(NOTIFIED_BROWSER),
    ),
    Route(
        method='POST',
        path='/notified-browsers/{browser_id}/forget',
        handler=NotifiedBrowserRoutes.forget_notified_browser,
        summary='Notify a person in a browser no more',
        tag='on call',
        permission=Permission.PEOPLE_WRITE,
        status=204,
    ),
)
