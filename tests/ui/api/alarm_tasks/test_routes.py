"""Tasks of TMF642: what is done to several alarms at once, what is refused with its reason, and what a task says when it is read again."""

from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.towers.model import Tower
from tests.domain.test_root_cause import clock
from tests.domain.towers.test_service import answer
from tests.ui.api.alarms.standard import misfits
from tests.ui.api.alarms.test_routes import outage
from tests.ui.api.served import Caller, Served

WHO = {'ackSystemId': 'umbrella', 'ackUserId': 'jsmit'}


async def given(program: Caller, kind: str, body: dict[str, Any], **headers: str) -> Any:
    """What a task answers that is taken."""
    made = await program.send('POST', f'/tmf642/{kind}', json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert made.headers['location'] == made.json()['href']
    assert misfits(made.json()['@type'], made.json()) == []
    return made.json()


def ids(found: list[dict[str, str]]) -> list[str]:
    """Of references."""
    return sorted(one['id'] for one in found)


async def test_alarms_that_fit_a_pattern_are_acknowledged_and_the_task_says_which(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    task = await given(
        program, 'ackAlarms', {**WHO, 'alarmPattern': [{'isRootCause': False, 'alarmedObjectType': 'tower'}]}
    )
    assert (task['@type'], task['state'], ids(task['ackedAlarm'])) == ('AckAlarms', 'done', children)
    assert (task['ackUserId'], task['ackSystemId']) == ('jsmit', 'umbrella')
    rows = served.application.fleet[Alert]
    assert {rows[one].comment for one in children} == {'(for jsmit at umbrella)'}
    assert rows[children[0]].acknowledged_by == task['by'], 'the program that asked'
    assert rows[root].acknowledged_at is None
    assert await program.get(f'/tmf642/ackAlarms/{task["id"]}') == task
    assert await program.get('/tmf642/ackAlarms') == [task]


async def test_one_that_cannot_be_is_named_with_its_reason_and_the_others_are_done(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    await given(program, 'ackAlarms', {**WHO, 'alarmPattern': [{'id': root}]})
    task = await given(program, 'ackAlarms', {**WHO, 'alarmPattern': [{'id': root}, {'id': children[0]}]})
    assert (task['state'], ids(task['ackedAlarm'])) == ('terminatedWithError', children[:1])
    (refused,) = task['refusedAlarm']
    assert refused['id'] == root
    assert 'already' in refused['reason']
    none = await program.post('/tmf642/ackAlarms', {**WHO, 'alarmPattern': [{'id': root}]})
    assert none.status_code == 409, 'none could be: no task'
    assert 'already' in none.json()['reason']
    assert len(await program.get('/tmf642/ackAlarms')) == 2


async def test_an_acknowledgement_is_taken_back(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    await given(program, 'ackAlarms', {**WHO, 'alarmPattern': [{'id': root}]})
    task = await given(program, 'unAckAlarms', {**WHO, 'alarmPattern': [{'ackState': 'acknowledged'}]})
    assert ids(task['unAckedAlarm']) == [root]
    assert served.application.fleet[Alert][root].acknowledged_at is None


async def test_an_alarm_whose_cause_is_there_is_not_cleared_and_one_that_is_over_is(served: Served) -> None:
    program, application = await served.program(), served.application
    root, _ = await outage(application)
    wanted = {'clearSystemId': 'umbrella', 'clearUserId': 'jsmit', 'alarmClearedTime': '2027-01-15T08:00:00Z'}
    refused = await program.post('/tmf642/clearAlarms', {**wanted, 'alarmPattern': [{'id': root}]})
    assert refused.status_code == 409
    assert 'its cause is still there' in refused.json()['reason']
    assert application.fleet[Alert][root].is_open
    for tower in {row.object_id for row in application.fleet[Alert].values()}:
        await answer(application, application.fleet[Tower][tower], True)
    await clock(application, 300)
    await clock(application, 2)
    task = await given(program, 'clearAlarms', {**wanted, 'alarmPattern': [{'id': root}]})
    assert ids(task['clearedAlarm']) == [root]


async def test_a_comment_stands_at_each_alarm(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    body = {
        'comment': {'comment': 'a crew left', 'userId': 'jsmit'},
        'alarmPattern': [{'id': root}, {'id': children[0]}],
    }
    task = await given(program, 'commentAlarms', body)
    assert (task['comment']['comment'], ids(task['commentedAlarm'])) == ('a crew left', sorted([root, children[0]]))
    (said,) = (await program.get(f'/tmf642/alarm/{root}'))['comment']
    assert said['comment'] == 'a crew left (for jsmit)'
    empty = await program.post('/tmf642/commentAlarms', {'comment': {'comment': ' '}, 'alarmPattern': [{'id': root}]})
    assert (empty.status_code, empty.json()['field']) == (422, 'comment.comment')


async def test_alarms_are_grouped_beneath_another_and_taken_apart(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    one, other = children[:2]
    of_root = {'sourceSystemId': 'umbrella', 'alarmChangedTime': '2027-01-15T08:00:00Z', 'parentAlarm': {'id': root}}
    apart = await given(program, 'unGroupAlarms', {**of_root, 'correlatedAlarm': [{'id': one}]})
    assert (ids(apart['unGroupedAlarm']), apart['parentAlarm']['id']) == ([one], root)
    assert served.application.fleet[Alert][one].parent is None
    again = await program.post('/tmf642/unGroupAlarms', {**of_root, 'correlatedAlarm': [{'id': one}]})
    assert (again.status_code, again.json()['reason']) == (409, 'it is no part of that alarm')
    wanted = {**of_root, 'parentAlarm': {'id': other}, 'correlatedAlarm': [{'id': one}]}
    assert ids((await given(program, 'groupAlarms', wanted))['groupedAlarm']) == [one]
    assert served.application.fleet[Alert][one].parent == other
    nowhere = await program.post('/tmf642/groupAlarms', {**wanted, 'parentAlarm': {'id': 'nothing'}})
    assert (nowhere.status_code, nowhere.json()['field']) == (422, 'parentAlarm.id')


async def test_a_task_is_done_once_under_its_key(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    body = {'comment': {'comment': 'once'}, 'alarmPattern': [{'id': root}]}
    first = await given(program, 'commentAlarms', body, **{'idempotency-key': 'k1'})
    assert await given(program, 'commentAlarms', body, **{'idempotency-key': 'k1'}) == first
    assert len(served.application.fleet[Alert][root].comments) == 1
    assert len(await program.get('/tmf642/commentAlarms')) == 1
    await given(program, 'commentAlarms', body, **{'idempotency-key': 'k2'})
    assert len(served.application.fleet[Alert][root].comments) == 2


@pytest.mark.parametrize(
    ('patterns', 'field'),
    [
        ([], 'alarmPattern'),
        ([{}], 'alarmPattern.0'),
        ([{'@type': 'Alarm'}], 'alarmPattern.0'),
        ([{'id': 'nothing'}], 'alarmPattern.0.id'),
        ([{'perceivedSeverity': 'cleared'}], 'alarmPattern.0'),
        ([{'colour': 'red'}], 'alarmPattern.0.colour'),
    ],
)
async def test_what_fits_every_alarm_or_none_is_refused(served: Served, patterns: Any, field: str) -> None:
    program = await served.program()
    await outage(served.application)
    refused = await program.post('/tmf642/ackAlarms', {**WHO, 'alarmPattern': patterns})
    assert (refused.status_code, refused.json()['field']) == (422, field), refused.text
    assert all(row.acknowledged_at is None for row in served.application.fleet[Alert].values())


async def test_tasks_are_read_a_page_at_a_time_and_by_their_kind(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    tasks = [
        await given(program, 'commentAlarms', {'comment': {'comment': words}, 'alarmPattern': [{'id': root}]})
        for words in ('one', 'two', 'three')
    ]
    part = await program.send('GET', '/tmf642/commentAlarms?limit=2&fields=state')
    assert (part.status_code, part.headers['x-total-count'], part.headers['x-result-count']) == (206, '3', '2')
    assert part.json() == [{'id': one['id'], 'href': one['href'], 'state': 'done'} for one in (tasks[2], tasks[1])]
    assert await program.get('/tmf642/ackAlarms') == []
    assert (await program.send('GET', f'/tmf642/ackAlarms/{tasks[0]["id"]}')).status_code == 404
