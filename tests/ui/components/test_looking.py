"""What is looked at again while a page is open."""

from ui.components.looking import DrawnAnew


def test_it_is_drawn_again_when_what_it_tells_has_moved_and_not_before() -> None:
    told, drawn = ['one'], []
    part = DrawnAnew(lambda: list(told), lambda: drawn.append(list(told)))
    assert drawn == [], 'nothing is drawn until it is shown'
    part.show()
    part.look()
    assert drawn == [['one']]
    told.append('two')
    part.look()
    part.look()
    assert drawn == [['one'], ['one', 'two']]
    part.show()
    assert len(drawn) == 3, 'what a person did is drawn at once'


def test_what_moves_while_it_is_drawn_is_drawn_with_the_next_look() -> None:
    told, drawn = [0], []

    def draw() -> None:
        drawn.append(told[0])
        if told[0] == 0:
            told[0] = 1

    part = DrawnAnew(lambda: told[0], draw)
    part.show()
    part.look()
    assert drawn == [0, 1]
