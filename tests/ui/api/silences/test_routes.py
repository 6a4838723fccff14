"""Silences over the API: previewed, set up, changed, ended, and what is refused."""

from datetime import UTC, datetime
from typing import Any

from tests.domain.channels.channels import URL, outage
from tests.domain.oncall.silences.quiet import arrive
from tests.ui.api.served import Served


def _works(served: Served, minutes: float = 60, **more: Any) -> dict[str, Any]:
    ends = datetime.fromtimestamp(served.application.clock() + minutes * 60, UTC).isoformat()
    return {'reason': 'Works', 'ends_at': ends, 'conditions': {'severity': 'warning'}, **more}


async def test_a_silence_is_previewed_set_up_changed_and_ended(served: Served) -> None:
    program = await served.program()
    await program.post('/channels', {'name': 'Desk', 'kind': 'webhook', 'settings': {'url': URL}})
    await outage(served.application)
    assert len(await arrive(served.application)) == 1
    seen = (await program.post('/silences/preview', _works(served))).json()
    assert (seen['messages'], seen['of'], seen['now']) == (1, 1, 1)
    made = await program.post('/silences', _works(served))
    silence = made.json()
    assert (made.status_code, silence['state'], silence['silenced']) == (201, 'active', 1)
    (alert,) = (await program.get('/alerts'))['items']
    assert alert['silence'] == {
        'id': silence['id'],
        'until': silence['ends_at'],
        'by': silence['owner_name'],
        'reason': 'Works',
    }
    path = f'/silences/{silence["id"]}'
    changed = (await program.patch(path, {'reason': 'More works'}, 1)).json()
    assert (changed['reason'], changed['starts_at'], changed['version']) == ('More works', silence['starts_at'], 2)
    ended = (await program.post(f'{path}/end')).json()
    assert (ended['state'], ended['silenced']) == ('over', 0)
    assert [one.announcement.news.value for one in await arrive(served.application)] == ['reopened']
    (listed,) = (await program.get('/silences'))['items']
    assert listed == ended


async def test_what_is_refused_names_the_field(served: Served) -> None:
    program = await served.program()
    for field, body in (
        ('conditions', _works(served, conditions={})),
        ('ends_at', _works(served, -1)),
        ('conditions.towers', _works(served, conditions={'towers': ['nowhere']})),
        ('owner', _works(served, owner='nobody')),
    ):
        refused = await program.post('/silences', body)
        assert (refused.status_code, refused.json()['field']) == (422, field)
