"""Sentences about towers."""

import pytest

from domain.towers.events import TowerCheckFailed, TowerStatusChanged
from domain.towers.model import TowerStatus
from tests.ui.sentences.entries import entry, say
from ui.sentences.sentence import sentence


@pytest.mark.parametrize('before', TowerStatus)
@pytest.mark.parametrize('after', TowerStatus)
def test_every_move_of_a_tower_can_be_said(before: TowerStatus, after: TowerStatus) -> None:
    said = sentence(entry(TowerStatusChanged, empty=True, before=before, after=after))
    assert said['state'] == after
    assert ('again' in said['text']) == (after == 'up' and before in ('down', 'degraded', 'unreachable'))


def test_an_outage_says_for_how_many_devices_or_else_why() -> None:
    down = {'before': 'up', 'after': 'down', 'devices': 3, 'because': '2 of 2 checks fail', 'by': 'Ana'}
    assert say(TowerStatusChanged, **down) == 'crane-1 is down (3 devices affected · by Ana)'
    assert say(TowerStatusChanged, **{**down, 'devices': 0, 'by': ''}) == 'crane-1 is down (2 of 2 checks fail)'


@pytest.mark.parametrize(('most', 'times'), [(1, '1 time'), (3, '3 times')])
def test_a_check_that_failed_says_how_often(most: int, times: str) -> None:
    said = say(TowerCheckFailed, label='TCP 10.0.0.1:5060', attempt=most, most=most, error='refused')
    assert said == f'crane-1 TCP check failed {times} (refused)'
