"""Violations by the API, by every filter."""

import pytest

from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from tests.ui.api.served import Served, check_in

RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 256, 'rsrp': -90}


async def test_filters_narrow_open_violations_and_each_says_value_answer_and_serving_tower(served: Served) -> None:
    program, application = await served.program(), served.application
    new = NewPolicy(name='Patched', rule='device.os.version != "9"', mode=Mode.ENFORCE, grace_s=600)
    policy = await application.policies.add(application.actor, new)
    cell = {name: RADIO[name] for name in ('rat', 'mcc', 'mnc', 'tac', 'cell_id')}
    tower = (await program.post('/towers', {'name': 'Waalhaven', 'cells': [cell]})).json()
    for name, site, version in (('a', 'quay', '9'), ('b', 'yard', '9'), ('c', 'quay', '14')):
        _, caller = await served.device(name, labels={'site': site})
        radio = RADIO if name == 'a' else None
        await caller.post('/checkins', check_in(1, facts={'os': {'version': version}}, radio=radio))
    (item,) = (await program.get('/violations', tower=tower['id']))['items']
    assert (item['device']['name'], item['serving_tower']['name']) == ('a', 'Waalhaven')
    assert (item['value'], item['answer']) == ('system version 9, must not be 9', 'in_grace')
    for query, names in (
        ({'label': 'site=yard'}, ['b']),
        ({'q': 'PATCH'}, ['b', 'a']),
        ({'answer': 'in_grace', 'policy': policy.id}, ['b', 'a']),
        ({'answer': 'under_way'}, []),
        ({'since': '2100-01-01T00:00:00Z'}, []),
        ({'since': '2000-01-01T00:00:00Z'}, ['b', 'a']),
    ):
        found = await program.get('/violations', **query)
        assert ([item['device']['name'] for item in found['items']], found['total']) == (names, len(names)), query


@pytest.mark.parametrize(
    ('query', 'field'),
    [
        ({'state': 'closed', 'answer': 'due'}, 'answer'),
        ({'state': 'all', 'tower': 'x'}, 'tower'),
        ({'state': 'closed', 'severity': ['major', 'minor']}, 'severity'),
        ({'label': 'site'}, 'label'),
        ({'cursor': 'mine'}, 'cursor'),
        ({'answer': 'none'}, 'answer'),
    ],
)
async def test_what_cannot_be_asked_is_a_problem_that_names_the_field(
    served: Served, query: dict[str, object], field: str
) -> None:
    answer = await (await served.program()).send('GET', '/violations', params=query)
    assert (answer.status_code, answer.headers['content-type']) in (
        (400, 'application/problem+json'),
        (422, 'application/problem+json'),
    )
    assert field in answer.text


async def test_a_closed_violation_has_no_answer_and_is_found_by_the_moment_since_which_it_was_open(
    served: Served,
) -> None:
    program, application = await served.program(), served.application
    await application.policies.add(application.actor, NewPolicy(name='Patched', rule='device.os.version != "9"'))
    _, caller = await served.device('a')
    for sequence, version in ((1, '9'), (2, '14')):
        await caller.post('/checkins', check_in(sequence, facts={'os': {'version': version}}))
    (item,) = (await program.get('/violations', state='closed', since='2000-01-01T00:00:00Z'))['items']
    assert (item['answer'], item['value']) == (None, 'system version 9, must not be 9')
    assert (await program.get('/violations', state='closed', since='2100-01-01T00:00:00Z'))['items'] == []
