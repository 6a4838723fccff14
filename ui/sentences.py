"""Journal entries as sentences: the subject, what happened, and the why behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.accounts.events import AccountChanged
from domain.alerts.events import AlertAcknowledged, AlertCleared, AlertRaised
from domain.audit.events import AuditExported
from domain.devices.events import DeviceChanged, PresenceChanged, ServingTowerChanged
from domain.enforcement.events import CommandMoved
from domain.enrolment.events import (
    CredentialRevoked,
    CredentialRotated,
    DeviceApproved,
    DeviceEnrolled,
    DeviceRefused,
    DeviceRetired,
)
from domain.installation.events import EnterpriseAdded, EnterpriseChanged
from domain.journal.model import Recorded
from domain.people.events import LinkIssued, LinkWithdrawn, PersonAdded, PersonChanged, PersonInvited, PersonRemoved
from domain.policies.events import PolicyRetired, PolicySaved, ViolationCleared, ViolationExcused, ViolationOpened
from domain.sign_in.events import (
    IdentityLinked,
    SessionEnded,
    SignedIn,
    SignedOut,
    SignInRefused,
    SteppedUp,
    StepUpRefused,
)
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.towers.events import TowerCheckFailed, TowerRetired, TowerSaved, TowerStatusChanged
from ui.durations import counted, duration

_PLACES = {'device': '/devices/{id}', 'tower': '/towers/{id}', 'policy': '/policies/{id}'}


Said = tuple[str, str, str, str]
"""Family and state of the mark, the text after the subject's name, the why."""


def sentence(recorded: Recorded) -> dict[str, Any]:
    """What the feed shows of an entry."""
    entry = recorded.entry
    family, state, text, why = _SAY.get(type(entry), _plain)(entry)
    place = _PLACES.get(entry.subject.kind)
    href = place.format(id=entry.subject.id) if place else None
    if isinstance(entry, AlertRaised | AlertCleared | AlertAcknowledged) and href is None:
        href = '/alerts'
    return {
        'seq': recorded.sequence,
        'at': entry.at,
        'subject': {'kind': entry.subject.kind, 'id': entry.subject.id, 'name': entry.subject.name, 'href': href},
        'family': family,
        'state': state,
        'text': text,
        'why': ' · '.join(
            part for part in (why, f'by {entry.by}' if entry.by and entry.by != entry.subject.name else '') if part
        ),
    }


def evidence_text(evidence: Mapping[str, object], now: Mapping[str, object] | None = None) -> str:
    """What the rule saw, and where that differs what it would see ``now``: ``os.patch_age_days = 74 (now 75)``."""
    later = {path: f' (now {shown(value)})' for path, value in (now or {}).items() if evidence.get(path) != value}
    return ', '.join(
        f'{path.removeprefix("device.")} = {shown(value)}{later.get(path, "")}' for path, value in evidence.items()
    )


def shown(value: object) -> str:
    """A value of a rule as people write it in a rule."""
    if value is None:
        return 'not reported'
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(entry: Any) -> Said:
    words = ''.join(f' {char.lower()}' if char.isupper() else char for char in type(entry).__name__)
    return 'severity', 'indeterminate', words.strip(), ''


def _enrolled(entry: DeviceEnrolled) -> Said:
    if entry.waiting:
        text = 'has a double that asks to enrol in its place' if entry.again else 'asks to be let in'
        return 'approval', 'waiting', text, f'with {entry.token}, waits for approval'
    return (
        'presence',
        'online',
        'enrolled again' if entry.again else 'enrolled',
        f'with {entry.token}' if entry.token else '',
    )


def _changed(entry: DeviceChanged | TowerSaved | PolicySaved) -> Said:
    created = getattr(entry, 'created', False)
    what = 'was added' if created else 'was changed'
    names = '' if created else ', '.join(name.replace('_', ' ') for name in entry.changes)
    return 'severity', 'indeterminate', what, names


