"""Reports by mail: to people who have chosen so, at their hour, by the clocks of their zone, each once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.accounts.model import Person
from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.announcing import delivery_of
from domain.channels.kinds import mail
from domain.channels.model import AnnouncedAlert, Channel
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.incidents.model import Report
from domain.incidents.report import ReportSpan, span_began
from domain.incidents.service import IncidentService, IncidentStore
from domain.incidents.wording import SPAN_WORDS, headline, letter
from domain.oncall.model import Contact, ReportEvery
from domain.oncall.reaching import members, ways_of

LATE_S = 6 * 3600.0
"""A report for which the server was away longer than this is not made up for."""
NOON = 12


class ReportMailing:
    """:meth:`send_due` is run by the clock. ``base`` is the address of this console."""

    def __init__(self, *, transactor: Transactor, store: IncidentStore, base: str = '') -> None:
        self._transactor = transactor
        self._incidents = IncidentService(transactor=transactor, store=store)
        self._base = base.rstrip('/')

    async def send_due(self, enterprise: str) -> int:
        """Write the reports whose hour has come; how many."""
        fleet, now, sent = self._transactor.fleets.of(enterprise), self._transactor.clock(), 0
        for contact in list(fleet[Contact].values()):
            due = due_at(contact, now)
            person = fleet.find(Person, contact.id)
            if due is None or person is None or person.id not in members(fleet):
                continue
            span = span_of(contact)
            report = await self._incidents.report(person.actor(), span_began(span, due, contact.zone))
            sent += await self._transactor.transact(
                lambda tx, one=contact.id, due=due, span=span, report=report: self._write(  # type: ignore[misc]
                    tx, enterprise, one, due, span, report
                ),
                enterprise,
            )
        return sent

    def _write(
        self, tx: Transaction, enterprise: str, person: str, due: float, span: ReportSpan, report: Report
    ) -> bool:
        """In one commit: the mail is on its way, and that it is."""
        contact = tx.find(Contact, enterprise, person)
        if contact is None or due_at(contact, tx.now) != due:
            return False
        tx.put(replace(contact, reported_at=due))
        for channel, address in mails_to(tx.fleet(enterprise), person):
            said = _said(report, span, self._base, contact.zone)
            tx.put(delivery_of(tx, channel, said, recipient=person, address=address))
            return True
        return False


def due_at(contact: Contact, now: float) -> float | None:
    """The moment for which a report is to be sent now; ``None`` for none, and for one that was sent or slept through."""
    if contact.report_every is ReportEvery.NEVER:
        return None
    zone = ZoneInfo(contact.zone)
    today, clock = datetime.fromtimestamp(now, zone).date(), datetime.strptime(contact.report_at, '%H:%M').time()  # noqa: DTZ007
    for ago in range(8):
        day = today - timedelta(days=ago)
        if contact.report_every is ReportEvery.WEEK and day.weekday() != 0:
            continue
        moment = datetime.combine(day, clock, zone).timestamp()
        if moment <= now:
            is_new = moment > max(contact.reported_at or 0.0, contact.report_set_at or 0.0)
            return moment if is_new and now - moment <= LATE_S else None
    return None


def span_of(contact: Contact) -> ReportSpan:
    """In the morning the night is told, later the day, of a week the week."""
    if contact.report_every is ReportEvery.WEEK:
        return ReportSpan.WEEK
    return ReportSpan.NIGHT if int(contact.report_at[:2]) < NOON else ReportSpan.DAY


def mails_to(fleet: Fleet, person: str) -> Iterator[tuple[Channel, str]]:
    """The mail channels by which a person is reached, as they chose or by the first one there is, with their address."""
    for way in ways_of(fleet, person):
        channel = fleet.find(Channel, way.channel)
        if channel is not None and channel.kind == mail.KIND.key and channel.enabled:
            yield channel, way.address
    row = fleet.find(Person, person)
    for channel in sorted(fleet[Channel].values(), key=lambda one: one.id):
        if channel.kind == mail.KIND.key and channel.enabled and row is not None and row.email:
            yield channel, row.email


def _said(report: Report, span: ReportSpan, base: str, zone: str) -> AnnouncedAlert:
    return AnnouncedAlert(
        news=News.REPORT,
        at=report.now,
        alert='',
        severity=Severity.INDETERMINATE,
        problem=f'{SPAN_WORDS[span]}: {headline(report)}',
        detail=letter(report, base, zone),
        object_kind='report',
        object_id=span,
        object_name='',
        alarm_type=AlarmType.OPERATIONAL,
        probable_cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        raised_at=report.since,
    )
