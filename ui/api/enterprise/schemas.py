"""The enterprise in JSON."""

from msgspec import Struct

from domain.access import enterprises
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema


class Enterprise(Struct, kw_only=True, frozen=True):
    """The enterprise of the caller. ``browsers_keep`` says whether the browsers of its people keep what pages have shown, for 24 hours,
    to show it without a network. ``links_answer`` says whether messages to one person have a link that acknowledges the alert as that
    person without a sign-in."""

    id: str
    name: str
    browsers_keep: bool
    links_answer: bool
    created_at: Time


ENTERPRISE = Schema(
    Enterprise,
    {
        'id': '01KAPXGN1RW5Y9D3E8H2K4A1EN',
        'name': 'Harbour Logistics',
        'browsers_keep': True,
        'links_answer': False,
        'created_at': '2026-11-01T08:00:00Z',
    },
)


class BrowsersKeep(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whether browsers may keep what pages show; with ``false`` they keep nothing, and what they have kept goes."""

    keep: bool


BROWSERS_KEEP = Schema(BrowsersKeep, {'keep': False})


class LinksAnswer(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whether messages to one person have a link that acknowledges the alert; with ``false`` those that are out count no more."""

    answer: bool


LINKS_ANSWER = Schema(LinksAnswer, {'answer': True})


def enterprise(row: enterprises.Enterprise) -> Enterprise:
    """One enterprise."""
    return Enterprise(
        id=row.id,
        name=row.name,
        browsers_keep=row.browsers_keep,
        links_answer=row.links_answer,
        created_at=time_text(row.created_at),
    )
