"""The API under ``/api/v1`` for devices and programs, and what operators ask of a server, all on the parent application."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError

from domain.application import Application
from ui.api.alerts.routes import add_alerts
from ui.api.audit.routes import add_audit
from ui.api.checkins.routes import add_checkins
from ui.api.devices.routes import add_devices
from ui.api.enforcement.routes import add_commands
from ui.api.enrolment.routes import add_enrolments
from ui.api.enrolment.token_routes import add_enrolment_tokens
from ui.api.health import add_health
from ui.api.http.bearer import BearerAuth
from ui.api.http.limits import RequestLimits
from ui.api.http.problems import render_parameters
from ui.api.http.routing import add_description, add_unknown, only_known_parameters
from ui.api.journal.routes import add_journal
from ui.api.journal.stream import HEARTBEAT_S, add_events
from ui.api.metrics import Metrics, add_metrics
from ui.api.people.invitation_routes import add_invitations
from ui.api.people.routes import add_people
from ui.api.policies.routes import add_policies
from ui.api.policies.violation_routes import add_violations
from ui.api.tokens.routes import add_tokens
from ui.api.towers.routes import add_towers

__all__ = ['Metrics', 'register_api']


def register_api(
    app: FastAPI,
    application: Application,
    *,
    metrics: Metrics,
    metrics_token: str = '',
    ready: Callable[[], str | None] = lambda: None,
    heartbeat_s: float = HEARTBEAT_S,
) -> None:
    """Put everything on ``app``; call it before anything is mounted at ``/``.

    ``ready`` says what is not ready yet, ``None`` when all is; ``metrics_token`` opens ``/metrics`` from elsewhere than this machine;
    ``heartbeat_s`` is how long the event socket may be silent. Give ``app`` no ``openapi_url`` of its own.
    """
    transactor, store, auth = (
        application.transactor,
        application.store,
        BearerAuth(application.access, application.enrolments),
    )
    app.add_middleware(RequestLimits)
    app.add_exception_handler(RequestValidationError, render_parameters)
    described = add_checkins(app, checkins=application.checkins, auth=auth, metrics=metrics)
    api = APIRouter(prefix='/api/v1', dependencies=[Depends(only_known_parameters)])
    add_enrolments(api, enrolments=application.enrolments, transactor=transactor, auth=auth)
    add_enrolment_tokens(api, tokens=application.tokens, transactor=transactor, auth=auth)
    add_devices(
        api,
        devices=application.devices,
        enrolments=application.enrolments,
        transactor=transactor,
        store=store,
        auth=auth,
    )
    add_commands(api, commands=application.commands, transactor=transactor, store=store, auth=auth)
    add_violations(api, transactor=transactor, store=store, auth=auth)
    add_policies(api, policies=application.policies, transactor=transactor, auth=auth)
    add_towers(api, towers=application.towers, transactor=transactor, store=store, auth=auth)
    add_alerts(api, alerts=application.alerts, transactor=transactor, store=store, auth=auth)
    add_journal(api, transactor=transactor, store=store, auth=auth)
    add_people(api, people=application.people, transactor=transactor, auth=auth)
    add_invitations(api, links=application.links, transactor=transactor, auth=auth)
    add_tokens(api, tokens=application.tokens, transactor=transactor, auth=auth)
    add_audit(api, audit=application.audit, auth=auth)
    app.include_router(api)
    add_events(app, transactor=transactor, store=store, auth=auth, heartbeat_s=heartbeat_s)
    add_health(app, transactor=transactor, store=store, ready=ready)
    add_metrics(app, metrics=metrics, token=metrics_token)
    add_description(app, [*described.routes, *api.routes])
    add_unknown(app, [*described.routes, *api.routes])
