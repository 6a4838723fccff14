"""What people are told by an entry of the journal, and what they are not."""

from typing import Any

import pytest

from domain.alerts.announcements import News, announcement_of
from domain.alerts.events import (
    AlertAcknowledged,
    AlertAttached,
    AlertCleared,
    AlertFlapping,
    AlertRaised,
    AlertWorsened,
)
from domain.journal.model import Entry, Subject

ABOUT: dict[str, Any] = {
    'at': 5.0,
    'enterprise': 'E',
    'subject': Subject('tower', 'T', 'Mast'),
    'alert': 'A',
    'problem': 'Mast is down',
}
LOUD = ABOUT | {'severity': 'major'}


@pytest.mark.parametrize(
    ('entry', 'kind'),
    [
        (AlertRaised(**LOUD), News.RAISED),
        (AlertWorsened(**LOUD, before='minor'), News.WORSENED),
        (AlertWorsened(**LOUD, before='major', again=True), News.REOPENED),
        (AlertFlapping(**LOUD), News.FLAPPING),
        (AlertCleared(**ABOUT, open_s=4), News.CLEARED),
        (AlertCleared(**ABOUT, open_s=4, quiet=True), None),
        (AlertAttached(**ABOUT, root='B'), None),
        (AlertAcknowledged(**ABOUT), None),
    ],
)
def test_an_entry_is_an_announcement_or_none(entry: Entry, kind: News | None) -> None:
    found = announcement_of(entry)
    assert (found.kind if found is not None else None) is kind
    assert found is None or (found.alert_id, found.at, found.key) == ('A', 5.0, f'A/{kind}/5.000000')
