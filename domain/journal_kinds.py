"""Every kind of journal entry by its name, and which of them are the audit trail."""

from domain import journal, journal_access
from domain.journal import Entry

ENTRIES: dict[str, type[Entry]] = {
    name: value
    for name, value in [*vars(journal).items(), *vars(journal_access).items()]
    if isinstance(value, type) and issubclass(value, Entry)
}

AUDITED = frozenset(
    {
        'EnterpriseAdded',
        'EnterpriseChanged',
        'PersonInvited',
        'PersonAdded',
        'PersonChanged',
        'PersonRemoved',
        'AccountChanged',
        'LinkIssued',
        'LinkWithdrawn',
        'SignedIn',
        'SignInRefused',
        'SignedOut',
        'SessionEnded',
        'SteppedUp',
        'StepUpRefused',
        'IdentityLinked',
        'TokenIssued',
        'TokenRevoked',
        'DeviceEnrolled',
        'DeviceApproved',
        'DeviceRefused',
        'CredentialRotated',
        'CredentialRevoked',
        'AuditExported',
    }
)
"""Kinds that belong to the audit trail whoever is behind them."""
