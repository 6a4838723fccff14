"""The line of a report."""

from domain.incidents.model import Report, WorsePolicy
from domain.incidents.wording import headline

NOTHING = Report(since=0, now=1, outages=(), degraded=(), others=(), gone=(), away=(), worse=(), is_whole=True)


def test_what_there_was_none_of_is_left_out() -> None:
    worse = (WorsePolicy('p', 'Not rooted', 3),)
    assert headline(NOTHING) == 'nothing happened'
    assert (
        headline(
            Report(since=0, now=1, outages=(), degraded=(), others=(), gone=(), away=(), worse=worse, is_whole=True)
        )
        == '1 policy worse'
    )
