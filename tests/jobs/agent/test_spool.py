"""The spool: bounded, in order, durable."""

from pathlib import Path

import pytest

from jobs.agent.clock import Clock, Moment, rfc3339
from jobs.agent.options import AgentError
from jobs.agent.spool import REMEMBERED, Order, Spool

NOW = Moment(1_763_798_400.0, 'boot-1', 500.0)


def test_the_oldest_go_when_there_is_no_more_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path / 'agent.db', most=3)
    assert [spool.keep(NOW, '{}') for _ in range(5)] == [0, 0, 0, 1, 1]
    assert spool.waiting() == 3
    oldest = spool.oldest()
    assert oldest is not None
    assert oldest.sequence == 3
    spool.close()


def test_numbers_go_on_after_everything_was_sent(tmp_path: Path) -> None:
    for expected in (1, 2):
        spool = Spool(tmp_path / 'agent.db')
        spool.keep(NOW, '{}')
        oldest = spool.oldest()
        assert oldest is not None
        assert oldest.sequence == expected
        spool.forget(expected)
        spool.close()


def test_numbers_begin_above_those_the_server_has_seen(tmp_path: Path) -> None:
    spool = Spool(tmp_path / 'agent.db')
    spool.sequence_at_least(40)
    spool.sequence_at_least(7)
    spool.keep(NOW, '{}')
    oldest = spool.oldest()
    assert oldest is not None
    assert oldest.sequence == 41
    spool.close()


def test_reported_commands_are_remembered_but_not_for_ever(tmp_path: Path) -> None:
    spool = Spool(tmp_path / 'agent.db')
    for number in (0, REMEMBERED, REMEMBERED + 1):
        command = f'C{number}'
        spool.receive(Order(command, 'quarantine', ''))
        spool._db.execute('UPDATE command SET position = ? WHERE id = ?', (number, command))
        spool.start_next()
        spool.finish(command, 'confirmed', '')
        spool.reported(command)
    spool.receive(Order(f'C{REMEMBERED}', 'quarantine', ''))
    assert spool.start_next() is None
    spool.receive(Order('C0', 'quarantine', ''))
    assert spool.start_next() is not None
    spool.close()


def test_a_damaged_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / 'agent.db').write_bytes(b'not a database' * 1000)
    with pytest.raises(AgentError, match='move it away'):
        Spool(tmp_path / 'agent.db')


def test_a_moment_survives_a_clock_that_was_set_meanwhile() -> None:
    woke_in_1970 = Moment(30.0, 'boot-1', 30.0)
    assert woke_in_1970.seen_from(NOW) == NOW.at - 470
    assert Moment(30.0, 'boot-0', 30.0).seen_from(NOW) == 30.0
    clock = Clock()
    assert clock.now().seen_from(clock.now()) == pytest.approx(clock.now().at, abs=0.5)


def test_times_are_written_in_utc() -> None:
    assert rfc3339(1_763_798_400.25) == '2025-11-22T08:00:00.250Z'
