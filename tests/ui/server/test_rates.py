"""How often a socket may speak, against the slow obvious count."""

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ui.server.rates import Counted, Rate


@given(st.lists(st.floats(0, 3), max_size=60))
def test_no_more_is_taken_than_the_burst_and_what_time_has_given(pauses: list[float]) -> None:
    now = 0.0
    rate, taken = Rate(per_s=2, burst=3, clock=lambda: now), list[float]()
    for pause in pauses:
        now += pause
        wait = rate.take()
        assert wait >= 0
        now += wait
        taken.append(now)
        for at in range(len(taken)):
            assert len(taken) - at <= 3 + 1 + (now - taken[at]) * 2 + 1e-6


def test_a_quiet_socket_never_waits() -> None:
    now = 0.0
    rate = Rate(per_s=2, burst=3, clock=lambda: now)
    for _ in range(100):
        now += 0.5
        assert rate.take() == 0


def test_a_warning_is_told_once_a_minute_with_its_count() -> None:
    now = 0.0
    warning = Counted('socket_closed', clock=lambda: now)
    with capture_logs() as told:
        for _ in range(50):
            warning.note('rubbish')
        now = 61.0
        warning.note('rubbish')
    assert [line['rubbish'] for line in told if line['event'] == 'socket_closed'] == [1, 50]
