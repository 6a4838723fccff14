"""The table of everything that happens by itself: one row each, see :class:`jobs.scheduler.Job` for the columns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from domain.application import Application
from domain.audit.model import HeadsFile
from domain.changes.store import Retention
from domain.channels.kinds.kind import HttpMessage, LongTailMessage, MailMessage, Message, PushMessage, SmsMessage
from domain.common.answer_dates import AnswerDates
from domain.common.own_parts import OwnPart
from jobs.feeds.feeds import Feeds
from jobs.feeds.fetching import FeedReader
from jobs.housekeeping import Housekeeping, each_enterprise
from jobs.memory import hand_back, hand_back_again
from jobs.notifications.http import HttpTransport
from jobs.notifications.long_tail import LongTailTransport
from jobs.notifications.mail import MailTransport
from jobs.notifications.push import PushTransport
from jobs.notifications.sender import Sender, Transport
from jobs.notifications.smpp import SmppTransport
from jobs.own_certificate import OwnCertificate
from jobs.own_parts.heartbeats import Heartbeats
from jobs.own_parts.keeping import OwnPartsKeeping
from jobs.own_parts.messages import OwnMessages
from jobs.own_parts.watch import OwnPartsWatch
from jobs.polling.addresses import Network, Targets
from jobs.polling.checker import Checker
from jobs.polling.poller import Poller
from jobs.rotas import RotaLooks
from jobs.scheduler import Job, Lane

Work = Callable[[str], Awaitable[object]]
"""What is done for one enterprise."""
Ready = Callable[[], bool]
"""Whether something may begin."""


def always() -> bool:
    """At once."""
    return True


def table(
    *,
    application: Application,
    allow: Sequence[Network] = (),
    authorities: Path | None = None,
    retention: Retention | None = None,
    poller: Poller | None = None,
    sender: Sender | None = None,
    heads: HeadsFile | None = None,
    dates: AnswerDates | None = None,
    polls: Ready = always,
    said: Path | None = None,
    issuers: Mapping[str, str] | None = None,
) -> list[Job]:
    """The rows for one process. ``allow`` is what may be polled although refused by default, see :data:`jobs.polling.addresses.DENIED`.

    ``heads`` is the file in which the ends of the journals are kept; ``dates`` hears what answers say of our clock. Nothing is polled
    before ``polls``: what is known of the towers stands until then, with its moment. ``said`` is the file of what channels were told past
    the outbox. ``issuers`` are the addresses of identity providers by their labels.
    """
    polling = poller or Poller(
        transactor=application.transactor,
        towers=application.towers,
        checker=Checker(targets=Targets(allow=allow), authorities=authorities, dates=dates),
    )
    new_sender = partial(_sender, application, allow, authorities)
    also = Housekeeping(application, retention=retention or Retention(), heads=heads)
    each = partial(_each, application)
    return [
        Job(name='presence', every_s=0.25, lane=Lane('presence'), timeout_s=30, run=application.presence.expire),
        Job(
            name='polling',
            every_s=0.1,
            lane=Lane('polling'),
            timeout_s=10,
            run=partial(_once, polls, polling.tick),
            opens=polling.watch_all,
            closes=polling.close,
            figures=polling.figures,
        ),
        *_notifications(application, polling, sender or new_sender(), own=new_sender(), said=said),
        _feeds(application, allow, authorities),
        Job(
            name='enforcement',
            every_s=2,
            lane=Lane('enforcement'),
            timeout_s=60,
            run=each(application.enforcement.run_due),
            jitter_s=0.2,
        ),
        *_towers(application, also, each),
        _judging(also, each),
        *_looking(application, each),
        *_housekeeping(application, also, each, OwnCertificate(application, issuers=issuers, authorities=authorities)),
    ]


async def _once(ready: Ready, work: Callable[[], Awaitable[None]]) -> None:
    if ready():
        await work()


def _judging(also: Housekeeping, each: Callable[[Work], Callable[[], Awaitable[object]]]) -> Job:
    """Policies asked again although nothing moved, since time passes."""
    return Job(
        name='policies',
        every_s=60,
        lane=Lane('policies'),
        timeout_s=3600,
        run=each(also.judge_in_the_background),
        jitter_s=6,
    )


def _notifications(
    application: Application, poller: Poller, notifier: Sender, *, own: Sender, said: Path | None
) -> list[Job]:
    """Alerts on their way out of the console, and whether they are: ``own`` is another sender, since the notifier may be what hangs."""
    sending = Job(
        name='notifications',
        every_s=0.5,
        lane=Lane('notifications'),
        timeout_s=10,
        run=notifier.tick,
        opens=notifier.open,
        closes=notifier.close,
        figures=notifier.figures,
    )
    fleets, telling = application.fleets, application.telling
    keeping = OwnPartsKeeping(
        watch=OwnPartsWatch(
            transactor=application.transactor,
            probe=application.store.probe,
            lags={OwnPart.POLLER: poller.behind, OwnPart.NOTIFIER: notifier.behind},
        ),
        messages=OwnMessages(fleets=fleets, telling=telling, send=own.attempt, file=said, clock=application.clock),
        heartbeats=Heartbeats(fleets=fleets, telling=telling, send=own.attempt),
        towers=application.towers,
        fleets=fleets,
        sender=own,
    )
    watching = Job(
        name='own-parts',
        every_s=1,
        lane=Lane('own-parts'),
        timeout_s=10,
        run=keeping.look,
        opens=keeping.open,
        closes=keeping.close,
        figures=keeping.figures,
    )
    return [sending, watching]


def _feeds(application: Application, allow: Sequence[Network], authorities: Path | None) -> Job:
    """Calendars of other programs, of every service that has some."""
    reader = FeedReader(targets=Targets(allow=allow, threads=2), authorities=authorities, clock=application.clock)
    feeds = Feeds((application.calendars, application.works_calendars), reader)
    return Job(name='feeds', every_s=1, lane=Lane('feeds'), timeout_s=10, run=feeds.tick, closes=feeds.close)


def _sender(application: Application, allow: Sequence[Network], authorities: Path | None) -> Sender:
    targets = Targets(allow=allow, threads=64)  # names whose servers hang hold up no others
    http = HttpTransport(targets=targets, authorities=authorities, clock=application.clock)
    mail = MailTransport(targets=targets, authorities=authorities, clock=application.clock)
    push = PushTransport(http, clock=application.clock)
    transports: dict[type[Message], Transport] = {HttpMessage: http, MailMessage: mail, PushMessage: push}
    transports[LongTailMessage] = LongTailTransport(allow=allow, authorities=authorities)
    transports[SmsMessage] = SmppTransport(targets=targets, authorities=authorities)
    return Sender(
        transactor=application.transactor,
        telling=application.telling,
        transports=transports,
        answer_link=application.answers.link_for,
    )


def _towers(
    application: Application, also: Housekeeping, each: Callable[[Work], Callable[[], Awaitable[object]]]
) -> list[Job]:
    """What towers do by the clock, apart from being asked."""
    rotas = RotaLooks(application.transactor, application.duty.look_ahead)
    return [
        Job(
            name='maintenance',
            every_s=5,
            lane=Lane('maintenance'),
            timeout_s=60,
            run=each(application.towers.review_maintenance),
            jitter_s=0.5,
        ),
        Job(
            name='windows',
            every_s=1,
            lane=Lane('windows'),
            timeout_s=60,
            run=each(application.maintenance.review),
        ),
        Job(
            name='announcements',
            every_s=0.5,
            lane=Lane('announcements'),
            timeout_s=30,
            run=each(application.towers.tell),
        ),
        Job(name='triage', every_s=1, lane=Lane('triage'), timeout_s=30, run=each(application.triage.resume)),
        Job(name='silences', every_s=1, lane=Lane('silences'), timeout_s=30, run=each(application.silences.review)),
        Job(
            name='calls',
            every_s=1,
            lane=Lane('calls'),
            timeout_s=30,
            run=each(application.on_call.go_on),
        ),
        Job(
            name='rotas',
            every_s=2,
            lane=Lane('rotas'),
            timeout_s=60,
            run=each(rotas.review),
            opens=rotas.open,
            closes=rotas.close,
        ),
        Job(name='swaps', every_s=60, lane=Lane('rotas'), timeout_s=30, run=each(application.swaps.expire), jitter_s=5),
        Job(
            name='recovery',
            every_s=2,
            lane=Lane('recovery'),
            timeout_s=60,
            run=each(also.review_recoveries),
            jitter_s=0.2,
        ),
    ]


def _each(application: Application, work: Work) -> Callable[[], Awaitable[object]]:
    return lambda: each_enterprise(application.transactor, work)


def _looking(application: Application, each: Callable[[Work], Callable[[], Awaitable[object]]]) -> list[Job]:
    """Rows that look at the fleet as a whole: who is silent together, and what charts show. No minute is missed because hours are made."""
    silence, of = application.silence, application.measurements
    return [
        Job(name='silence', every_s=5, lane=Lane('silence'), timeout_s=60, run=each(silence.review), jitter_s=0.5),
        Job(name='measurements', every_s=10, lane=Lane('measurements'), timeout_s=30, run=each(of.look)),
        Job(
            name='availability',
            every_s=5,
            lane=Lane('availability'),
            timeout_s=30,
            run=each(application.availability.look),
        ),
        Job(name='hours', every_s=60, lane=Lane('hours'), timeout_s=1800, run=each(of.make_hours), jitter_s=6),
    ]


def _housekeeping(
    application: Application,
    also: Housekeeping,
    each: Callable[[Work], Callable[[], Awaitable[object]]],
    certificates: OwnCertificate,
) -> list[Job]:
    """Rows that share one lane: none of them is urgent."""
    lane, sites = Lane('housekeeping'), application.tower_availability
    return [
        Job(name='own-rules', every_s=5, lane=Lane('own-rules'), timeout_s=60, run=each(application.own_rules.review)),
        Job(name='tower-availability', every_s=10, lane=lane, timeout_s=60, run=each(sites.keep_up)),
        Job(name='guessing', every_s=5, lane=lane, timeout_s=60, run=each(application.guessing.review), jitter_s=1),
        Job(
            name='certificate',
            every_s=3600,
            lane=Lane('certificate'),
            timeout_s=60,
            run=certificates.look,
            jitter_s=60,
        ),
        Job(name='security', every_s=30, lane=lane, timeout_s=60, run=each(also.review_alerts), jitter_s=3),
        Job(name='sessions', every_s=30, lane=lane, timeout_s=60, run=application.access.end_expired, jitter_s=3),
        # a log that leaves the machine is a witness of what the journal was: see docs/audit.md
        Job(name='audit', every_s=60, lane=lane, timeout_s=60, run=also.tell_heads, jitter_s=6),
        Job(name='reports', every_s=30, lane=Lane('reports'), timeout_s=60, run=each(application.reports.send_due)),
        Job(name='notices', every_s=3600, lane=lane, timeout_s=60, run=each(application.notices.forget), jitter_s=300),
        Job(name='answers', every_s=3600, lane=lane, timeout_s=60, run=each(application.answers.forget), jitter_s=300),
        Job(
            name='incidents',
            every_s=3600,
            lane=lane,
            timeout_s=60,
            run=each(application.incident_links.forget),
            jitter_s=300,
        ),
        Job(name='memory', every_s=300, lane=lane, timeout_s=10, run=hand_back_again, opens=hand_back),
        Job(name='retention', every_s=3600, lane=lane, timeout_s=1800, run=also.thin, jitter_s=300),
    ]
