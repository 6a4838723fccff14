"""Swaps, asked and answered by programs."""

from domain.oncall.model import Rotation
from tests.domain.oncall.swaps.test_service import desk, who
from tests.ui.api.served import Served
from ui.api.http.fields import time_text


async def test_a_program_asks_in_the_name_of_a_person_and_another_answers(served: Served) -> None:
    ann, bob, rota, hers, his = await desk(served.application)
    program = await served.program()
    wanted = {
        'asks': ann.id,
        'asked': bob.id,
        'gives': {'starts_at': time_text(hers.starts_at), 'ends_at': time_text(hers.ends_at)},
        'takes': {'starts_at': time_text(his.starts_at), 'ends_at': time_text(his.ends_at)},
        'note': 'my sister marries',
    }
    made = await program.post(f'/rotations/{rota.id}/swap-offers', wanted)
    assert made.status_code == 201, made.text
    (listed,) = (await program.get('/swap-offers'))['items']
    assert listed == made.json()
    assert (listed['asks']['id'], listed['asked']['name'], listed['takes']['ends_at']) == (
        ann.id,
        bob.name,
        time_text(his.ends_at),
    )
    done = await program.post(f'/swap-offers/{listed["id"]}/accept', None)
    assert (done.status_code, done.json()['state']) == (200, 'accepted')
    assert (who(served.application, rota, hers), who(served.application, rota, his)) == ('bob', 'ann')
    assert (await program.post(f'/swap-offers/{listed["id"]}/withdraw', None)).status_code == 404
    assert (await program.get('/swap-offers'))['items'] == []


async def test_what_is_wrong_is_named_by_its_field(served: Served) -> None:
    ann, bob, rota, hers, _ = await desk(served.application)
    program = await served.program()
    gives = {'starts_at': time_text(hers.starts_at), 'ends_at': time_text(hers.ends_at)}
    back = {'starts_at': gives['ends_at'], 'ends_at': gives['starts_at']}
    for more, field in (({'asks': 'x'}, 'asks'), ({'asked': ann.id}, 'asked'), ({'gives': back}, 'gives.ends_at')):
        wanted = {'asks': ann.id, 'asked': bob.id, 'gives': gives, **more}
        refused = await program.post(f'/rotations/{rota.id}/swap-offers', wanted)
        assert (refused.status_code, refused.json()['field']) == (422, field)
    assert served.application.fleet[Rotation][rota.id].overrides == ()
