"""Who may do what: roles, permissions, and the one table that joins them."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to an enterprise."""

    VIEWER = 'viewer'
    OPERATOR = 'operator'
    SECURITY = 'security'
    ADMIN = 'admin'


class Permission(StrEnum):
    """What can be done; the text is also the scope of an API token."""

    CHECKINS_WRITE = 'checkins:write'
    DEVICES_READ = 'devices:read'
    DEVICES_WRITE = 'devices:write'
    POLICIES_READ = 'policies:read'
    POLICIES_WRITE = 'policies:write'
    TOWERS_READ = 'towers:read'
    TOWERS_WRITE = 'towers:write'
    ALERTS_READ = 'alerts:read'
    ALERTS_WRITE = 'alerts:write'
    COMMANDS_READ = 'commands:read'
    COMMANDS_WRITE = 'commands:write'
    COMMANDS_LOCK = 'commands:lock'
    COMMANDS_WIPE = 'commands:wipe'
    RULES_READ = 'rules:read'
    RULES_WRITE = 'rules:write'
    EVENTS_READ = 'events:read'
    STATUS_READ = 'status:read'
    STATUS_WRITE = 'status:write'
    STATUS_PUBLISH = 'status:publish'
    SILENCES_WRITE = 'silences:write'
    MAINTENANCE_WRITE = 'maintenance:write'
    CHANNELS_READ = 'channels:read'
    CHANNELS_WRITE = 'channels:write'
    BOUNCES_WRITE = 'bounces:write'
    ENROLMENT_READ = 'enrolment:read'
    ENROLMENT_WRITE = 'enrolment:write'
    PEOPLE_READ = 'people:read'
    PEOPLE_WRITE = 'people:write'
    TOKENS_WRITE = 'tokens:write'
    AUDIT_READ = 'audit:read'
    INSTALLATION_WRITE = 'installation:write'


_READ_ALL = frozenset(
    {
        Permission.DEVICES_READ,
        Permission.POLICIES_READ,
        Permission.TOWERS_READ,
        Permission.ALERTS_READ,
        Permission.COMMANDS_READ,
        Permission.EVENTS_READ,
        Permission.STATUS_READ,
    }
)


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ_ALL,
    Role.OPERATOR: _READ_ALL
    | {
        Permission.DEVICES_WRITE,
        Permission.TOWERS_WRITE,
        Permission.ALERTS_WRITE,
        Permission.SILENCES_WRITE,
        Permission.MAINTENANCE_WRITE,
        Permission.COMMANDS_WRITE,
        Permission.COMMANDS_LOCK,
        Permission.STATUS_WRITE,
        Permission.RULES_READ,
        Permission.CHANNELS_READ,
        Permission.ENROLMENT_READ,
        Permission.ENROLMENT_WRITE,
    },
    Role.SECURITY: _READ_ALL
    | {
        Permission.POLICIES_WRITE,
        Permission.ALERTS_WRITE,
        Permission.SILENCES_WRITE,
        Permission.COMMANDS_WRITE,
        Permission.COMMANDS_LOCK,
        Permission.COMMANDS_WIPE,
        Permission.RULES_READ,
        Permission.RULES_WRITE,
        Permission.CHANNELS_READ,
        Permission.ENROLMENT_READ,
        Permission.PEOPLE_READ,
        Permission.AUDIT_READ,
    },
    # A check-in is a device's or a collector's word, never a person's.
    Role.ADMIN: frozenset(Permission) - {Permission.CHECKINS_WRITE, Permission.INSTALLATION_WRITE},
}


ROLES: dict[Role, str] = {
    Role.VIEWER: 'Sees devices, policies, towers and alerts. Changes nothing.',
    Role.OPERATOR: 'Works with the fleet: changes devices and towers, lets devices in, answers alerts, quarantines and locks.',
    Role.SECURITY: 'Writes policies, answers alerts, quarantines, locks and wipes. Sees people and the audit trail.',
    Role.ADMIN: 'Does everything the others may, and decides who belongs to the enterprise.',
}
"""What each role is for, in the words in which it is offered."""


OWNER = frozenset({Permission.INSTALLATION_WRITE})
"""What an installation owner may do beside their role: found enterprises, appoint owners and their admins. It shows no fleet."""


STEP_UP = frozenset(
    {
        Permission.COMMANDS_LOCK,
        Permission.COMMANDS_WIPE,
        Permission.PEOPLE_WRITE,
        Permission.TOKENS_WRITE,
        Permission.INSTALLATION_WRITE,
    }
)
"""What a person may do only after proving anew, within the last minutes, that it is them (OWASP ASVS 5.0, 7.5.3)."""


ENTERPRISE_WIDE = frozenset(
    {
        Permission.POLICIES_WRITE,
        Permission.PEOPLE_READ,
        Permission.PEOPLE_WRITE,
        Permission.TOKENS_WRITE,
        Permission.AUDIT_READ,
        Permission.ENROLMENT_READ,
        Permission.ENROLMENT_WRITE,
        Permission.RULES_READ,
        Permission.RULES_WRITE,
        Permission.EVENTS_READ,
        Permission.STATUS_READ,
        Permission.STATUS_WRITE,
        Permission.STATUS_PUBLISH,
        Permission.SILENCES_WRITE,
        Permission.MAINTENANCE_WRITE,
        Permission.CHANNELS_READ,
        Permission.CHANNELS_WRITE,
        Permission.BOUNCES_WRITE,
        Permission.CHECKINS_WRITE,
        Permission.INSTALLATION_WRITE,
    }
)
"""What changes or shows the whole enterprise, so that a role narrowed to a part of it does not include it."""
