"""The enterprise in JSON."""

from msgspec import Struct

from domain.access import enterprises
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema


class Enterprise(Struct, kw_only=True, frozen=True):
    """The enterprise of the caller. ``browsers_keep`` says whether the browsers of its people keep what pages have shown, for 24 hours,
    to show it without a network."""

    id: str
    name: str
    browsers_keep: bool
    created_at: Time


ENTERPRISE = Schema(
    Enterprise,
    {
        'id': '01KAPXGN1RW5Y9D3E8H2K4A1EN',
        'name': 'Harbour Logistics',
        'browsers_keep': True,
        'created_at': '2026-11-01T08:00:00Z',
    },
)


class BrowsersKeep(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whether browsers may keep what pages show; with ``false`` they keep nothing, and what they have kept goes."""

    keep: bool


BROWSERS_KEEP = Schema(BrowsersKeep, {'keep': False})


def enterprise(row: enterprises.Enterprise) -> Enterprise:
    """One enterprise."""
    return Enterprise(id=row.id, name=row.name, browsers_keep=row.browsers_keep, created_at=time_text(row.created_at))
