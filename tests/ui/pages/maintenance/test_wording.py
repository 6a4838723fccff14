"""Rules that a form offers, and windows in words."""

import pytest

from tests.domain.maintenance.test_recurrence import window
from ui.pages.maintenance.wording import length_words, repeats_words, rule_of


@pytest.mark.parametrize(
    ('repeats', 'rule', 'words'),
    [
        ('once', '', 'once, 2027-01-26 01:30 (Europe/Berlin)'),
        ('daily', 'FREQ=DAILY', 'every day, 01:30 (Europe/Berlin)'),
        ('second', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', 'every 2 weeks on Tuesday, 01:30 (Europe/Berlin)'),
        ('day', 'FREQ=MONTHLY;BYMONTHDAY=26', 'every month on day 26, 01:30 (Europe/Berlin)'),
        ('weekday', 'FREQ=MONTHLY;BYDAY=4TU', 'every month on the fourth Tuesday, 01:30 (Europe/Berlin)'),
        ('last', 'FREQ=MONTHLY;BYDAY=-1TU', 'every month on the last Tuesday, 01:30 (Europe/Berlin)'),
    ],
)
def test_a_choice_is_a_rule_and_a_rule_is_words(repeats: str, rule: str, words: str) -> None:
    assert rule_of(repeats, '2027-01-26 01:30', 'FREQ=DAILY') == rule
    assert repeats_words(window('2027-01-26T01:30', rule=rule)) == words


def test_a_length() -> None:
    assert [length_words(minutes) for minutes in (45, 120, 150)] == ['45 min', '2 h', '2 h 30 min']
