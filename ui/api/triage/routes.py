"""What people and programs decide of open alerts: who has one, whether it calls, what it is a part of, whether it was one at all."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.triage.people import who_answers
from domain.triage.service import TriageService
from ui.api.alerts.routes import AlertActs, Seen
from ui.api.alerts.schemas import ALERT
from ui.api.http.bodies import epoch
from ui.api.http.fields import Key
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.http.schema import ArrayOf, Schema
from ui.api.triage.schemas import (
    ASSIGNEE,
    ASSIGNMENT,
    NEW_FALSE_ALARM,
    NEW_PARENT,
    NEW_SNOOZE,
    Assignment,
    NewFalseAlarm,
    NewParent,
    NewSnooze,
    assignee,
)


class TriageRoutes(AlertActs):
    """What the routes do."""

    def __init__(self, triage: TriageService, transactor: Transactor, store: ApplicationStore) -> None:
        super().__init__(transactor, store)
        self._triage = triage

    async def list_assignees(self, actor: Actor) -> Response:
        """The people who may answer alerts, by name."""
        return answer([assignee(person) for person in who_answers(self._fleets.of(actor.enterprise))])

    async def assign(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: Assignment,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """To a person who may answer alerts and sees what it is about (422 otherwise), or to nobody. It goes on waiting for them."""
        act = partial(self._triage.assign, person=body.person_id)
        return await self._act(actor, alert_id, request, idempotency_key, act)

    async def take(
        self, actor: Actor, alert_id: str, request: Request, idempotency_key: Key = None, if_match: Seen = None
    ) -> Response:
        """The person of this session has it, also when another one had it, and has seen it. A program cannot (422): it assigns."""
        return await self._act(actor, alert_id, request, idempotency_key, self._triage.take)

    async def release(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: Assignment,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """Nobody has it any more, or the person who had it before, and it waits to be acknowledged."""
        act = partial(self._triage.release, person=body.person_id)
        return await self._act(actor, alert_id, request, idempotency_key, act)

    async def snooze(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: NewSnooze,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """Nobody is called of it until then (a week at most), or until it gets worse. Refused with 409 when it is acknowledged."""
        act = partial(self._triage.snooze, until=epoch(body.until, 'until'), reason=body.reason)
        return await self._act(actor, alert_id, request, idempotency_key, act)

    async def wake(
        self, actor: Actor, alert_id: str, request: Request, idempotency_key: Key = None, if_match: Seen = None
    ) -> Response:
        """It waits for a person again before its snooze is over. Refused with 409 when it is not snoozed."""
        return await self._act(actor, alert_id, request, idempotency_key, self._triage.wake)

    async def mark_false(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: NewFalseAlarm,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """There was nothing to see to: it is acknowledged with the reason and counted. It stays open until its cause is gone."""
        act = partial(self._triage.mark_false, reason=body.reason)
        return await self._act(actor, alert_id, request, idempotency_key, act)

    async def unmark_false(
        self, actor: Actor, alert_id: str, request: Request, idempotency_key: Key = None, if_match: Seen = None
    ) -> Response:
        """There was something to see to after all; an acknowledgement that came with the mark goes with it."""
        return await self._act(actor, alert_id, request, idempotency_key, self._triage.unmark_false)

    async def merge(
        self,
        actor: Actor,
        alert_id: str,
        request: Request,
        body: NewParent,
        idempotency_key: Key = None,
        if_match: Seen = None,
    ) -> Response:
        """Beneath the open alert ``into``: nobody is called of this one while that one is open. Refused with 422 for a ring."""
        return await self._act(actor, alert_id, request, idempotency_key, partial(self._triage.merge, into=body.into))

    async def separate(
        self, actor: Actor, alert_id: str, request: Request, idempotency_key: Key = None, if_match: Seen = None
    ) -> Response:
        """It stands by itself again. Refused with 409 when it is a part of no other."""
        return await self._act(actor, alert_id, request, idempotency_key, self._triage.separate)


def _act(path: str, handler: Callable[..., Any], summary: str, body: Schema | None = None) -> Route:
    return Route(
        method='POST',
        path=f'/alerts/{{alert_id}}/{path}',
        handler=handler,
        summary=summary,
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=body,
        answer=ALERT,
    )


ROUTES = (
    Route(
        method='GET',
        path='/assignees',
        handler=TriageRoutes.list_assignees,
        summary='List who may answer alerts',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        answer=ArrayOf(ASSIGNEE),
    ),
    _act('assign', TriageRoutes.assign, 'Assign an alert', ASSIGNMENT),
    _act('take', TriageRoutes.take, 'Take an alert', None),
    _act('release', TriageRoutes.release, 'Give an alert back', ASSIGNMENT),
    _act('snooze', TriageRoutes.snooze, 'Snooze an alert', NEW_SNOOZE),
    _act('wake', TriageRoutes.wake, 'End the snooze of an alert', None),
    _act('mark-false', TriageRoutes.mark_false, 'Mark an alert as a false alarm', NEW_FALSE_ALARM),
    _act('unmark-false', TriageRoutes.unmark_false, 'Take the mark of a false alarm back', None),
    _act('merge', TriageRoutes.merge, 'Put an alert beneath another', NEW_PARENT),
    _act('separate', TriageRoutes.separate, 'Take an alert from beneath another', None),
)
