"""Sentences about towers."""

import pytest

from domain.towers.events import TowerStatusChanged
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
