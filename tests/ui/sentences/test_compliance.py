"""How compliant a fleet is, and of how many that is known now."""

import pytest

from ui.sentences.compliance import compliance_words, share


def test_the_share_is_of_devices_heard_that_have_an_answer() -> None:
    assert share({'compliant': 3, 'violating': 1, 'unknown': 90, 'not_applicable': 5}) == 0.75
    assert share({'unknown': 1}) is None
    assert share({}) is None


@pytest.mark.parametrize(
    ('counts', 'heard', 'words'),
    [
        ({'compliant': 15708}, {'compliant': 1900}, 'compliant 15,708, of them 1,900 heard from within their interval'),
        ({'compliant': 15708}, {}, 'compliant 15,708, none of them heard from within their interval'),
        ({'compliant': 2}, {'compliant': 2}, 'compliant 2, all heard from within their interval'),
        ({'compliant': 1}, {'compliant': 1}, 'compliant 1, heard from within its interval'),
        ({'compliant': 1}, {}, 'compliant 1, not heard from within its interval'),
        ({'violating': 1}, {'violating': 1}, 'compliant 0'),
        ({'unknown': 1}, {'unknown': 1}, 'no device has an answer yet'),
    ],
)
def test_the_words_say_of_how_many(counts: dict[str, int], heard: dict[str, int], words: str) -> None:
    assert compliance_words(counts, heard) == words
