"""How late checks begin: quantiles of the newest ones."""

from jobs.polling.lags import KEPT, Lags


def test_quantiles_are_those_of_what_was_added() -> None:
    lags = Lags()
    assert lags.at(0.99) == (0.0, 0.0)
    for seconds in range(100, 0, -1):
        lags.add(seconds, 50.0)
    assert lags.at(0.5) == (51.0, 51.0 / 50)
    assert lags.at(1.0) == (100.0, 2.0)


def test_the_newest_push_the_oldest_out() -> None:
    lags = Lags()
    for seconds in range(KEPT + 10):
        lags.add(seconds, 10.0)
    assert lags.at(0.0) == (10.0, 1.0)
    assert lags.at(1.0) == (float(KEPT + 9), (KEPT + 9) / 10)
