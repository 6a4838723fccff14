"""What is typed to change labels of many devices."""

import pytest

from domain.common.errors import Invalid
from ui.pages.devices.labels import patch_typed


def test_labels_are_set_and_taken_away() -> None:
    assert patch_typed('site=port-1\n team = blue ', 'shift\n\n') == {'site': 'port-1', 'team': 'blue', 'shift': None}


@pytest.mark.parametrize(
    ('sets', 'drops', 'field'),
    [('', ' ', 'labels'), ('site', '', 'labels'), ('site=a', 'site', 'drop'), ('no key!=a', '', 'labels.no key!')],
)
def test_what_says_no_label_is_refused_at_its_field(sets: str, drops: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        patch_typed(sets, drops)
    assert refused.value.field == field
