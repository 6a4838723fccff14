"""Calendars of other programs (iCalendar, RFC 5545), as they are read: what is asked, what came, when it is asked next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from domain.common.web_addresses import checked_web_address

EVERY_S = 900.0
"""How often a calendar is asked."""
FIRST_AGAIN_S, LAST_AGAIN_S = 60.0, 3600.0
"""How long is waited after the first failure, and at most: twice as long each time."""
READ_WHOLE_S = 86_400.0
"""A calendar that says it is unchanged is read whole this often, for recurring events come nearer."""
AHEAD_S = 190 * 86_400.0
BEHIND_S = 8 * 86_400.0
"""Events are read of so much time."""
MOST_EVENTS = 2000
MOST_UNREAD = 20
"""Events that could not be read, of which it is said why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One event of a calendar, or one of a recurring one, from ``starts_at`` to ``ends_at`` (epoch seconds).

    ``key`` is the same for this time of the event in every reading, also when it was moved. ``mails`` are the addresses of organizer and
    attendees in small letters, without those who declined. An event of whole days has ``first_day`` and ``last_day`` (``YYYY-MM-DD``, both
    included); its moments are midnights of the zone that the reader was given.
    """

    uid: str
    starts_at: float
    ends_at: float
    summary: str = ''
    mails: tuple[str, ...] = ()
    location: str = ''
    description: str = ''
    first_day: str = ''
    last_day: str = ''
    is_tentative: bool = False
    categories: tuple[str, ...] = ()
    key: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAsked:
    """A calendar is asked for the events between two moments. ``zone`` is for days and for times without one. ``etag`` and ``modified`` are
    those of the last answer, empty when it is to be read whole."""

    id: str
    url: str
    zone: str
    from_at: float
    until_at: float
    etag: str = ''
    modified: str = ''


class FeedOutcome(StrEnum):
    """What came of it."""

    READ = 'read'
    UNCHANGED = 'unchanged'
    FAILED = 'failed'


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """What was read, in order of time; ``said`` is why it could not be, in words for a person, and ``unread`` are the events in it that
    could not be, each with why."""

    outcome: FeedOutcome
    said: str = ''
    events: tuple[FeedEvent, ...] = ()
    unread: tuple[str, ...] = ()
    etag: str = ''
    modified: str = ''
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How the reading of a calendar stands; a part of the row that it is a source of. Moments in epoch seconds.

    ``read_at`` is when it was last read or said to be unchanged, ``whole_at`` when last read. ``failures`` in a row since
    ``failing_since``. ``unread`` are the events that could not be read the last time.
    """

    next_at: float = 0.0
    tried_at: float | None = None
    read_at: float | None = None
    whole_at: float | None = None
    failing_since: float | None = None
    failures: int = 0
    said: str = ''
    etag: str = ''
    modified: str = ''
    unread: tuple[str, ...] = ()

    def asked(self, id: str, url: str, zone: str, now: float) -> FeedAsked:
        """What is asked now: whole, or whether anything changed."""
        is_whole = self.whole_at is None or now - self.whole_at >= READ_WHOLE_S
        return FeedAsked(
            id=id,
            url=url,
            zone=zone,
            from_at=now - BEHIND_S,
            until_at=now + AHEAD_S,
            etag='' if is_whole else self.etag,
            modified='' if is_whole else self.modified,
        )

    def after(self, answer: FeedAnswer, now: float, every_s: float = EVERY_S) -> 'FeedState':
        """How it stands after an answer, asked again after ``every_s``. What was read before stays true until there is another reading."""
        if answer.outcome is FeedOutcome.FAILED:
            wait = min(FIRST_AGAIN_S * 2.0 ** min(self.failures, 10), LAST_AGAIN_S)
            return replace(
                self,
                next_at=now + max(wait, min(answer.retry_after_s or 0.0, READ_WHOLE_S)),
                tried_at=now,
                failing_since=self.failing_since if self.failures else now,
                failures=self.failures + 1,
                said=answer.said,
            )
        is_read = answer.outcome is FeedOutcome.READ
        return FeedState(
            next_at=now + every_s,
            tried_at=now,
            read_at=now,
            whole_at=now if is_read else self.whole_at,
            etag=answer.etag if is_read else self.etag,
            modified=answer.modified if is_read else self.modified,
            unread=answer.unread if is_read else self.unread,
        )


class FeedSource(Protocol):
    """A service whose rows have calendars as a source."""

    def feeds_due(self) -> Sequence[tuple[str, FeedAsked]]:
        """Those to ask now, of every enterprise (its id beside each). One stays due until its answer was taken."""

    async def take_feed(self, enterprise: str, asked: FeedAsked, answer: FeedAnswer) -> None:
        """Keep what came of it. The row may have been changed or removed meanwhile."""


def checked_feed_url(value: str, field: str) -> str:
    """The address of a calendar as it is asked: ``webcal`` is what programs write for https. Raises ``Invalid``."""
    value = value.strip()
    if value[:9].lower() == 'webcal://':
        value = f'https://{value[9:]}'
    return checked_web_address(value, field, begins='https://, http:// or webcal://')


def host_of(url: str) -> str:
    """What may be shown of an address: the rest is often a secret."""
    return urlsplit(url).hostname or ''
