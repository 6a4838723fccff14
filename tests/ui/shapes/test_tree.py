"""Every component of a page has a shape that the server draws, or a reason why it needs none."""

from pathlib import Path

from ui.components import __file__ as components
from ui.shapes.tree import SHAPES, WITHOUT


def test_every_component_has_a_shape_or_a_reason() -> None:
    names = {path.stem for path in Path(components).parent.glob('*.js')}
    assert names == {*SHAPES, *WITHOUT}
    assert not {*SHAPES} & {*WITHOUT}
