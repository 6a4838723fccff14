"""What the journal tells of the status page. A person or program does all of it, so that every entry is part
of the audit trail: it says what the public was told, and who said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPageSaved(Entry):
    """The draft was changed."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPagePublished(Entry):
    """The draft is what the public sees from now on, at ``/status/{slug}``."""

    slug: str
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPageWithdrawn(Entry):
    """The public sees nothing any more."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeUpdated(Entry):
    """An update was written; the first one begins the incident or announces the maintenance (``created``)."""

    created: bool
    notice: str
    state: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRemoved(Entry):
    """Taken off the page for good."""

    notice: str
