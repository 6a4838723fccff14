"""Texts that stand for "not known"."""

import pytest

from domain.common.placeholders import says_nothing


@pytest.mark.parametrize('text', ['', '  ', '--', 'unknown', ' Unknown ', 'N/A', 'NULL', 'not available', '(null)'])
def test_what_vendors_write_for_not_known_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize('text', ['0', 'Android', 'Unknown Worlds OS', 'no', 'nano', 'none of the above'])
def test_a_text_that_only_looks_like_it_says_something(text: str) -> None:
    assert not says_nothing(text)
