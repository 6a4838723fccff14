"""Silences: set up, previewed, changed, ended."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.oncall.silences.model import AlertSilence
from domain.oncall.silences.service import SilencingService
from ui.api.http.responses import answer, expected_version, maybe_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.silences.schemas import (
    NEW_SILENCE,
    SILENCE,
    SILENCE_PREVIEW,
    Silence,
    SilenceBody,
    asked,
    previewed,
    silence,
)

_ByEnd = Annotated[str, Query(pattern='^-?(ends_at|starts_at)$')]
_SORTS = {'ends_at': lambda row: (row.ends_at, row.id), 'starts_at': lambda row: (row.starts_at, row.id)}


class SilenceRoutes:
    """What the routes do."""

    def __init__(self, silences: SilencingService) -> None:
        self._silences = silences

    def _shown(self, actor: Actor, row: AlertSilence) -> Silence:
        return silence(row, self._silences.now(), self._silences.silenced(actor, row.id))

    async def list_silences(
        self, actor: Actor, sort: _ByEnd = '-ends_at', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """Active ones, those to come, and those that have been over for less than 30 days."""
        rows = self._silences.rows(actor)
        items, following, total = sorted_by(sort, _SORTS, rows, cursor=cursor, limit=limit)
        return page([self._shown(actor, row) for row in items], following, total)

    async def add_silence(self, actor: Actor, body: SilenceBody) -> Response:
        """What is open and fits is silenced in the same moment. A recovery of what was told before still goes out."""
        row = await self._silences.save(actor, asked(body))
        return answer(self._shown(actor, row), 201, version=row.version, location=f'{PREFIX}/silences/{row.id}')

    async def preview_silence(self, actor: Actor, body: SilenceBody) -> Response:
        """What it would have kept of the messages of the last day, from what was delivered. Nothing is set up."""
        return answer(previewed(await self._silences.preview(actor, asked(body))))

    async def read_silence(self, actor: Actor, silence_id: str) -> Response:
        row = self._silences.read(actor, silence_id)
        return answer(self._shown(actor, row), version=row.version)

    async def change_silence(self, actor: Actor, silence_id: str, request: Request, body: MergePatch) -> Response:
        """What it does not cover any more is told at once."""
        row = self._silences.read(actor, silence_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, row), SilenceBody)
        row = await self._silences.save(actor, asked(new), row.id, version)
        return answer(self._shown(actor, row), version=row.version)

    async def end_silence(self, actor: Actor, silence_id: str, request: Request) -> Response:
        """Before its time. What it silenced and is still open is told."""
        row = self._silences.read(actor, silence_id)
        row = await self._silences.end(actor, silence_id, maybe_version(request, row.version))
        return answer(self._shown(actor, row), version=row.version)


ROUTES = (
    Route(
        method='GET',
        path='/silences',
        handler=SilenceRoutes.list_silences,
        summary='List silences',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(SILENCE),
    ),
    Route(
        method='POST',
        path='/silences',
        handler=SilenceRoutes.add_silence,
        summary='Set up a silence',
        tag='on call',
        permission=Permission.SILENCES_WRITE,
        body=NEW_SILENCE,
        answer=SILENCE,
        status=201,
    ),
    Route(
        method='POST',
        path='/silences/preview',
        handler=SilenceRoutes.preview_silence,
        summary='Find out what a silence would have kept',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        body=NEW_SILENCE,
        answer=SILENCE_PREVIEW,
    ),
    Route(
        method='GET',
        path='/silences/{silence_id}',
        handler=SilenceRoutes.read_silence,
        summary='Read a silence',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=SILENCE,
    ),
    Route(
        method='PATCH',
        path='/silences/{silence_id}',
        handler=SilenceRoutes.change_silence,
        summary='Change a silence',
        tag='on call',
        permission=Permission.SILENCES_WRITE,
        body=NEW_SILENCE,
        patch={'reason': 'The works take longer', 'ends_at': '2026-12-02T06:00:00.000Z'},
        answer=SILENCE,
    ),
    Route(
        method='POST',
        path='/silences/{silence_id}/end',
        handler=SilenceRoutes.end_silence,
        summary='End a silence now',
        tag='on call',
        permission=Permission.SILENCES_WRITE,
        answer=SILENCE,
    ),
)
