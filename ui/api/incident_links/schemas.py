"""Links to incidents in JSON."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from domain.incidents.links.model import IncidentLink, SharedPart
from domain.incidents.links.service import NewIncidentLink
from ui.api.http.bodies import epoch
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema

_AT = '2026-11-22T08:00:00.000Z'


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkBody:
    """A link for people outside. ``title`` is what they read first, ``label`` says to you for whom it is; it opens until ``expires_at``,
    at most 90 days from now. ``parts`` is what it shows beside when the incident began, how grave it is and whether it is over."""

    title: str
    label: str
    expires_at: datetime
    parts: tuple[SharedPart, ...] = ()


NEW_INCIDENT_LINK = Schema(
    IncidentLinkBody,
    {
        'title': 'Loss of service in the west',
        'label': 'Ticket 4711 of the carrier',
        'expires_at': '2026-12-31T00:00:00Z',
        'parts': ['cause', 'timeline'],
    },
)


class IncidentLinkShown(Struct, kw_only=True, frozen=True):
    """A link for people outside, without its address. ``opened`` counts how often it was opened."""

    id: str
    alert_id: str
    title: str
    label: str
    parts: tuple[SharedPart, ...]
    created_at: Time
    created_by: str
    expires_at: Time
    revoked_at: Time | None
    revoked_by: str
    opened: int
    opened_at: Time | None


INCIDENT_LINK = Schema(
    IncidentLinkShown,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HP',
        'alert_id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'title': 'Loss of service in the west',
        'label': 'Ticket 4711 of the carrier',
        'parts': ['cause', 'timeline'],
        'created_at': _AT,
        'created_by': 'Ann',
        'expires_at': '2026-12-31T00:00:00.000Z',
        'revoked_at': None,
        'revoked_by': '',
        'opened': 3,
        'opened_at': '2026-11-22T09:00:00.000Z',
    },
)


class MadeIncidentLink(Struct, kw_only=True, frozen=True):
    """A new link with its address, which is shown once."""

    address: str
    link: IncidentLinkShown


MADE_INCIDENT_LINK = Schema(
    MadeIncidentLink,
    {'address': 'https://cells.example.com/incident/cwi_9mX', 'link': INCIDENT_LINK.example},
)


def new_link(body: IncidentLinkBody) -> NewIncidentLink:
    """The link as it is asked for."""
    ends = epoch(body.expires_at, 'expires_at')
    return NewIncidentLink(title=body.title, label=body.label, expires_at=ends, parts=body.parts)


def incident_link(row: IncidentLink) -> IncidentLinkShown:
    """One of the links."""
    return IncidentLinkShown(
        id=row.id,
        alert_id=row.alert,
        title=row.title,
        label=row.label,
        parts=row.parts,
        created_at=time_text(row.created_at),
        created_by=row.created_by,
        expires_at=time_text(row.expires_at),
        revoked_at=maybe_time(row.revoked_at),
        revoked_by=row.revoked_by,
        opened=row.opened,
        opened_at=maybe_time(row.opened_at),
    )
