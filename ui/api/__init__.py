"""The API under ``/api/v1`` for devices and programs, and what operators ask of a server, all on the parent application."""

from collections.abc import Callable

from fastapi.exceptions import RequestValidationError

from domain.application import Application
from ui.api.alarm_hub import routes as hub
from ui.api.alarm_tasks import routes as alarm_tasks
from ui.api.alarms import routes as alarms
from ui.api.alert_rules import routes as alert_rules
from ui.api.alerts import routes as alerts
from ui.api.audit import routes as audit
from ui.api.bounces import routes as bounces
from ui.api.calendars import routes as calendars
from ui.api.channels import routes as channels
from ui.api.checkins import routes as checkins
from ui.api.contacts import routes as contacts
from ui.api.devices import routes as devices
from ui.api.duty import routes as duty
from ui.api.enforcement import routes as enforcement
from ui.api.enrolment import routes as enrolment
from ui.api.enterprise import routes as enterprise
from ui.api.handovers import routes as handovers
from ui.api.health import add_health
from ui.api.history import routes as history
from ui.api.http.bearer import BearerAuth
from ui.api.http.limits import RequestLimits
from ui.api.http.problems import render_parameters
from ui.api.http.route import Route
from ui.api.http.routing import add_description, add_unknown, described_only, row_routes
from ui.api.incident_links import routes as incident_links
from ui.api.incidents import routes as incidents
from ui.api.journal import routes as journal
from ui.api.journal.stream import HEARTBEAT_S, add_events
from ui.api.maintenance import routes as maintenance
from ui.api.metrics import Metrics, add_metrics
from ui.api.notified_browsers import routes as notified_browsers
from ui.api.oncall import routes as oncall
from ui.api.own_rules import routes as own_rules
from ui.api.people import routes as people
from ui.api.policies import routes as policies
from ui.api.silences import routes as silences
from ui.api.status_page import routes as status_page
from ui.api.swap_offers import routes as swap_offers
from ui.api.tokens import routes as tokens
from ui.api.towers import routes as towers
from ui.api.triage import routes as triage
from ui.api.unknown_cells import routes as unknown_cells
from ui.api.violations import routes as violations
from ui.api.works_calendars import routes as works_calendars
from ui.server.bare import WebApplication

__all__ = ['ROUTES', 'Metrics', 'register_api']

