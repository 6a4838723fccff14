"""When a calendar is asked again, and which addresses may be."""

import pytest

from domain.common.errors import Invalid
from domain.common.feeds import EVERY_S, READ_WHOLE_S, FeedAnswer, FeedOutcome, FeedState, checked_feed_url

READ = FeedAnswer(outcome=FeedOutcome.READ, etag='"1"')
FAILED = FeedAnswer(outcome=FeedOutcome.FAILED, said='HTTP 500')


def test_failures_are_waited_for_longer_and_longer_and_the_reading_stays() -> None:
    state, waits = FeedState().after(READ, 0.0), []
    for _ in range(8):
        state = state.after(FAILED, 1000.0)
        waits.append(state.next_at - 1000.0)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert (state.read_at, state.failing_since, state.said, state.etag) == (0.0, 1000.0, 'HTTP 500', '"1"')
    well = state.after(FeedAnswer(outcome=FeedOutcome.UNCHANGED), 2000.0)
    assert (well.failures, well.failing_since, well.said, well.next_at) == (0, None, '', 2000.0 + EVERY_S)


def test_a_wait_that_the_server_asks_for_is_kept() -> None:
    answer = FeedAnswer(outcome=FeedOutcome.FAILED, said='HTTP 429', retry_after_s=7200.0)
    assert FeedState().after(answer, 0.0).next_at == 7200.0


def test_a_calendar_is_read_whole_once_a_day() -> None:
    state = FeedState().after(READ, 0.0).after(FeedAnswer(outcome=FeedOutcome.UNCHANGED), READ_WHOLE_S - 1)
    assert state.asked('1', 'https://x', 'UTC', READ_WHOLE_S - 1).etag == '"1"'
    assert state.asked('1', 'https://x', 'UTC', READ_WHOLE_S).etag == ''


def test_an_address_for_calendar_programs_is_one_of_the_web() -> None:
    assert checked_feed_url(' WebCal://example.com/a.ics?key=1 ', 'url') == 'https://example.com/a.ics?key=1'


@pytest.mark.parametrize(
    'value', ['', 'file:///etc/passwd', 'https://a:b@example.com/', 'https://a b/', 'https://[/', 'https://x/#y']
)
def test_other_addresses_are_refused(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_feed_url(value, 'url')
    assert refused.value.field == 'url'
