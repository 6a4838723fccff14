"""Our own trouble with checks."""

from jobs.polling.trouble import Trouble


def test_trouble_lasts_from_the_first_failure_to_the_next_success() -> None:
    trouble = Trouble()
    assert trouble.lasts(5.0)[0] == 0
    for at in (10.0, 20.0):
        trouble.note(OSError('the disk is full'), 1, at)
    assert trouble.lasts(30.0) == (20.0, 'results of checks are not kept: OSError: the disk is full')
    trouble.note(None, 1, 31.0)
    assert trouble.lasts(40.0)[0] == 0
    assert trouble.faults == 2
