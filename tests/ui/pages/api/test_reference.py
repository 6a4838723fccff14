"""The reference holds what the description says: every operation, every field, an example that the API itself would take."""

import json

from tests.ui.api.served import Served
from tests.ui.pages.api.described import described
from ui.api import ROUTES
from ui.api.http.route import PREFIX
from ui.pages.api.reference import operations


async def test_every_route_is_there_once_with_its_scope_and_door(served: Served) -> None:
    found = await described(served)
    assert {(one.method, one.path, one.door, one.scope) for one in found.values()} == {
        (row.method, PREFIX + row.path, row.door, row.permission or '') for row in ROUTES
    }
    assert len(found) == len(ROUTES)


async def test_parameters_say_where_they_stand_and_what_they_take(served: Served) -> None:
    fields = {field.name: field for field in (await described(served))['list_devices'].parameters}
    assert (fields['presence'].where, fields['presence'].many) == ('query', True)
    assert set(fields['presence'].choices) >= {'online', 'late', 'offline'}
    assert fields['q'].kind == 'text, at most 200 characters'
    change = {field.name: field for field in (await described(served))['change_device'].parameters}
    assert (change['device_id'].where, change['device_id'].required) == ('path', True)
    assert (change['If-Match'].where, change['If-Match'].example) == ('header', '"3"')


async def test_bodies_and_answers_list_their_fields_and_show_an_example(served: Served) -> None:
    add = (await described(served))['add_device']
    assert {'name', 'kind', 'identifiers.imei'} <= {field.name for field in add.fields}
    assert next(field for field in add.fields if field.name == 'name').required
    assert 'credential' in {field.name for field in add.answer_fields}
    assert json.loads(add.body)['name']
    listed = (await described(served))['list_devices']
    assert {'items', 'items.name', 'total'} & {field.name for field in listed.answer_fields}


async def test_an_edit_shows_its_patch(served: Served) -> None:
    change = (await described(served))['change_device']
    assert (change.body_type, json.loads(change.body)) == (
        'application/merge-patch+json', {'name': 'crane-118', 'labels': {'site': None}},
    )  # fmt: skip


def test_what_refers_to_itself_ends() -> None:
    node = {'type': 'object', 'properties': {'next': {'$ref': '#/components/schemas/Node'}}, 'examples': [{}]}
    answer = {'200': {'content': {'application/json': {'schema': {'$ref': '#/components/schemas/Node'}}}}}
    said = {
        'operationId': 'read',
        'summary': 'Read',
        'tags': ['x'],
        'security': [{'program': ['s']}],
        'responses': answer,
    }
    (found,) = operations({'paths': {'/x': {'get': said}}, 'components': {'schemas': {'Node': node}}})
    assert [field.name for field in found.answer_fields] == [
        'next', 'next.next', 'next.next.next', 'next.next.next.next',
    ]  # fmt: skip
