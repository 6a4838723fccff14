"""Facts that cannot be true are told apart from those that are."""

import pytest

from domain.devices.facts import Facts, Os, Storage
from domain.devices.plausibility import implausible

NOW = 1_795_910_400.0
"""2026-11-29."""


@pytest.mark.parametrize(
    ('facts', 'paths'),
    [
        (Facts(), set()),
        (Facts(os=Os(patch_level='2026-11-30')), set()),
        (Facts(os=Os(patch_level='2026-12-01')), {'os.patch_level'}),
        (Facts(os=Os(patch_level='2036-11-01')), {'os.patch_level'}),
        (Facts(storage=Storage(total_bytes=10, free_bytes=10)), set()),
        (Facts(storage=Storage(free_bytes=10)), set()),
        (Facts(storage=Storage(total_bytes=10, free_bytes=11)), {'storage.free_bytes', 'storage.total_bytes'}),
    ],
)
def test_what_cannot_be_true_is_named(facts: Facts, paths: set[str]) -> None:
    assert implausible(facts, NOW).keys() == paths
