"""A channel, an announcement on its way there, and each attempt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, Comment, ProbableCause
from domain.common.severity import Severity
from domain.journal.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A receiver outside of the console, of one ``kind`` (:mod:`domain.channels.kinds`).

    ``settings`` are what may be read again; ``sealed`` is what may not: the kind's secrets as one sealed JSON object. After a rotation the
    former secret signs too until ``former_until``. Alerts of ``least_severity`` and worse are told, ``per_minute`` messages at most.
    A channel that is not ``enabled`` because of what its receiver said has the reason in ``disabled_because``. What it cannot deliver,
    for good or within ``next_after_min`` minutes, is told on ``next_channel``.
    """

    id: str
    enterprise: str
    name: str
    kind: str
    created_at: float
    changed_at: float
    settings: Mapping[str, str] = field(default_factory=dict)
    sealed: str = ''
    former_until: float | None = None
    least_severity: Severity = Severity.WARNING
    per_minute: int = 60
    enabled: bool = True
    disabled_because: str = ''
    retired_at: float | None = None
    version: int = 1
    next_channel: str = ''
    next_after_min: int = 5

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('channel', self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHealth:
    """How a channel fares; ``id`` is that of the channel. ``failures`` in a row since ``failing_since``; nothing is sent
    until ``held_until``."""

    id: str
    enterprise: str
    failures: int = 0
    failing_since: float | None = None
    delivered_at: float | None = None
    tried_at: float | None = None
    said: str = ''
    held_until: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedTask:
    """A task of TMF642 as it was done; ``kind`` is the name that the standard has for it, ``refused`` says by id of an alert why it was not
    done to that. ``user`` and ``system`` are whom the program spoke for, ``words`` what it said."""

    id: str
    kind: str
    by: str
    alerts: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    parent: str = ''
    words: str = ''
    user: str = ''
    system: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedAlert:
    """An alert as it was when it was announced: a message that is sent hours later says what was true then, and when that was (``at``)."""

    news: News
    at: float
    alert: str
    severity: Severity
    problem: str
    object_kind: str
    object_id: str
    object_name: str
    alarm_type: AlarmType
    probable_cause: ProbableCause
    raised_at: float
    detail: str = ''
    before: str = ''
    """The severity that people were told before, of an alert that got worse."""
    devices: int = 0
    missing: int = 0
    """Devices that were not heard from after the cause had gone."""
    path: str = ''
    """Where a message leads that is about no alert."""
    acknowledged_by: str = ''
    parent: str = ''
    """The id of the alert that explains it."""
    comment: Comment | None = None
    """What was said to it just now."""
    task: AnnouncedTask | None = None
    """What was done to several alerts; the message is about none of them then."""

    @property
    def is_over(self) -> bool:
        """True for a recovery."""
        return self.news is News.CLEARED


_OF_TASKS = (News.TASK_CREATED, News.TASK_CHANGED)


class DeliveryState(StrEnum):
    """Where an announcement is on its way to a receiver."""

    WAITING = 'waiting'
    DELIVERED = 'delivered'
    REFUSED = 'refused'
    """The receiver will never take this message."""
    EXPIRED = 'expired'
    """It was tried for a day."""
    CANCELLED = 'cancelled'
    """The channel was switched off or removed."""
    SKIPPED = 'skipped'
    """A recovery from what had never arrived."""


def line_of(channel: str, recipient: str, address: str) -> tuple[str, str, str]:
    """Where a message arrives. A channel without addresses of people is one place, for all the people who are called through it."""
    return channel, recipient if address else '', address


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One announcement on its way to one channel. ``id`` is the key by which a receiver knows a message that it has already got.

    ``next_at`` is when it is tried (again), ``said`` what the other side said last. It stays in the live picture after it is done, until
    its alert is over and that has been told too (``ended_at``): a recovery goes where the alert went. With a ``recipient`` (the id of a
    person) it goes to their ``address``, where the kind of channel has addresses of people. It is not sent before ``not_before``.
    One that fell to the next channel (``fell_at``) is known there by the same ``key``; ``fell_from`` is the channel that failed.
    """

    id: str
    enterprise: str
    channel: str
    alert: str
    announcement: AnnouncedAlert
    created_at: float
    next_at: float
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    tried_at: float | None = None
    said: str = ''
    done_at: float | None = None
    ended_at: float | None = None
    recipient: str = ''
    address: str = ''
    not_before: float | None = None
    key: str = ''
    fell_from: str = ''
    fell_at: float | None = None

    @property
    def line(self) -> tuple[str, str, str]:
        """What its messages come to in order, of one alert: a person's address on a channel, or the channel itself."""
        return line_of(self.channel, self.recipient, self.address)

    @property
    def is_test(self) -> bool:
        """True for a message that a person sends to try the channel."""
        return self.announcement.news is News.TEST

    @property
    def is_for_a_copy(self) -> bool:
        """True for what changed of an alert, or was done to several, without people being told."""
        return self.announcement.news in (News.CHANGED, *_OF_TASKS)

    @property
    def stands_alone(self) -> bool:
        """True for a message that no other follows: nothing is told of it afterwards."""
        return self.announcement.news in (News.TEST, News.MENTIONED, News.REPORT, *_OF_TASKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifiedBrowser:
    """A browser in which a ``person`` is notified, by the push service of its maker. It was set up in the ``session``, and ends with the
    sign-out there. ``sealed`` has what only that browser gave: where its messages go, and the keys that they are encrypted with;
    ``digest`` is that of the address."""

    id: str
    enterprise: str
    person: str
    session: str
    name: str
    digest: str
    sealed: str
    created_at: float
    delivered_at: float | None = None
    said: str = ''
    ended_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncingAddress:
    """A mail to this ``address`` of a mail channel came back ``at`` that moment: ``said`` is why, ``delivery`` the newest that did.
    ``recipient`` is the id of the person whose address it is; empty where it is one of the channel."""

    id: str
    enterprise: str
    channel: str
    address: str
    at: float
    said: str = ''
    delivery: str = ''
    recipient: str = ''
    ended_at: float | None = None


class Outcome(StrEnum):
    """What came of an attempt."""

    DELIVERED = 'delivered'
    LATER = 'later'
    """It was not taken now: a network, a server or a setting of the channel is at fault."""
    REFUSED = 'refused'
    """This message will never be taken."""
    GONE = 'gone'
    """Nothing will ever be taken (410, RFC 9110, 15.5.11)."""
    PASSED_ON = 'passed_on'
    """It is told on the next channel: no attempt, but a line of the log."""
    BOUNCED = 'bounced'
    """A mail server took it, and reported later that it was not delivered: no attempt either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the other side said to an attempt; ``code`` is its status (HTTP) or reply code (SMTP). Times in seconds."""

    outcome: Outcome
    said: str
    code: int | None = None
    retry_after_s: float | None = None
    took_s: float = 0.0
    certificate_until: float | None = None
    """When the certificate ends that it showed, where one was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt, as it is kept: what was tried where and when, how long it took, what the other side said, and when it is tried again."""

    id: str
    enterprise: str
    delivery: str
    channel: str
    alert: str
    news: News
    at: float
    outcome: Outcome
    said: str
    took_s: float
    code: int | None = None
    next_at: float | None = None
    recipient: str = ''
    problem: str = ''
    """In the words in which it was told; empty for one of a release that did not keep them."""