_TABLES: tuple[tuple[tuple[Route, ...], Callable[[Application], object]], ...] = (
    (enrolment.ROUTES, lambda app: enrolment.EnrolmentRoutes(app.enrolments, app.transactor)),
    (enrolment.TOKEN_ROUTES, lambda app: enrolment.EnrolmentTokenRoutes(app.tokens, app.transactor)),
    (devices.ROUTES, lambda app: devices.DeviceRoutes(app.devices, app.enrolments, app.transactor, app.store)),
    (enforcement.ROUTES, lambda app: enforcement.CommandRoutes(app.commands, app.transactor, app.store)),
    (violations.ROUTES, lambda app: violations.ViolationRoutes(app.transactor, app.store)),
    (policies.ROUTES, lambda app: policies.PolicyRoutes(app.policies, app.transactor)),
    (towers.ROUTES, lambda app: towers.TowerRoutes(app.towers, app.tower_availability, app.transactor, app.store)),
    (maintenance.ROUTES, lambda app: maintenance.MaintenanceRoutes(app.maintenance)),
    (works_calendars.ROUTES, lambda app: works_calendars.WorksCalendarRoutes(app.works_calendars, app.transactor)),
    (history.ROUTES, lambda app: history.HistoryRoutes(app.measurements, app.transactor)),
    (alerts.ROUTES, lambda app: alerts.AlertRoutes(app.alerts, app.transactor, app.store)),
    (triage.ROUTES, lambda app: triage.TriageRoutes(app.triage, app.transactor, app.store)),
    (alert_rules.ROUTES, lambda app: alert_rules.AlertRuleRoutes(app.alert_rules)),
    (unknown_cells.ROUTES, lambda app: unknown_cells.UnknownCellRoutes(app.unknown_cells, app.transactor)),
    (own_rules.ROUTES, lambda app: own_rules.OwnRuleRoutes(app.own_rules, app.transactor)),
    (incidents.ROUTES, lambda app: incidents.IncidentRoutes(app.incidents, app.past_incidents)),
    (
        incident_links.ROUTES,
        lambda app: incident_links.IncidentLinkRoutes(app.incident_links, base=app.telling.base),
    ),
    (handovers.ROUTES, lambda app: handovers.HandoverRoutes(app.handovers, app.transactor)),
    (alarms.ROUTES, lambda app: alarms.AlarmRoutes(app.alerts, app.transactor, app.store)),
    (alarm_tasks.ROUTES, lambda app: alarm_tasks.AlarmTaskRoutes(app.alarm_tasks, app.transactor, app.store)),
    (hub.ROUTES, lambda app: hub.HubRoutes(app.channels)),
    (channels.ROUTES, lambda app: channels.ChannelRoutes(app.channels, app.telling, app.transactor, app.store)),
    (bounces.ROUTES, lambda app: bounces.BounceRoutes(app.bounces)),
    (calendars.ROUTES, lambda app: calendars.CalendarRoutes(app.calendars, app.on_call)),
    (oncall.ROUTES, lambda app: oncall.OnCallRoutes(app.on_call)),
    (silences.ROUTES, lambda app: silences.SilenceRoutes(app.silences)),
    (duty.ROUTES, lambda app: duty.DutyRoutes(app.duty, app.on_call, app.transactor, app.telling.base)),
    (swap_offers.ROUTES, lambda app: swap_offers.SwapOfferRoutes(app.swaps, app.transactor)),
    (
        notified_browsers.ROUTES,
        lambda app: notified_browsers.NotifiedBrowserRoutes(app.browsers, app.transactor),
    ),
    (contacts.ROUTES, lambda app: contacts.ContactRoutes(app.on_call)),
    (status_page.ROUTES, lambda app: status_page.StatusPageRoutes(app.status_page, app.notices)),
    (journal.ROUTES, lambda app: journal.JournalRoutes(app.transactor, app.store)),
    (enterprise.ROUTES, lambda app: enterprise.EnterpriseRoutes(app.enterprises, app.transactor)),
    (people.ROUTES, lambda app: people.PeopleRoutes(app.people, app.transactor)),
    (people.INVITATION_ROUTES, lambda app: people.InvitationRoutes(app.links, app.transactor)),
    (tokens.ROUTES, lambda app: tokens.TokenRoutes(app.tokens, app.transactor)),
    (audit.ROUTES, lambda app: audit.AuditRoutes(app.audit)),
)
"""The rows of each noun, and who handles them."""
ROUTES: tuple[Route, ...] = (*checkins.ROUTES, *(row for rows, _ in _TABLES for row in rows))
"""Every route that devices and programs have, in the order of the description."""


def register_api(
    app: WebApplication,
    application: Application,
    *,
    metrics: Metrics,
    metrics_token: str = '',
    ready: Callable[[], str | None] = lambda: None,
    heartbeat_s: float = HEARTBEAT_S,
) -> Callable[[], bytes]:
    """Put everything on ``app``; call it before anything is mounted at ``/``. Gives the description (OpenAPI) as it is served.

    ``ready`` says what is not ready yet, ``None`` when all is; ``metrics_token`` opens ``/metrics`` from elsewhere than this machine;
    ``heartbeat_s`` is how long the event socket may be silent. Give ``app`` no ``openapi_url`` of its own.
    """
    transactor, store = application.transactor, application.store
    auth = BearerAuth(application.access, application.enrolments)
    app.add_middleware(RequestLimits)
    app.add_exception_handler(RequestValidationError, render_parameters)
    checkins.add_checkins(app, checkins=application.checkins, auth=auth, metrics=metrics)
    served = [route for rows, handlers in _TABLES for route in row_routes(rows, handlers(application), auth)]
    app.router.routes.extend(served)
    add_events(app, transactor=transactor, store=store, auth=auth, heartbeat_s=heartbeat_s)
    add_health(app, transactor=transactor, store=store, ready=ready)
    add_metrics(app, metrics=metrics, token=metrics_token)
    described = [*described_only(checkins.ROUTES), *served]
    description = add_description(app, described, ROUTES)
    add_unknown(app, described)
    return description
