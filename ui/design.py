"""How states look: each by tone, shape and word together, never by colour alone; :data:`STATES` says how, keyed by family and by the plain
value of the domain's enum. The colours of the tones stand in :mod:`ui.colours`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

Tone = Literal['ok', 'warn', 'bad', 'crit', 'info', 'unk']
Shape = Literal['disc', 'triangle', 'square', 'diamond', 'ring']


@dataclass(frozen=True, slots=True)
class Look:
    """How one state shows: its ``word`` beside a ``shape`` in a ``tone``; ``loud`` states stand in a chip, the others stay plain text."""

    word: str
    tone: Tone
    shape: Shape
    loud: bool = True


_OK: tuple[Tone, Shape, bool] = ('ok', 'disc', False)
_WARN: tuple[Tone, Shape] = ('warn', 'triangle')
_BAD: tuple[Tone, Shape] = ('bad', 'square')
_INFO: tuple[Tone, Shape] = ('info', 'diamond')
_UNKNOWN: tuple[Tone, Shape] = ('unk', 'ring')

#: family -> value of the domain's enum -> look, in the order in which counters and filters list them.
STATES: Mapping[str, Mapping[str, Look]] = MappingProxyType(
    {
        'presence': {
            'online': Look('Online', *_OK),
            'late': Look('Late', *_WARN),
            'offline': Look('Offline', *_BAD),
            'never_seen': Look('Never seen', *_UNKNOWN),
        },
        'compliance': {
            'compliant': Look('Compliant', *_OK),
            'violating': Look('Violating', *_BAD),
            'excused': Look('Excused', *_INFO),
            'unknown': Look('Unknown', *_UNKNOWN),
            'unevaluated': Look('Not evaluated', 'unk', 'ring', False),
            'not_applicable': Look('Not applicable', 'unk', 'ring', False),
        },
        'tower': {
            'up': Look('Up', *_OK),
            'degraded': Look('Degraded', *_WARN),
            'down': Look('Down', *_BAD),
            'unreachable': Look('Unreachable', *_BAD),
            'unknown': Look('Unknown', *_UNKNOWN),
            'maintenance': Look('Maintenance', *_INFO),
        },
        'check': {
            'ok': Look('OK', *_OK),
            'degraded': Look('Degraded', *_WARN),
            'soft': Look('Retrying', *_WARN),
            'failing': Look('Failing', *_BAD),
            'pending': Look('Pending', 'unk', 'ring', False),
        },
        'sim': {'unexpected': Look('SIM changed', *_WARN)},
        'severity': {
            'critical': Look('Critical', 'crit', 'square'),
            'major': Look('Major', *_BAD),
            'minor': Look('Minor', *_WARN),
            'warning': Look('Warning', *_WARN),
            'indeterminate': Look('Indeterminate', *_UNKNOWN),
            'cleared': Look('Cleared', *_OK),
        },
        'alert': {
            'open': Look('Open', *_BAD),
            'acknowledged': Look('Acknowledged', *_INFO),
            'snoozed': Look('Snoozed', *_INFO),
            'silenced': Look('Silenced', *_INFO),
            'cleared': Look('Cleared', *_OK),
        },
        'command': {
            'requested': Look('Parked', *_WARN),
            'queued': Look('Queued', *_INFO),
            'delivered': Look('Delivered', *_INFO),
            'confirmed': Look('Confirmed', *_OK),
            'rejected': Look('Rejected', *_BAD),
            'timed_out': Look('Timed out', *_WARN),
            'cancelled': Look('Cancelled', 'unk', 'ring', False),
        },
        'answer': {
            'under_way': Look('Command under way', *_INFO),
            'parked': Look('Parked', *_WARN),
            'held': Look('In quarantine', *_WARN),
            'in_grace': Look('In grace', 'info', 'diamond', False),
            'due': Look('Due', *_WARN),
            'not_carried_out': Look('Not carried out', *_BAD),
            'excused': Look('Excused', *_INFO),
            'not_enforced': Look('Recorded only', 'unk', 'ring', False),
        },
        'mode': {
            'audit': Look('Audit', 'unk', 'ring', False),
            'enforce': Look('Enforce', 'info', 'diamond', False),
        },
        'role': {
            'viewer': Look('Viewer', 'unk', 'ring', False),
            'operator': Look('Operator', 'unk', 'ring', False),
            'security': Look('Security', 'unk', 'ring', False),
            'admin': Look('Admin', 'info', 'diamond'),
        },
        'person': {
            'active': Look('Active', *_OK),
            'invited': Look('Invited', *_INFO),
            'suspended': Look('Suspended', *_WARN),
            'expired': Look('Expired', 'unk', 'ring', False),
        },
        'token': {
            'active': Look('Active', *_OK),
            'valid': Look('Valid', *_OK),
            'ending': Look('Ends soon', *_WARN),
            'used_up': Look('Used up', 'unk', 'ring', False),
            'expired': Look('Expired', 'unk', 'ring', False),
        },
        'criticality': {
            'vital': Look('Vital', *_INFO),
            'high': Look('High', *_INFO),
            'normal': Look('Normal', 'unk', 'ring', False),
            'low': Look('Low', 'unk', 'ring', False),
        },
        'doctor': {
            'ok': Look('OK', *_OK),
            'not known': Look('Not known', *_UNKNOWN),
            'warning': Look('Warning', *_WARN),
            'fault': Look('Fault', *_BAD),
        },
        'channel': {
            'ok': Look('OK', *_OK),
            'untried': Look('Not tried', *_UNKNOWN),
            'failing': Look('Failing', *_BAD),
            'off': Look('Off', *_UNKNOWN),
            'gone': Look('Gone', *_BAD),
        },
        'window': {
            'active': Look('Active', *_OK),
            'planned': Look('Planned', *_UNKNOWN),
            'over': Look('Over', *_UNKNOWN),
            'unmatched': Look('Not known', *_WARN),
            'tentative': Look('Tentative', *_UNKNOWN),
            'ignored': Look('Not followed', *_UNKNOWN),
        },
        'standing': {
            'unknown': Look('Unknown', *_UNKNOWN),
            'trusted': Look('Trusted', *_OK),
            'rogue': Look('False', *_BAD),
            'listed': Look('Listed', *_INFO),
        },
        'silence': {
            'active': Look('Active', *_OK),
            'scheduled': Look('Later', *_UNKNOWN),
            'over': Look('Over', *_UNKNOWN),
        },
        'rule': {
            'default': Look('As delivered', *_OK),
            'on': Look('On', *_OK),
            'set': Look('Set', *_INFO),
            'off': Look('Off', *_UNKNOWN),
        },
        'duty': {
            'covered': Look('On call', *_OK),
            'now': Look('At once', *_INFO),
            'shift': Look('Later', *_UNKNOWN),
            'gap-ahead': Look('Gap ahead', *_WARN),
            'gap': Look('Nobody', *_BAD),
            'nobody': Look('Nobody is told', *_WARN),
        },
        'outcome': {
            'delivered': Look('Delivered', *_INFO),
            'later': Look('Failed', *_WARN),
            'refused': Look('Refused', *_BAD),
            'gone': Look('Gone', *_BAD),
            'queued': Look('Queued', *_INFO),
            'passed_on': Look('Passed on', *_WARN),
            'bounced': Look('Came back', *_BAD),
        },
        'call': {
            'delivered': Look('Delivered', *_INFO),
            'later': Look('Failed', *_WARN),
            'lost': Look('Never arrived', *_BAD),
            'queued': Look('Queued', *_INFO),
            'withheld': Look('Not needed', *_UNKNOWN),
            'next': Look('Next', *_INFO),
            'called': Look('Called', *_UNKNOWN),
            'answered': Look('Answered', *_OK),
            'unanswered': Look('No answer', *_BAD),
        },
        'quarantine': {'quarantined': Look('Quarantined', *_WARN)},
        'odd': {'odd': Look('Odd values', *_WARN)},
        'lock': {'locked': Look('Locked', *_WARN)},
        'wipe': {'wiped': Look('Wiped', *_BAD)},
        'credential': {'none': Look('No credential', *_BAD)},
        'approval': {
            'waiting': Look('Waiting for approval', *_INFO),
            'contested': Look('Its place is asked for', *_WARN),
            'new': Look('New device', 'info', 'diamond', False),
            'known': Look('Known device', 'unk', 'ring', False),
            'in_use': Look('Place in use', *_WARN),
            'ambiguous': Look('Which device is it?', *_WARN),
            'claimed': Look('Its numbers are shown by another', *_WARN),
        },
    }
)

TONES: tuple[Tone, ...] = ('ok', 'warn', 'bad', 'crit', 'info', 'unk')


def look(family: str, value: str) -> Look:
    """The look of a state; a value this table does not know is shown by its own word as unknown, never hidden."""
    found = STATES.get(family, {}).get(value)
    return found or Look(value.replace('_', ' ').capitalize(), *_UNKNOWN)


def states_for_browser() -> dict[str, dict[str, dict[str, object]]]:
    """:data:`STATES` as plain data, handed to the page's scripts so that the browser has no table of its own."""
    return {family: {value: asdict(entry) for value, entry in values.items()} for family, values in STATES.items()}
