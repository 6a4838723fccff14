"""Entity tags that a client names."""

import pytest

from ui.server.entity_tags import named


@pytest.mark.parametrize(
    ('asked', 'tags'),
    [('"3-a"', {'3-a'}), ('W/"3-a", "b-gzip"', {'3-a', 'b-gzip'}), ('*', {'*'}), (' "a" ,"b"', {'a', 'b'})],
)
def test_tags_are_compared_weakly_one_or_several(asked: str, tags: set[str]) -> None:
    assert named(asked) == tags
