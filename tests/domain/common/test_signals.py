"""Listeners hear, leave, and cannot hurt the emitter or each other."""

import logging

import pytest

from domain.common.signals import Signal


def test_listeners_hear_in_order_until_they_leave() -> None:
    event, heard = Signal[int](), list[str]()
    leave = event.subscribe(lambda n: heard.append(f'a{n}'))
    event.subscribe(lambda n: heard.append(f'b{n}'))
    event.emit(1)
    leave()
    leave()
    event.emit(2)
    assert heard == ['a1', 'b1', 'b2']


def test_a_listener_that_fails_is_logged_and_the_next_one_still_hears(caplog: pytest.LogCaptureFixture) -> None:
    event, heard = Signal[()](), list[str]()

    def broken() -> None:
        raise ValueError('no')

    event.subscribe(broken)
    event.subscribe(lambda: heard.append('second'))
    with caplog.at_level(logging.ERROR):
        event.emit()
    assert heard == ['second']
    assert 'broken' in caplog.text


def test_a_listener_that_another_one_sends_away_hears_no_more() -> None:
    event, heard = Signal[()](), list[str]()
    leaves = [event.subscribe(lambda: leaves[1]())]
    leaves.append(event.subscribe(lambda: heard.append('late')))
    event.emit()
    assert heard == []
