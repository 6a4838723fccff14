"""Invitations by the API: a link to hand over, told once, that ends when it is withdrawn."""

import pytest

from domain.access.permissions import Permission, Role
from domain.common.errors import NotFound
from domain.sign_in.model import Browser
from tests.ui.api.served import Served

BOB = {'email': 'Bob@example.com', 'role': 'operator', 'scope': {'labels': {'site': ['port-1']}}}
PASSWORD = 'correct horse battery'


async def test_an_invitation_is_made_accepted_and_then_gone(served: Served) -> None:
    program = await served.program()
    made = await program.post('/invitations', BOB)
    assert made.status_code == 201
    invitation, secret = made.json()['invitation'], made.json()['secret']
    assert (invitation['email'], invitation['name'], invitation['state'], invitation['by']) == (
        'bob@example.com',
        'Bob',
        'open',
        'program',
    )
    listed = await program.get('/invitations')
    assert listed['items'] == [invitation]
    assert secret not in str(listed)
    await served.application.links.accept(secret, name='Bob', password=PASSWORD, browser=Browser())
    assert (await program.get('/invitations'))['items'] == []
    (person,) = (await program.get('/people'))['items']
    assert (person['role'], person['scope']['labels']) == ('operator', {'site': ['port-1']})
    assert (await program.post('/invitations', BOB)).status_code == 409, 'they belong here already'


async def test_an_invitation_that_is_withdrawn_opens_nothing(served: Served) -> None:
    program = await served.program()
    made = (await program.post('/invitations', BOB)).json()
    path = f'/invitations/{made["invitation"]["id"]}/withdraw'
    assert (await program.post(path)).status_code == 204
    with pytest.raises(NotFound):
        served.application.links.look(made['secret'])
    assert (await program.post(path)).status_code == 404


async def test_an_invitation_that_nobody_accepted_in_time_says_so(served: Served) -> None:
    program = await served.program()
    await program.post('/invitations', BOB)
    served.application.clock.tick(7 * 86_400)
    (listed,) = (await program.get('/invitations'))['items']
    assert listed['state'] == 'expired'


async def test_a_program_invites_nobody_as_more_than_it_is_itself_and_an_address_has_to_be_one(served: Served) -> None:
    program = await served.program(Permission.PEOPLE_WRITE)
    assert (await program.post('/invitations', {'email': 'b@example.com', 'role': 'viewer'})).status_code == 403
    answer = await (await served.program()).post('/invitations', {'email': 'bob', 'role': Role.VIEWER})
    assert (answer.status_code, answer.json()['field']) == (422, 'email')
