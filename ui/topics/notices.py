"""What was told on the status page, by its versions: the editor draws the notices themselves."""

from typing import Any

from domain.access.permissions import Permission
from domain.status_page.live import notices_of
from domain.status_page.model import Notice
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow


class NoticesTopic(ObjectTopic):
    """``{versions: {id: version}}`` of the notices that are there."""

    kinds = (Notice,)

    def view(self) -> dict[str, Any]:
        """As they stand now."""
        return {'versions': {notice.id: notice.version for notice in notices_of(self.fleet)}}


TOPICS = (TopicRow('notices', Permission.STATUS_READ, NoticesTopic, whole=True),)
