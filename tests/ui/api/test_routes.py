"""The rows of all nouns: held against the table of who may do what, which is written by hand, and against their handlers."""

import inspect

import pytest

from domain.access.permissions import PERMISSIONS as ROLES
from domain.access.permissions import Permission, Role
from domain.devices.actions import PERMISSIONS as ACTIONS
from domain.devices.actions import Action
from tests.real.forked import ROOT
from tests.real.matrix import TABLE, read
from ui.api import ROUTES
from ui.api.http.bodies import Said
from ui.api.http.route import PREFIX, Route

CELLS = read(TABLE.read_text())
DOORS = ('device', 'enrolment')


def named(row: Route) -> dict[str, tuple[Permission, ...]]:
    """The lines of the table that are about a route, and what each takes: one of these."""
    name = f'{row.method} {PREFIX}{row.path}'
    if name in CELLS:
        return {name: (*filter(None, [row.permission]), *row.alternatives)}
    return {f'{name} {action}': (ACTIONS[action],) for action in Action if f'{name} {action}' in CELLS}


@pytest.mark.parametrize('row', ROUTES, ids=lambda row: f'{row.method} {row.path}')
def test_the_table_lets_in_whom_the_row_lets_in(row: Route) -> None:
    lines = named(row)
    assert lines, 'stands in no line of the table'
    for line, permissions in lines.items():
        cells = CELLS[line]
        assert cells['anonymous'] == 'sign in'
        for door in DOORS:
            assert (cells[door] == 'yes') is (row.door == door), door
        for role in Role:
            may = not ROLES[role].isdisjoint(permissions)
            assert cells[role] == ('yes' if may else '-' if permissions else 'sign in'), role


def test_no_route_is_said_twice() -> None:
    assert len({(row.method, row.path) for row in ROUTES}) == len(ROUTES)
    assert len({row.handler for row in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize(
    'row',
    [row for row in ROUTES if row.body is not None and row.patch is None and 'checkins' not in row.path],
    ids=lambda row: row.name,
)
def test_a_handler_takes_the_body_that_its_row_describes(row: Route) -> None:
    assert row.body is not None
    taken = inspect.signature(row.handler).parameters['body'].annotation
    kind = row.body.schema.kind
    assert taken == (Said[kind] if row.door == 'enrolment' else kind)  # type: ignore[valid-type]


def test_a_permission_is_spelled_where_the_rows_stand_and_nowhere_else() -> None:
    spelled = {path for path in (ROOT / 'ui' / 'api').rglob('*.py') if 'Permission.' in path.read_text()}
    assert {path.name for path in spelled} == {'routes.py'}
