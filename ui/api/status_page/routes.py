"""The public status page: read, drafted, published, withdrawn; its incidents and maintenance."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.status_page.input import NewNotice, NewPageContent
from domain.status_page.notices import NoticeService
from domain.status_page.service import StatusPageService
from ui.api.http.bodies import epoch
from ui.api.http.responses import answer, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.status_page import schemas
from ui.api.status_page.schemas import (
    NEW_STATUS_NOTICE,
    NEW_STATUS_UPDATE,
    STATUS_NOTICE,
    STATUS_PAGE,
    STATUS_PAGE_CONTENT,
    STATUS_PAGE_VERSION,
    NewStatusNotice,
    NewStatusUpdate,
    StatusPageVersion,
)


class StatusPageRoutes:
    """What the routes of the status page do."""

    def __init__(self, pages: StatusPageService, notices: NoticeService) -> None:
        self._pages = pages
        self._notices = notices

    async def read_status_page(self, actor: Actor) -> Response:
        """An enterprise has one. One that was never written is an empty draft of version 0."""
        row = self._pages.read(actor)
        return answer(schemas.status_page(row), version=row.version)

    async def change_status_page(self, actor: Actor, request: Request, body: MergePatch) -> Response:
        """The public goes on seeing what was published. ``components`` are replaced as a whole; one that is sent with its ``id`` keeps
        its days."""
        row = self._pages.read(actor)
        version = expected_version(request, row.version)
        changed = await self._pages.save(actor, version, patched(body, schemas.status_page(row), NewPageContent))
        return answer(schemas.status_page(changed), version=changed.version)

    async def publish_status_page(self, actor: Actor, body: StatusPageVersion) -> Response:
        """Refused with 422 naming what the draft lacks, with 409 when another page has its address."""
        row = await self._pages.publish(actor, body.version)
        return answer(schemas.status_page(row), version=row.version)

    async def withdraw_status_page(self, actor: Actor) -> Response:
        """Its address is then as good as none. Draft, notices and days stay."""
        row = await self._pages.withdraw(actor)
        return answer(schemas.status_page(row), version=row.version)

    async def list_status_notices(
        self,
        actor: Actor,
        is_open: Annotated[
            bool | None, Query(alias='open', description='Those that have not ended, or that have')
        ] = None,
        sort: Annotated[str, Query(pattern='^-?begins_at$')] = '-begins_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Those that ended more than 90 days ago are not kept."""
        rows = [row for row in self._notices.list(actor) if is_open is None or is_open is (row.closed_at is None)]
        items, following, total = sorted_by(
            sort, {'begins_at': lambda row: (row.begins_at, row.id)}, rows, cursor=cursor, limit=limit
        )
        return page([schemas.status_notice(row) for row in items], following, total)

    async def begin_status_notice(self, actor: Actor, body: NewStatusNotice) -> Response:
        """It is on the page as soon as it is answered, where there is one."""
        new = NewNotice(
            kind=body.kind,
            title=body.title,
            text=body.text,
            state=body.state,
            impact=body.impact,
            components=body.components,
            begins_at=epoch(body.begins_at, 'begins_at') if body.begins_at is not None else None,
            ends_at=epoch(body.ends_at, 'ends_at') if body.ends_at is not None else None,
            alert_id=body.alert_id,
        )
        row = await self._notices.begin(actor, new)
        return answer(
            schemas.status_notice(row), 201, version=row.version, location=f'{PREFIX}/status-page/notices/{row.id}'
        )

    async def read_status_notice(self, actor: Actor, notice_id: str) -> Response:
        row = self._notices.read(actor, notice_id)
        return answer(schemas.status_notice(row), version=row.version)

    async def update_status_notice(self, actor: Actor, notice_id: str, body: NewStatusUpdate) -> Response:
        """The last state of its kind ends it; another state opens it again."""
        row = await self._notices.update(actor, notice_id, body.state, body.text)
        return answer(schemas.status_notice(row), 201, version=row.version)

    async def remove_status_notice(self, actor: Actor, notice_id: str, request: Request) -> Response:
        """For what was told by mistake: it is off the page for good. The audit trail keeps what was said."""
        row = self._notices.read(actor, notice_id)
        await self._notices.remove(actor, notice_id, expected_version(request, row.version))
        return Response(status_code=204)


ROUTES = (
    Route(
        method='GET',
        path='/status-page',
        handler=StatusPageRoutes.read_status_page,
        summary='Read the status page',
        tag='status page',
        permission=Permission.STATUS_READ,
        answer=STATUS_PAGE,
    ),
    Route(
        method='PATCH',
        path='/status-page',
        handler=StatusPageRoutes.change_status_page,
        summary='Change the draft of the status page',
        tag='status page',
        permission=Permission.STATUS_PUBLISH,
        body=STATUS_PAGE_CONTENT,
        patch={'title': 'Harbour radio'},
        answer=STATUS_PAGE,
    ),
    Route(
        method='POST',
        path='/status-page:publish',
        handler=StatusPageRoutes.publish_status_page,
        summary='Show the draft to the public',
        tag='status page',
        permission=Permission.STATUS_PUBLISH,
        body=STATUS_PAGE_VERSION,
        answer=STATUS_PAGE,
    ),
    Route(
        method='POST',
        path='/status-page:withdraw',
        handler=StatusPageRoutes.withdraw_status_page,
        summary='Switch the status page off',
        tag='status page',
        permission=Permission.STATUS_PUBLISH,
        answer=STATUS_PAGE,
    ),
    Route(
        method='GET',
        path='/status-page/notices',
        handler=StatusPageRoutes.list_status_notices,
        summary='List incidents and maintenance of the status page',
        tag='status page',
        permission=Permission.STATUS_READ,
        answer=PageOf(STATUS_NOTICE),
    ),
    Route(
        method='POST',
        path='/status-page/notices',
        handler=StatusPageRoutes.begin_status_notice,
        summary='Tell of an incident, or announce a maintenance',
        tag='status page',
        permission=Permission.STATUS_WRITE,
        body=NEW_STATUS_NOTICE,
        answer=STATUS_NOTICE,
        status=201,
    ),
    Route(
        method='GET',
        path='/status-page/notices/{notice_id}',
        handler=StatusPageRoutes.read_status_notice,
        summary='Read an incident or a maintenance',
        tag='status page',
        permission=Permission.STATUS_READ,
        answer=STATUS_NOTICE,
    ),
    Route(
        method='POST',
        path='/status-page/notices/{notice_id}/updates',
        handler=StatusPageRoutes.update_status_notice,
        summary='Write the next update',
        tag='status page',
        permission=Permission.STATUS_WRITE,
        body=NEW_STATUS_UPDATE,
        answer=STATUS_NOTICE,
        status=201,
    ),
    Route(
        method='DELETE',
        path='/status-page/notices/{notice_id}',
        handler=StatusPageRoutes.remove_status_notice,
        summary='Take an incident or a maintenance off the page',
        tag='status page',
        permission=Permission.STATUS_WRITE,
        status=204,
    ),
)
