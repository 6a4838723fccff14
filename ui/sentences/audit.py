"""What the journal tells of the audit trail, in words."""

from domain.audit.events import AuditExported
from ui.durations import counted
from ui.sentences.words import Said, Sentences


def _exported(entry: AuditExported) -> Said:
    return 'severity', 'indeterminate', 'audit trail was exported', counted(entry.entries, 'entry', 'entries')


SENTENCES: Sentences = {
    AuditExported: _exported,
}
