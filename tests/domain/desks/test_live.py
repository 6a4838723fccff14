"""Views that were taken away leave the picture; a reload finds the same."""

from dataclasses import replace

from domain.desks.live import KINDS
from domain.desks.model import Desk, View


def test_a_view_ends_and_a_desk_does_not() -> None:
    kinds = {kind.of: kind for kind in KINDS}
    view = View(id='W1', enterprise='E', owner='U', name='a', list='devices', query='', created_at=0.0)
    assert not kinds[View].has_ended(view)
    assert kinds[View].has_ended(replace(view, ended_at=1.0))
    assert not kinds[Desk].has_ended(Desk(id='U', enterprise='E'))
