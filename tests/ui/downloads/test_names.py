"""Names of files that say what is in them."""

import pytest

from ui.downloads.names import MOST, file_name


@pytest.mark.parametrize(
    ('filters', 'name'),
    [
        ([], 'devices.csv'),
        (['violating', 'site=port-1'], 'devices-violating-site-port-1.csv'),
        (['Patch level ≤ 60 days', ''], 'devices-patch-level-60-days.csv'),
        (['Köln "/../\r\n'], 'devices-koln.csv'),
        (['رافعة'], 'devices.csv'),
    ],
)
def test_filters_become_letters_that_every_file_system_takes(filters: list[str], name: str) -> None:
    assert file_name('devices', filters) == name


def test_a_long_name_ends_between_words() -> None:
    name = file_name('devices', ['word'] * 50)
    assert name.endswith('-word.csv')
    assert len(name) <= MOST + len('.csv')
