"""One permission table answers everybody."""

import pytest

from domain.access import PERMISSIONS, Actor, ActorKind, Permission, Role
from domain.errors import NotAllowed

P = Permission
WRITES = {
    Role.VIEWER: set(),
    Role.OPERATOR: {P.DEVICES_WRITE, P.TOWERS_WRITE, P.ALERTS_WRITE, P.COMMANDS_WRITE},
    Role.SECURITY: {P.POLICIES_WRITE, P.ALERTS_WRITE, P.COMMANDS_WRITE},
    Role.ADMIN: {P.DEVICES_WRITE, P.TOWERS_WRITE, P.ALERTS_WRITE, P.COMMANDS_WRITE, P.POLICIES_WRITE},
}


@pytest.mark.parametrize('role', Role)
@pytest.mark.parametrize('permission', Permission)
def test_every_role_may_read_everything_and_write_what_it_answers_for(role: Role, permission: Permission) -> None:
    actor = Actor(ActorKind.PERSON, 'id', 'Ana', 'ent', PERMISSIONS[role])
    allowed = permission.value.endswith(':read') or permission in WRITES[role]
    assert actor.may(permission) is allowed
    if not allowed:
        with pytest.raises(NotAllowed, match=f'Ana may not do this: it needs {permission.value}'):
            actor.require(permission)


def test_nobody_checks_in_for_a_device_but_a_program_of_that_scope() -> None:
    assert not [role for role in Role if Permission.CHECKINS_WRITE in PERMISSIONS[role]]
