"""A refusal that comes back sooner than anything can from there was sent by a firewall on the way, beside this machine."""

import pytest

from jobs.polling.distances import LEAST_TIMES, MOST_ADDRESSES, Distances


@pytest.mark.parametrize(
    ('connections', 'refused_s', 'here'),
    [
        ([0.030] * LEAST_TIMES, 0.0004, True),
        ([0.030, 0.250, 0.031, 0.029, 1.0], 0.0004, True),
        ([0.030] * LEAST_TIMES, 0.028, False),  # from there
        ([0.030] * LEAST_TIMES, 0.012, False),  # from half-way: not ours to tell
        ([0.0004] * LEAST_TIMES, 0.00005, False),  # in the same building nothing can be told
        ([0.030] * (LEAST_TIMES - 1), 0.0004, False),
        ([0.030, 0.030, 0.0006, 0.030, 0.030], 0.0004, False),  # it is near, and was slow
        ([], 0.0004, False),
    ],
)
def test_a_refusal_is_sent_here_when_it_is_sooner_than_the_site(
    connections: list[float], refused_s: float, here: bool
) -> None:
    distances = Distances()
    for took_s in connections:
        distances.connected('10.0.0.1', took_s)
    assert not distances.is_refused_here('10.0.0.1')
    distances.refused('10.0.0.1', refused_s)
    assert distances.is_refused_here('10.0.0.1') is here
    distances.connected('10.0.0.1', 0.03)
    assert not distances.is_refused_here('10.0.0.1'), 'it answers again'


def test_addresses_that_were_not_reached_for_long_are_forgotten_first() -> None:
    distances = Distances()
    for number in range(MOST_ADDRESSES + 1):
        distances.connected(str(number), 0.03)
    distances.refused('0', 0.0001)
    assert not distances.is_refused_here('0')
