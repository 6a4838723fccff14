"""Files of what is shown, a module each, what browsers keep of it, and what links show without a sign-in."""

from fastapi import FastAPI

from domain.application import Application
from ui.downloads.alerts import register_alert_export
from ui.downloads.audit import register_audit_export
from ui.downloads.calendars import register_calendars
from ui.downloads.devices import register_export
from ui.downloads.incidents import register_incident_export
from ui.downloads.kept import register_kept
from ui.downloads.lists import register_list_export
from ui.downloads.status_page import register_status_preview
from ui.downloads.violations import register_violations_export
from ui.links import register_links
from ui.live.channel import Resolve
from ui.server.offline import register_offline


def register_downloads(app: FastAPI, parts: Application, resolve: Resolve) -> None:
    """Register every file on the parent app; ``resolve`` makes the topic of a list."""
    fleets, shares = parts.fleets, parts.shares
    register_offline(app)
    register_kept(app, fleets=fleets, shares=shares, clock=parts.clock)
    register_export(app, fleets=fleets, shares=shares)
    register_alert_export(app, fleets=fleets, store=parts.store, shares=shares)
    register_incident_export(app, incidents=parts.incidents, past=parts.past_incidents, shares=shares)
    register_violations_export(app, fleets=fleets, shares=shares, clock=parts.transactor.clock)
    register_audit_export(app, fleets=fleets, audit=parts.audit, shares=shares)
    register_list_export(app, resolve=resolve, shares=shares)
    register_calendars(app, fleets=fleets, duty=parts.duty, clock=parts.clock)
    register_status_preview(app, fleets=fleets, pages=parts.status_page, clock=parts.clock)
    register_links(app, parts)
