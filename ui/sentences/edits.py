"""What the journal tells of an edit, in words: which fields were changed, and from what to what."""

from typing import Any

from ui.sentences.fields import difference, labels_of
from ui.sentences.words import Said


def changed(entry: Any) -> Said:
    """Something was added or changed; the fields that were."""
    created = getattr(entry, 'created', False)
    what = 'was added' if created else 'was changed'
    return 'severity', 'indeterminate', what, '' if created else labels_of(entry.changes, entry.subject.kind)


def differs(entry: Any) -> Said:
    """Something was changed; each field with its values before and after."""
    said = (difference(name, change, entry.subject.kind) for name, change in entry.changes.items())
    return 'severity', 'indeterminate', 'was changed', ', '.join(said)
