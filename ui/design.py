"""The design language: every colour, size and state look of the product has its one home here.

Colours are CSS custom properties (``var(--ok)``), written for both themes by :func:`stylesheet`. A state is told by tone, shape and word
together, never by colour alone; :data:`STATES` says how, keyed by family and by the plain value of the domain's enum. Text colours keep
4.5:1 on every ground they stand on, marks 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); tests hold them to it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

Tone = Literal['ok', 'warn', 'bad', 'crit', 'info', 'unk']
Shape = Literal['disc', 'triangle', 'square', 'diamond', 'ring']

#: name -> (light, dark). ``-soft`` is the ground of a chip, ``-ink`` the text that may stand on it.
COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        'bg': ('#f6f7f9', '#0e141b'),
        'panel': ('#ffffff', '#151d26'),
        'panel-2': ('#f0f2f5', '#1b2530'),
        'line': ('#e1e5ea', '#263341'),
        'line-2': ('#8a95a1', '#5f7080'),  # edges of inputs that would vanish without them
        'ink': ('#16202c', '#e6edf3'),
        'ink-2': ('#55616f', '#a3b1bf'),
        'ink-3': ('#616d7b', '#8797a7'),
        'accent': ('#0f766e', '#2dd4bf'),
        'accent-soft': ('#d7efec', '#12312f'),
        'accent-ink': ('#0d6c65', '#2dd4bf'),
        'accent-over': ('#ffffff', '#06231f'),
        'ok': ('#1f8a5b', '#3fbf86'),
        'ok-soft': ('#dff3e8', '#12301f'),
        'ok-ink': ('#17714a', '#3fbf86'),
        'warn': ('#b7791f', '#e0a53c'),
        'warn-soft': ('#faeed6', '#33270f'),
        'warn-ink': ('#8a5808', '#e0a53c'),
        'bad': ('#c93636', '#ef6a6a'),
        'bad-soft': ('#fbe3e3', '#371a1c'),
        'bad-ink': ('#b32a2a', '#ef6a6a'),
        'bad-over': ('#ffffff', '#2a0b0c'),
        'crit': ('#8e1b3a', '#ff5c8a'),
        'crit-soft': ('#f8dfe7', '#3b1424'),
        'crit-ink': ('#8e1b3a', '#ff6f97'),
        'info': ('#2563a8', '#6cb0f2'),
        'info-soft': ('#e0ecf8', '#14283b'),
        'info-ink': ('#2563a8', '#6cb0f2'),
        'unk': ('#7b8794', '#8a98a8'),
        'unk-soft': ('#e9edf1', '#222d38'),
        'unk-ink': ('#5a6673', '#98a6b5'),
        'water': ('#dfecf8', '#12283c'),
        'land': ('#f0f2f4', '#1a242e'),
        'shore': ('#ccd8e3', '#2b3f52'),
        'glow': ('#dcf4f0', '#12312f'),
        'shade': ('rgb(16 24 32 / .38)', 'rgb(0 0 0 / .6)'),
        'lift': ('0 1px 2px rgb(16 24 32 / .06)', '0 0 0 transparent'),
        'lift-2': ('0 12px 32px rgb(16 24 32 / .18)', '0 12px 32px rgb(0 0 0 / .55)'),
    }
)

#: Sizes that several rules share, the same in both themes.
SIZES: Mapping[str, str] = MappingProxyType(
    {
        'rail': '216px',
        'top': '56px',
        'foot': '56px',
        'gap': '16px',
        'row': '36px',
        'radius': '8px',
        'radius-s': '6px',
        'sans': "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
        'mono': "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    }
)


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
            'set': Look('Set', *_INFO),
            'off': Look('Off', *_UNKNOWN),
        },
        'duty': {
            'covered': Look('On call', *_OK),
            'now': Look('At once', *_INFO),
            'shift': Look('Later', *_UNKNOWN),
            'gap-ahead': Look('Gap ahead', *_WARN),
            'gap': Look('Nobody', *_BAD),
        },
        'outcome': {
            'delivered': Look('Delivered', *_INFO),
            'later': Look('Failed', *_WARN),
            'refused': Look('Refused', *_BAD),
            'gone': Look('Gone', *_BAD),
            'queued': Look('Queued', *_INFO),
            'passed_on': Look('Passed on', *_WARN),
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


def stylesheet() -> str:
    """The tokens as CSS: light, dark by the system's wish, and both by the person's choice (``data-theme`` on the root); paper is light."""

    def block(selector: str, theme: int) -> str:
        body = ''.join(f'--{name}:{pair[theme]};' for name, pair in COLOURS.items())
        return f'{selector}{{color-scheme:{("light", "dark")[theme]};{body}}}'

    tones = ''.join(
        f'.cw-{t}{{--tone:var(--{t});--tone-soft:var(--{t}-soft);--tone-ink:var(--{t}-ink)}}' for t in TONES
    )
    return '\n'.join(
        (
            ':root{' + ''.join(f'--{name}:{value};' for name, value in SIZES.items()) + '}',
            block(':root', 0),
            f'@media screen and (prefers-color-scheme: dark){{{block(":root:not([data-theme=light])", 1)}}}',
            f'@media screen{{{block(":root[data-theme=dark]", 1)}}}',
            tones,
        )
    )


def states_for_browser() -> dict[str, dict[str, dict[str, object]]]:
    """:data:`STATES` as plain data, handed to the page's scripts so that the browser has no table of its own."""
    return {family: {value: asdict(entry) for value, entry in values.items()} for family, values in STATES.items()}
