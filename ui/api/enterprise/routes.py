"""The enterprise of the caller: read, and told what its browsers may keep and what links in messages may do."""

from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.installation.enterprises import EnterpriseService
from ui.api.enterprise import schemas
from ui.api.enterprise.schemas import BROWSERS_KEEP, ENTERPRISE, LINKS_ANSWER, BrowsersKeep, LinksAnswer
from ui.api.http.responses import answer
from ui.api.http.route import Route


class EnterpriseRoutes:
    """What the routes do."""

    def __init__(self, enterprises: EnterpriseService, transactor: Transactor) -> None:
        self._enterprises = enterprises
        self._fleets = transactor.fleets

    async def read_enterprise(self, actor: Actor) -> Response:
        return answer(schemas.enterprise(self._fleets.of(actor.enterprise).enterprise))

    async def set_what_browsers_keep(self, actor: Actor, body: BrowsersKeep) -> Response:
        """Open pages follow within a second, others when they next reach the console. Setting what is set already changes nothing."""
        row = await self._enterprises.let_browsers_keep(actor, actor.enterprise, body.keep)
        return answer(schemas.enterprise(row))

    async def set_whether_links_answer(self, actor: Actor, body: LinksAnswer) -> Response:
        """Off as delivered. The holder of such a link can acknowledge one alert, once, as the person it was sent to."""
        row = await self._enterprises.let_links_answer(actor, actor.enterprise, body.answer)
        return answer(schemas.enterprise(row))


ROUTES = (
    Route(
        method='GET',
        path='/enterprise',
        handler=EnterpriseRoutes.read_enterprise,
        summary='Read the enterprise',
        tag='people',
        permission=Permission.PEOPLE_READ,
        answer=ENTERPRISE,
    ),
    Route(
        method='POST',
        path='/enterprise:browsers',
        handler=EnterpriseRoutes.set_what_browsers_keep,
        summary='Set what browsers may keep',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        body=BROWSERS_KEEP,
        answer=ENTERPRISE,
    ),
    Route(
        method='POST',
        path='/enterprise:links',
        handler=EnterpriseRoutes.set_whether_links_answer,
        summary='Set whether links in messages acknowledge',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        body=LINKS_ANSWER,
        answer=ENTERPRISE,
    ),
)
