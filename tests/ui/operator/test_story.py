"""What the simulation says, as pages tell it."""

import pytest

from jobs.simulation.scenario import What
from jobs.simulation.story import ALL_DOWN, Teller
from ui.operator.story import SCENES, Story


def test_every_event_of_the_simulation_has_its_words() -> None:
    assert set(SCENES) == {*(what.value for what in What), ALL_DOWN}


def test_a_press_that_finds_no_hub_to_break_says_so() -> None:
    story = Story()
    Teller(is_on=True, says=lambda line: story.heard(line.encode())).all_down()
    assert story.happened is not None
    assert story.happened.words.startswith('every hub lies down already')


def test_what_the_pager_heard_and_what_happened_stand_apart() -> None:
    story = Story(lambda: 7.0)
    story.heard(b'{"now": {"what": "repaired", "names": "crane {x}"}}')
    story.heard(b'{"pager": {"kind": "alert.raised", "problem": "Hub is down"}}')
    assert story.happened is not None
    assert story.paged is not None
    assert (story.happened.words, story.happened.at) == ('put right: crane {x}', 7.0)
    assert story.paged.words == 'Hub is down'


@pytest.mark.parametrize(
    'line', [b'', b'towers ready', b'[]', b'{}', b'{"now": 1}', b'{"now": {"what": "x", "names": ""}}']
)
def test_what_cannot_be_read_is_left_out(line: bytes) -> None:
    story = Story()
    story.heard(line)
    assert (story.coming, story.happened, story.paged) == (None, None, None)