def _presence(entry: PresenceChanged) -> Said:
    if entry.after == 'online':
        if entry.before == 'never_seen':
            return 'presence', 'online', 'checked in for the first time', ''
        return 'presence', 'online', 'is online again', f'away {duration(entry.away_s)}' if entry.away_s else ''
    return 'presence', entry.after, {'late': 'is late', 'offline': 'is offline'}.get(entry.after, entry.after), ''


def _moved(entry: ServingTowerChanged) -> Said:
    before = f'from {entry.before_name}' if entry.before_name else ''
    if entry.after is None:
        return 'presence', 'late', 'is on a cell that no tower lists', entry.cell or ''
    if entry.before is None:
        return 'presence', 'online', f'is on {entry.after_name}', ''
    return 'presence', 'online', f'moved to {entry.after_name}', before


def _opened(entry: ViolationOpened) -> Said:
    return 'compliance', 'violating', f'breaks {entry.policy_name}', evidence_text(entry.evidence)


def _excused(entry: ViolationExcused) -> Said:
    return 'compliance', 'excused', f'is excused from {entry.policy_name}', entry.because


def _kept(entry: ViolationCleared) -> Said:
    return (
        'compliance',
        'compliant',
        f'meets {entry.policy_name} again',
        f'{entry.because}, after {duration(entry.open_s)}',
    )


_COMMANDS = {
    'requested': '{action} requested',
    'queued': '{action} queued',
    'delivered': '{action} delivered',
    'rejected': 'rejected {action}',
    'timed_out': '{action} timed out',
    'cancelled': '{action} cancelled',
}


_DONE = {
    'quarantine': 'is quarantined',
    'release': 'is released from quarantine',
    'lock': 'is locked',
    'unlock': 'is unlocked',
    'wipe': 'is wiped',
}


def _command(entry: CommandMoved) -> Said:
    if entry.after == 'confirmed':
        done = _DONE.get(entry.action, f'has done {entry.action}')
        return 'command', 'confirmed', done, f'confirmed after {duration(entry.after_s)}'
    return 'command', entry.after, _COMMANDS[entry.after].format(action=entry.action), entry.because


def _check(entry: TowerCheckFailed) -> Said:
    kind = entry.label.partition(' ')[0]  # the address stands on the page of the tower
    if entry.attempt < entry.most:
        return 'check', 'soft', f'{kind} check failed, retrying', f'{entry.error} · {entry.attempt} of {entry.most}'
    return 'check', 'failing', f'{kind} check failed {entry.most} times', entry.error


def _tower(entry: TowerStatusChanged) -> Said:
    if entry.after == 'down' and entry.devices:
        return 'tower', 'down', 'is down', f'{entry.devices} device{"s" if entry.devices > 1 else ""} affected'
    if entry.after in ('down', 'degraded'):
        return 'tower', entry.after, f'is {entry.after}', entry.because
    text = 'is up again' if entry.after == 'up' and entry.before in ('down', 'degraded') else f'is {entry.after}'
    return 'tower', entry.after, text if entry.after != 'maintenance' else 'is in maintenance', ''


def _raised(entry: AlertRaised) -> Said:
    problem, name = entry.problem, entry.subject.name
    if problem.startswith(f'{name} '):
        return 'severity', entry.severity, problem.removeprefix(f'{name} '), f'{entry.severity} alert · {entry.detail}'
    return 'severity', entry.severity, f'alert: {problem}', entry.detail


def _acknowledged(entry: AlertAcknowledged) -> Said:
    return 'severity', 'indeterminate', f'alert acknowledged: {entry.problem}', entry.comment


def _cleared(entry: AlertCleared) -> Said:
    return 'severity', 'cleared', f'alert cleared: {entry.problem}', f'after {duration(entry.open_s)}'


def _signed_in(entry: SignedIn) -> Said:
    return 'severity', 'indeterminate', 'signed in', f'from {entry.address}' if entry.address else ''


def _refused(entry: SignInRefused) -> Said:
    why = [entry.because, f'from {entry.address}' if entry.address else '']
    return 'severity', 'warning', 'was refused at sign-in', ', '.join(part for part in why if part)


