"""The entries of the rail: every place that has a link on all pages."""

from dataclasses import dataclass

from domain.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the rail. ``count`` is a template over the topic ``counters``; ``key`` is what follows ``g`` on the keyboard.

    ``icon`` is the path of a picture in a square of 24, which stands for the name in the narrow rail; ``foot`` puts it among the tabs
    of a phone.
    """

    id: str
    name: str
    href: str
    key: str = ''
    count: str = ''
    alarm: bool = False
    icon: str = ''
    foot: bool = False


DOORS = (
    Door('overview', 'Overview', '/', 'o', icon='M4 4h7v7H4zM13 4h7v4h-7zM13 11h7v9h-7zM4 14h7v6H4z', foot=True),
    Door('devices', 'Devices', '/devices', 'd', '{devices}', icon='M7 3h10v18H7zM11 18h2', foot=True),
    Door(
        'policies',
        'Policies',
        '/policies',
        'p',
        '{policies}',
        icon='M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4',
    ),
    Door(
        'violations',
        'Violations',
        '/violations',
        'v',
        '{violations}',
        icon='M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9.5 9.5l5 5M14.5 9.5l-5 5',
    ),
    Door(
        'towers',
        'Towers',
        '/towers',
        't',
        '{towers}',
        icon='M12 10v11M8 21h8M8.5 12.5a5 5 0 0 1 0-7M15.500 5.500a5 5 0 0 1 0 7M12 9h.01',
        foot=True,
    ),
    Door(
        'alerts',
        'Alerts',
        '/alerts',
        'a',
        '{alerts.unacknowledged}',
        alarm=True,
        icon='M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4',
        foot=True,
    ),
    Door(
        'enforcement',
        'Enforcement',
        '/enforcement',
        'e',
        '{commands.open}',
        icon='M14 4l6 6-3 3-6-6zM12.500 8.500L4 17l3 3 8.500-8.500M13 21h8',
    ),
)
_ANSWERS = Permission.CHANNELS_READ
ADMINISTRATION: tuple[tuple[Door, Permission], ...] = (
    (
        Door('enrolment', 'Enrolment', '/enrolment', 'n', '{waiting}', icon='M12 4v16M4 12h16'),
        Permission.ENROLMENT_READ,
    ),
    (Door('alert-rules', 'Alert rules', '/alert-rules', icon='M4 7h9M17 7h3M4 17h3M11 17h9'), Permission.RULES_READ),
    (Door('channels', 'Channels', '/channels', icon='M4 11v2l11 5V6zM15 9a3 3 0 0 1 0 6M7 14.500V19h3v-3'), _ANSWERS),
    (
        Door(
            'on-call',
            'On call',
            '/on-call',
            icon='M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2',
        ),
        Permission.CHANNELS_READ,
    ),
    (Door('silences', 'Silences', '/silences', icon='M11 5L6 9H3v6h3l5 4zM16 9l5 6M21 9l-5 6'), _ANSWERS),
    (Door('maintenance', 'Maintenance', '/maintenance', icon='M4 5h16v15H4zM8 3v4M16 3v4M9 14l2 2 4-4'), _ANSWERS),
    (
        Door('status-page', 'Status page', '/status-page', icon='M4 5h16v14H4zM4 9h16M8 14l2.500 2.500L16 12'),
        Permission.STATUS_READ,
    ),
    (
        Door(
            'people',
            'People',
            '/people',
            'u',
            icon='M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 4a4 4 0 0 1 0 7M18 14a7 7 0 0 1 4 7',
        ),
        Permission.PEOPLE_READ,
    ),
    (
        Door(
            'enterprise',
            'Enterprise',
            '/enterprise',
            icon='M4 21V5l8-2v18M12 9h8v12M3 21h18M7.500 8h1M7.500 12h1M7.500 16h1M15.500 13h1M15.500 17h1',
        ),
        Permission.PEOPLE_READ,
    ),
    (Door('audit', 'Audit', '/audit', icon='M6 3h12v18H6zM9 8h6M9 12h6M9 16h4'), Permission.AUDIT_READ),
    (
        Door('doctor', 'Doctor', '/doctor', icon='M6 3v6a4 4 0 0 0 8 0V3M10 13v3a5 5 0 0 0 10 0v-3M20 9a1 1 0 1 0 0 4'),
        Permission.AUDIT_READ,
    ),
    (
        Door(
            'installation', 'Installation', '/installation', icon='M4 4h16v7H4zM4 13h16v7H4zM8 7.500h.01M8 16.500h.01'
        ),
        Permission.INSTALLATION_WRITE,
    ),
)
"""The links below "Administration", each for people who have the permission."""
