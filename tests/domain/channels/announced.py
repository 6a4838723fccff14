"""An alert as it was announced."""

from typing import Any

from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.channels.model import AnnouncedAlert
from domain.common.severity import Severity


def announced(news: News = News.RAISED, **more: Any) -> AnnouncedAlert:
    """A mast that is down, or is up again after five minutes."""
    known: dict[str, Any] = {
        'news': news,
        'at': 1_800_000_000.0 + (300 if news is News.CLEARED else 0),
        'alert': 'A1',
        'severity': Severity.MAJOR,
        'problem': 'Mast is down',
        'object_kind': 'tower',
        'object_id': 'T1',
        'object_name': 'Mast',
        'alarm_type': AlarmType.COMMUNICATIONS,
        'probable_cause': ProbableCause.LOSS_OF_SIGNAL,
        'raised_at': 1_800_000_000.0,
        'detail': 'refused',
        'devices': 4,
    }
    return AnnouncedAlert(**{**known, **more})
