"""What is behind, as pages and outside checks ask for it."""

from domain.common.own_parts import Behind, OwnPart, OwnParts


def test_nothing_is_known_before_every_part_has_turned() -> None:
    own = OwnParts()
    assert not own.all_turn
    own.is_known = True
    assert own.all_turn


def test_what_is_behind_the_longest_stands_first() -> None:
    own = OwnParts()
    own.is_known = True
    late, later = (Behind(part=part, since=at, because='') for part, at in ((OwnPart.POLLER, 9), (OwnPart.DATABASE, 5)))
    own.found({one.part: one for one in (late, later)})
    assert own.behind == (later, late)
    assert not own.all_turn
