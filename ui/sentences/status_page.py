"""What the journal tells of the status page and what was said on it, in words."""

from domain.status_page.events import (
    NoticeRemoved,
    NoticeUpdated,
    StatusPagePublished,
    StatusPageSaved,
    StatusPageWithdrawn,
)
from ui.sentences.edits import changed
from ui.sentences.fields import labels_of
from ui.sentences.words import Said, Sentences, words


def _published(entry: StatusPagePublished) -> Said:
    return 'severity', 'indeterminate', f'is shown to the public at /status/{entry.slug}', labels_of(entry.changes)


def _updated(entry: NoticeUpdated) -> Said:
    begun = 'was begun on the status page: ' if entry.created else 'is said to be '
    return 'severity', 'indeterminate', begun + entry.state.replace('_', ' '), entry.text


SENTENCES: Sentences = {
    StatusPageSaved: changed,
    StatusPagePublished: _published,
    StatusPageWithdrawn: words('is not shown to the public any more'),
    NoticeUpdated: _updated,
    NoticeRemoved: words('was taken off the status page'),
}
