"""One permission table answers for every actor."""

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import ENTERPRISE_WIDE, PERMISSIONS, Permission, Role
from domain.access.scopes import EVERYWHERE, Scope, scope_of, words
from domain.common.errors import Invalid, NotAllowed, StepUpNeeded

TABLE = """
                    viewer operator security admin
checkins:write      -      -        -        -
devices:read        yes    yes      yes      yes
devices:write       -      yes      -        yes
policies:read       yes    yes      yes      yes
policies:write      -      -        yes      yes
towers:read         yes    yes      yes      yes
towers:write        -      yes      -        yes
alerts:read         yes    yes      yes      yes
alerts:write        -      yes      yes      yes
commands:read       yes    yes      yes      yes
commands:write      -      yes      yes      yes
commands:lock       -      fresh    fresh    fresh
commands:wipe       -      -        fresh    fresh
rules:read          -      yes      yes      yes
rules:write         -      -        yes      yes
events:read         yes    yes      yes      yes
status:read         yes    yes      yes      yes
status:write        -      yes      -        yes
status:publish      -      -        -        yes
silences:write      -      yes      yes      yes
maintenance:write   -      yes      -        yes
channels:read       -      yes      yes      yes
channels:write      -      -        -        yes
bounces:write       -      -        -        yes
enrolment:read      -      yes      yes      yes
enrolment:write     -      yes      -        yes
people:read         -      -        yes      yes
people:write        -      -        -        fresh
tokens:write        -      -        -        fresh
audit:read          -      -        yes      yes
installation:write  -      -        -        -
"""
"""``fresh``: only after proving anew, within the last minutes, who one is."""
_HEAD, *_LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (Permission(name), Role(role), cell) for name, *cells in _LINES for role, cell in zip(_HEAD, cells, strict=True)
]


def person(role: Role, *, recently_verified: bool, scope: Scope = EVERYWHERE) -> Actor:
    return Actor(ActorKind.PERSON, 'id', 'Ana', 'ent', granted(role, scope), scope, recently_verified=recently_verified)


def test_the_table_knows_every_permission_and_role() -> None:
    assert {(permission, role) for permission, role, _ in CELLS} == {(p, r) for p in Permission for r in Role}


@pytest.mark.parametrize(('permission', 'role', 'cell'), CELLS)
def test_every_role_may_do_what_the_table_says(permission: Permission, role: Role, cell: str) -> None:
    assert person(role, recently_verified=True).may(permission) is (cell != '-')
    if cell == '-':
        with pytest.raises(NotAllowed, match=f'Ana may not do this: it needs {permission.value}'):
            person(role, recently_verified=True).require(permission)
    elif cell == 'fresh':
        with pytest.raises(StepUpNeeded):
            person(role, recently_verified=False).require(permission)
        person(role, recently_verified=True).require(permission)
    else:
        person(role, recently_verified=False).require(permission)


def test_a_program_needs_no_fresh_proof_since_its_scope_was_given_with_one() -> None:
    Actor(ActorKind.PROGRAM, 'id', 'ci', 'ent', frozenset({Permission.TOKENS_WRITE})).require(Permission.TOKENS_WRITE)


@pytest.mark.parametrize('role', Role)
def test_a_role_narrowed_to_a_part_includes_nothing_that_touches_the_whole(role: Role) -> None:
    part = person(role, recently_verified=True, scope=Scope({'site': ('port-1',)}))
    assert part.permissions == PERMISSIONS[role] - ENTERPRISE_WIDE


def test_nobody_checks_in_for_a_device_but_a_program_of_that_scope() -> None:
    assert not [role for role in Role if Permission.CHECKINS_WRITE in PERMISSIONS[role]]


@pytest.mark.parametrize(
    ('scope', 'told'),
    [
        (EVERYWHERE, ''),
        (Scope({'site': ('port-1',)}), 'site=port-1 only'),
        (Scope({'site': ('a', 'b'), 'team': ('c',)}), 'site=a or b and team=c only'),
        (Scope({'site': ('a',)}, ('north', 'south')), 'site=a or region north or south only'),
    ],
)
def test_a_scope_in_words(scope: Scope, told: str) -> None:
    assert words(scope) == told


def test_a_scope_as_people_write_it() -> None:
    wanted = ['site=port-1', ' site = port-2', 'team=cranes']
    assert scope_of(wanted, ['Delft']) == Scope({'site': ('port-1', 'port-2'), 'team': ('cranes',)}, ('Delft',))
    assert not scope_of([], [])


@pytest.mark.parametrize('wrong', ['port-1', '=port-1', 'site=', ' ', 'site= '])
def test_what_is_no_label_narrows_nothing(wrong: str) -> None:
    with pytest.raises(Invalid, match='write key=value'):
        scope_of([wrong], [])
