"""Sentences about devices."""

from domain.devices.events import CounterRestarted, PresenceChanged, ServingTowerChanged
from tests.ui.sentences.entries import say


def test_presence_and_the_serving_tower_as_people_read_them() -> None:
    assert (
        say(PresenceChanged, before='offline', after='online', away_s=4000)
        == 'crane-1 is online again (away 1 h 6 min)'
    )
    assert say(PresenceChanged, before='never_seen', after='online') == 'crane-1 checked in for the first time'
    assert (
        say(ServingTowerChanged, before='1', before_name='West', after='2', after_name='East')
        == 'crane-1 moved to East (from West)'
    )
    assert (
        say(ServingTowerChanged, after=None, cell='204-08-1-2')
        == 'crane-1 is on a cell that no tower lists (204-08-1-2)'
    )


def test_a_counter_that_begins_again_as_people_read_it() -> None:
    assert say(CounterRestarted, before=1500, after=3) == 'crane-1 counts its check-ins anew (number 3 after 1,500)'
