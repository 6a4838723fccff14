"""The status page and its notices in JSON. What a program may edit is spelled as in the body that creates it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain.status_page import model
from domain.status_page.input import NewPageContent
from domain.status_page.model import Component, Impact, NoticeKind, NoticeState
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import TOWER_REF
from ui.api.http.schema import Schema

_COMPONENT = {
    'kind': 'tower',
    'target': TOWER_REF['id'],
    'name': 'West terminal',
    'description': 'Cranes and gates west of the bridge',
    'is_counted': False,
    'is_named': False,
    'id': '01KAPX8Q2V5R7T9W1Y3B5D7F9H',
}
STATUS_PAGE_CONTENT = Schema(
    NewPageContent,
    {
        'slug': 'harbour',
        'title': 'Harbour radio',
        'about': 'How the radio network of the harbour stands.',
        'components': [_COMPONENT, {'kind': 'label', 'target': 'site=port-1', 'name': 'Port 1'}],
    },
)


class StatusPage(Struct, kw_only=True, frozen=True):
    """``slug``, ``title``, ``about`` and ``components`` are those of the draft. The public sees what was published last, at
    ``/status/{public_slug}``; nothing while that is null. ``differs`` tells that the draft is another than what is shown."""

    slug: str
    title: str
    about: str
    components: tuple[Component, ...]
    public_slug: str | None
    published_at: Time | None
    differs: bool
    changed_at: Time
    version: int


STATUS_PAGE = Schema(
    StatusPage,
    {
        **STATUS_PAGE_CONTENT.example,
        'components': [_COMPONENT],
        'public_slug': 'harbour',
        'published_at': '2026-11-22T08:00:00.125Z',
        'differs': False,
        'changed_at': '2026-11-22T08:00:00.125Z',
        'version': 3,
    },
)


def status_page(row: model.StatusPage) -> StatusPage:
    """A page, written or not."""
    return StatusPage(
        slug=row.draft.slug,
        title=row.draft.title,
        about=row.draft.about,
        components=row.draft.components,
        public_slug=row.slug,
        published_at=maybe_time(row.published_at),
        differs=row.shown != row.draft,
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


class StatusPageVersion(Struct, frozen=True):
    """The version of the draft that was read: no other is published."""

    version: int


STATUS_PAGE_VERSION = Schema(StatusPageVersion, {'version': 2})


class NewStatusNotice(Struct, kw_only=True, frozen=True):
    """An incident, or a maintenance that is planned from ``begins_at`` to ``ends_at``. ``text`` is its first update; without a ``state``
    it is that of a new one. ``components`` are ids of the page, none for all of it. ``alert_id`` is an open alert that it comes of."""

    title: str
    text: str
    kind: NoticeKind = NoticeKind.INCIDENT
    state: NoticeState | None = None
    impact: Impact = Impact.NONE
    components: Sequence[str] = ()
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    alert_id: str | None = None


NEW_STATUS_NOTICE = Schema(
    NewStatusNotice,
    {
        'title': 'Radio at the west terminal is slow',
        'text': 'We are looking into slow radio since 8:00.',
        'impact': 'minor',
        'components': [_COMPONENT['id']],
    },
)


class NewStatusUpdate(Struct, frozen=True):
    """What is said next. ``resolved`` and ``completed`` end a notice."""

    state: NoticeState
    text: str


NEW_STATUS_UPDATE = Schema(NewStatusUpdate, {'state': 'identified', 'text': 'A link is broken; it is being replaced.'})


class StatusUpdate(Struct, frozen=True):
    """What was said at one moment, and who said it, which the public does not see."""

    at: Time
    state: NoticeState
    text: str
    by: str


class StatusNotice(Struct, kw_only=True, frozen=True):
    """An incident or a scheduled maintenance; the newest update is the last. ``closed_at`` is null until it is resolved or completed."""

    id: str
    kind: NoticeKind
    title: str
    state: NoticeState
    impact: Impact
    components: tuple[str, ...]
    begins_at: Time
    ends_at: Time | None
    closed_at: Time | None
    updates: tuple[StatusUpdate, ...]
    alert_id: str | None
    version: int


STATUS_NOTICE = Schema(
    StatusNotice,
    {
        'id': '01KAPX9S3W6T8V0X2Z4C6E8G0J',
        'kind': 'incident',
        'title': NEW_STATUS_NOTICE.example['title'],
        'state': 'investigating',
        'impact': 'minor',
        'components': [_COMPONENT['id']],
        'begins_at': '2026-11-22T08:00:00.125Z',
        'ends_at': None,
        'closed_at': None,
        'updates': [
            {
                'at': '2026-11-22T08:04:11.000Z',
                'state': 'investigating',
                'text': NEW_STATUS_NOTICE.example['text'],
                'by': 'Ann Ode',
            }
        ],
        'alert_id': None,
        'version': 1,
    },
)


def status_notice(row: model.Notice) -> StatusNotice:
    """A notice, open or closed."""
    return StatusNotice(
        id=row.id,
        kind=row.kind,
        title=row.title,
        state=row.state,
        impact=row.impact,
        components=row.components,
        begins_at=time_text(row.begins_at),
        ends_at=maybe_time(row.ends_at),
        closed_at=maybe_time(row.closed_at),
        updates=tuple(StatusUpdate(time_text(one.at), one.state, one.text, one.by) for one in row.updates),
        alert_id=row.alert,
        version=row.version,
    )
