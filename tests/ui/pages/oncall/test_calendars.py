"""What the pages say of a calendar that is read from outside."""

import pytest

from domain.common.feeds import FeedState
from ui.pages.oncall.calendars import state_words
from ui.pages.oncall.wording import moment


@pytest.mark.parametrize(
    ('state', 'events', 'words'),
    [
        (FeedState(), 0, 'a.example: is about to be read'),
        (FeedState(read_at=60.0), 1, f'a.example, read {moment(60.0)}, 1 event to come'),
        (FeedState(read_at=60.0), 2, f'a.example, read {moment(60.0)}, 2 events to come'),
        (
            FeedState(read_at=60.0, failing_since=90.0, said='no iCalendar'),
            1,
            f'a.example: cannot be read since {moment(90.0)}: no iCalendar, as read {moment(60.0)}',
        ),
    ],
)
def test_each_state_is_a_whole_sentence(state: FeedState, events: int, words: str) -> None:
    assert state_words('a.example', state, events, ' to come') == words
