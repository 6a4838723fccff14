"""Labels of many devices in one request: each is changed, or left and told why."""

from typing import Any

import pytest

from tests.ui.api.served import Served


async def test_many_devices_get_a_label_and_the_one_that_is_not_there_is_named(served: Served) -> None:
    program = await served.program()
    made = [
        (await program.post('/devices', {'name': name, 'kind': 'tablet', 'labels': {'spare': 'yes'}})).json()['device']
        for name in ('crane-1', 'crane-2')
    ]
    ids = [device['id'] for device in made]
    answer = await program.post('/devices:labels', {'devices': [*ids, 'gone'], 'labels': {'site': 'p1', 'spare': None}})
    told = answer.json()
    assert (answer.status_code, told['changed'], told['unchanged']) == (200, 2, 0)
    assert [one['device'] for one in told['refused']] == ['gone']
    assert [(await program.get(f'/devices/{id}'))['labels'] for id in ids] == [{'site': 'p1'}] * 2
    again = (await program.post('/devices:labels', {'devices': ids, 'labels': {'site': 'p1'}})).json()
    assert (again['changed'], again['unchanged']) == (0, 2)


@pytest.mark.parametrize(
    ('body', 'field'),
    [
        ({'devices': [], 'labels': {'site': 'p1'}}, 'devices'),
        ({'devices': ['x'] * 2001, 'labels': {'site': 'p1'}}, 'devices'),
        ({'devices': ['x'], 'labels': {}}, 'labels'),
        ({'devices': ['x'], 'labels': {'no good key!': 'p1'}}, 'labels.no good key!'),
    ],
)
async def test_a_body_that_says_nothing_to_do_is_refused_at_its_field(
    served: Served, body: dict[str, Any], field: str
) -> None:
    program = await served.program()
    answer = await program.post('/devices:labels', body)
    assert (answer.status_code, answer.json()['field']) == (422, field)
