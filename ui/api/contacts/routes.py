"""How a person is reached, for programs that keep it for them."""

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.severity import Severity
from domain.oncall import model
from domain.oncall.input import NewContact
from domain.oncall.model import ContactWay, Hours, ReportEvery
from domain.oncall.service import OnCallService
from ui.api.channels.schemas import Bouncing, bouncing
from ui.api.http.responses import answer, expected_version, patched
from ui.api.http.route import MergePatch, Route
from ui.api.http.schema import Schema

NEW_CONTACT = Schema(
    NewContact,
    {
        'ways': [
            {'channel': '01KAPXK1S4W7Y0A3C6E9G2J5MN', 'address': 'ann@example.com', 'after_min': 0},
            {'channel': '01KAPXK1S4W7Y0A3C6E9G2J5MP', 'address': '+31612345678', 'after_min': 5},
        ],
        'quiet': [{'begins': '22:00', 'ends': '07:00', 'days': [1, 2, 3, 4, 5, 6, 7]}],
        'zone': 'Europe/Amsterdam',
        'breaks': 'major',
        'report_every': 'day',
        'report_at': '07:00',
    },
)


class PersonContact(Struct, kw_only=True, frozen=True):
    """How a person is reached; without ``ways`` by mail to their address, on the first mail channel. ``bouncing`` are their addresses
    from which mail came back lately."""

    id: str
    ways: tuple[ContactWay, ...]
    quiet: tuple[Hours, ...]
    zone: str
    breaks: Severity
    report_every: ReportEvery
    report_at: str
    bouncing: tuple[Bouncing, ...]
    version: int


CONTACT = Schema(
    PersonContact, {'id': '01KAPX2D8QW4E6R9T1Y3U5I7OP', **NEW_CONTACT.example, 'bouncing': [], 'version': 1}
)


class ContactRoutes:
    """What the routes do."""

    def __init__(self, on_call: OnCallService) -> None:
        self._on_call = on_call

    async def read_contact(self, actor: Actor, person_id: str) -> Response:
        row = self._on_call.contact(actor, person_id)
        return answer(self._shown(actor, row), version=row.version)

    async def change_contact(self, actor: Actor, person_id: str, request: Request, body: MergePatch) -> Response:
        """One way has to be tried at once; others follow so many minutes later, unless the alert was acknowledged. Quiet hours hold back
        what is not as bad as ``breaks`` until they are over, and never what is major or worse. A report is mailed every ``day`` or
        ``week`` (on Mondays) at that time of the zone."""
        row = self._on_call.contact(actor, person_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(actor, row), NewContact)
        row = await self._on_call.save_contact(actor, person_id, new, version)
        return answer(self._shown(actor, row), version=row.version)

    async def forget_contact_bounces(self, actor: Actor, person_id: str) -> Response:
        """Mail to their addresses arrives again: a person says so, and what comes back later marks them anew."""
        row = await self._on_call.forget_bounces(actor, person_id)
        return answer(self._shown(actor, row), version=row.version)

    def _shown(self, actor: Actor, row: model.Contact) -> PersonContact:
        marks = self._on_call.bouncing(actor, row.id)
        return _shown(row, tuple(bouncing(mark) for mark in marks))


def _shown(row: model.Contact, marks: tuple[Bouncing, ...]) -> PersonContact:
    return PersonContact(
        id=row.id,
        ways=row.ways,
        quiet=row.quiet,
        zone=row.zone,
        breaks=row.breaks,
        report_every=row.report_every,
        report_at=row.report_at,
        bouncing=marks,
        version=row.version,
    )


ROUTES = (
    Route(
        method='GET',
        path='/people/{person_id}/contact',
        handler=ContactRoutes.read_contact,
        summary='Read how a person is reached',
        tag='on call',
        permission=Permission.PEOPLE_READ,
        answer=CONTACT,
    ),
    Route(
        method='PATCH',
        path='/people/{person_id}/contact',
        handler=ContactRoutes.change_contact,
        summary='Change how a person is reached',
        tag='on call',
        permission=Permission.PEOPLE_WRITE,
        body=NEW_CONTACT,
        patch={'zone': 'Europe/Berlin'},
        answer=CONTACT,
    ),
    Route(
        method='POST',
        path='/people/{person_id}/contact/forget-bounces',
        handler=ContactRoutes.forget_contact_bounces,
        summary='Take the marks from the addresses of a person',
        tag='on call',
        permission=Permission.PEOPLE_WRITE,
        answer=CONTACT,
    ),
)
