"""Nobody overwrites what they have not seen."""

import pytest

from domain.common.errors import Stale
from domain.common.versions import check_version, differences
from domain.devices.model import Device, DeviceKind


def test_an_edit_of_an_older_version_is_stale() -> None:
    check_version(3, 3)
    with pytest.raises(Stale, match='version 4, you edited version 3'):
        check_version(4, 3)


def test_the_journal_hears_what_changed_from_what_to_what() -> None:
    before = Device(id='1', enterprise='e', name='crane', kind=DeviceKind.TABLET, created_at=0.0, labels={'a': 'b'})
    after = Device(id='1', enterprise='e', name='crane', kind=DeviceKind.PHONE, created_at=0.0, labels={})
    assert differences(before, after, ('name', 'kind', 'labels')) == {
        'kind': ['tablet', 'phone'],
        'labels': [{'a': 'b'}, {}],
    }
