"""What the journal tells of accounts, in words."""

from domain.accounts.events import AccountChanged
from ui.sentences.words import Said, Sentences


def _account(entry: AccountChanged) -> Said:
    return 'severity', 'indeterminate', entry.what or 'changed the account', ''


SENTENCES: Sentences = {
    AccountChanged: _account,
}