def _account(entry: AccountChanged) -> Said:
    return 'severity', 'indeterminate', entry.what or 'changed the account', ''


def _invited(entry: PersonInvited) -> Said:
    return 'severity', 'indeterminate', f'was invited as {entry.role}', entry.email


def _link(entry: LinkIssued) -> Said:
    return 'severity', 'indeterminate', f'was given a one-time link: {entry.kind}', ''


def _because(text: str, state: str = 'indeterminate') -> Callable[[Any], Said]:
    return lambda entry: ('severity', state, text, entry.because)


def _added(entry: PersonAdded) -> Said:
    return (
        'severity',
        'indeterminate',
        f'belongs to it as {entry.role}',
        f'through {entry.through}' if entry.through else '',
    )


def _differs(entry: PersonChanged | EnterpriseChanged) -> Said:
    return (
        'severity',
        'indeterminate',
        'was changed',
        ', '.join(_difference(*change) for change in entry.changes.items()),
    )


def _difference(name: str, change: object) -> str:
    if isinstance(change, Sequence) and not isinstance(change, str) and len(change) == 2:
        return f'{name} from {change[0]} to {change[1]}'
    return name


def _removed(entry: PersonRemoved) -> Said:
    return 'severity', 'indeterminate', 'was removed from the enterprise', entry.because


def _session_ended(entry: SessionEnded) -> Said:
    return 'severity', 'indeterminate', 'had a session ended', entry.because


def _stepped_up(entry: SteppedUp) -> Said:
    return 'severity', 'indeterminate', 'proved anew who they are', f'by {entry.method}' if entry.method else ''


def _step_up_refused(entry: StepUpRefused) -> Said:
    return 'severity', 'warning', 'failed to prove anew who they are', entry.because


def _linked(entry: IdentityLinked) -> Said:
    return 'severity', 'indeterminate', 'can now sign in through an identity provider', entry.provider


def _exported(entry: AuditExported) -> Said:
    return 'severity', 'indeterminate', 'audit trail was exported', counted(entry.entries, 'entry', 'entries')


def _words(text: str) -> Callable[[Any], Said]:
    return lambda _: ('severity', 'indeterminate', text, '')


_SAY: dict[type, Callable[[Any], Said]] = {
    DeviceEnrolled: _enrolled,
    DeviceChanged: _changed,
    DeviceRetired: _words('was retired'),
    DeviceApproved: lambda _: ('presence', 'online', 'was approved', ''),
    DeviceRefused: _because('was refused', 'warning'),
    CredentialRotated: _words('renewed its credential'),
    CredentialRevoked: _because('lost its credential', 'warning'),
    PresenceChanged: _presence,
    ServingTowerChanged: _moved,
    ViolationOpened: _opened,
    ViolationExcused: _excused,
    ViolationCleared: _kept,
    CommandMoved: _command,
    TowerSaved: _changed,
    TowerRetired: _words('was retired'),
    TowerCheckFailed: _check,
    TowerStatusChanged: _tower,
    AlertRaised: _raised,
    AlertAcknowledged: _acknowledged,
    AlertCleared: _cleared,
    PolicySaved: _changed,
    PolicyRetired: _words('was retired'),
    EnterpriseAdded: _words('was founded here'),
    EnterpriseChanged: _differs,
    PersonAdded: _added,
    PersonChanged: _differs,
    PersonRemoved: _removed,
    LinkWithdrawn: _words('link was withdrawn'),
    SignedIn: _signed_in,
    SignInRefused: _refused,
    SignedOut: _words('signed out'),
    SessionEnded: _session_ended,
    SteppedUp: _stepped_up,
    StepUpRefused: _step_up_refused,
    AccountChanged: _account,
    PersonInvited: _invited,
    LinkIssued: _link,
    IdentityLinked: _linked,
    TokenIssued: _words('token was issued'),
    TokenRevoked: _words('token was revoked'),
    AuditExported: _exported,
}
