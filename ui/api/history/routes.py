"""Measurements over time: of the enterprise, and of a tower."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.errors import NotAllowed
from domain.measurements.model import HOUR_S, MINUTE_S, Series
from domain.measurements.service import MeasurementService
from domain.towers.model import Tower
from ui.api.history.schemas import POINT, point
from ui.api.http.fields import DAY_S, Moment
from ui.api.http.responses import page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf


class Step(StrEnum):
    """How long a step is."""

    MINUTE = 'minute'
    HOUR = 'hour'


_SECONDS = {Step.MINUTE: MINUTE_S, Step.HOUR: HOUR_S}
_SPANS = {Step.MINUTE: DAY_S, Step.HOUR: 30 * DAY_S}
_Step = Annotated[Step, Query(description='Minutes are kept for a day, hours for a month')]
_Since = Annotated[Moment | None, Query(description='By default as long as they are kept')]


class HistoryRoutes:
    """What the routes do."""

    def __init__(self, measurements: MeasurementService, transactor: Transactor) -> None:
        self._measurements = measurements
        self._fleets = transactor.fleets
        self._clock = transactor.clock

    async def read_history(
        self, actor: Actor, series: Series = Series.ONLINE, step: _Step = Step.MINUTE, since: _Since = None
    ) -> Response:
        """Oldest first. It is counted for the whole enterprise: a role that is narrowed to a part of it gets 403."""
        if actor.scope:
            raise NotAllowed('this is counted for the whole enterprise alone')
        found = await self._measurements.of_fleet(actor.enterprise, series, _SECONDS[step], self._since(step, since))
        return page([point(one) for one in found], None, len(found))

    async def read_latency(
        self, actor: Actor, tower_id: str, step: _Step = Step.MINUTE, since: _Since = None
    ) -> Response:
        """Milliseconds that the checks of the tower took, oldest first; what failed is not among them."""
        self._fleets.seen_by(actor).need(Tower, tower_id)
        found = await self._measurements.latency(actor.enterprise, tower_id, _SECONDS[step], self._since(step, since))
        return page([point(one) for one in found], None, len(found))

    def _since(self, step: Step, since: Moment | None) -> float:
        earliest = self._clock() - _SPANS[step]
        return earliest if since is None else max(since.timestamp(), earliest)


ROUTES = (
    Route(
        method='GET',
        path='/history',
        handler=HistoryRoutes.read_history,
        summary='How the enterprise stood over time',
        tag='history',
        permission=Permission.DEVICES_READ,
        answer=PageOf(POINT),
    ),
    Route(
        method='GET',
        path='/towers/{tower_id}/latency',
        handler=HistoryRoutes.read_latency,
        summary='Latency of a tower over time',
        tag='history',
        permission=Permission.TOWERS_READ,
        answer=PageOf(POINT),
    ),
)
