"""Other servers tell what time it is whenever they answer."""

from email.utils import formatdate

from domain.common.answer_dates import FRESH_S, MOST_HOSTS, AnswerDates
from tests.fakes.clock import Clock


def test_the_median_of_hosts_counts_each_once_and_by_its_newest_answer() -> None:
    clock = Clock()
    dates = AnswerDates(clock)
    assert dates.offset() == (0, 0.0)
    for host, ahead in (('a', 0), ('b', 7200), ('c', 1), ('a', 2), ('a', 2)):
        dates.note(host, formatdate(clock() + ahead, usegmt=True))
    assert dates.offset() == (3, 2.0)


def test_what_is_no_date_says_nothing() -> None:
    dates = AnswerDates(Clock())
    for date in (None, '', 'yesterday', 'Thu, 99 Nov 2026 08:00:00 GMT', '\x00', '9' * 400):
        dates.note('a', date)
    assert dates.offset() == (0, 0.0)


def test_old_answers_say_nothing_of_now_and_room_is_bounded() -> None:
    clock = Clock()
    dates = AnswerDates(clock)
    dates.note('a', formatdate(clock() + 90))
    clock.tick(FRESH_S + 1)
    assert dates.offset() == (0, 0.0)
    for host in range(2 * MOST_HOSTS):
        dates.note(str(host), formatdate(clock()))
    assert dates.offset()[0] == MOST_HOSTS
