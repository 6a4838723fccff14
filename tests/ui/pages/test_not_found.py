"""An address that leads nowhere."""

import pytest
from nicegui.client import Client

from tests.ui.conftest import Console


async def test_an_address_that_leads_nowhere_is_told_in_the_frame(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/nowhere/at/all')
    assert answer.status_code == 404
    assert 'There is no page at this address' in answer.text
    assert 'cw-rail' in answer.text
    assert 'id="cw-first"' in answer.text, 'and before a script has run'
    assert 'HTTPException' not in answer.text


async def test_nobody_learns_which_addresses_there_are(console: Console) -> None:
    for path in ('/nowhere', '/devices'):
        assert (await console.client.get(path)).headers['location'].startswith('login')


@pytest.mark.parametrize('path', ['/auth/nowhere', '/_nicegui/nowhere', '/login/nowhere'])
async def test_a_strangers_guess_builds_no_page(console: Console, path: str) -> None:
    before = set(Client.instances)
    answer = await console.client.get(path)
    assert (answer.status_code, answer.headers['content-type']) == (404, 'text/html; charset=utf-8')
    assert 'There is no page at this address' in answer.text
    assert len(answer.text) < 500
    assert set(Client.instances) == before


async def test_where_forms_and_scripts_ask_no_page_is_built(console: Console) -> None:
    await console.sign_in()
    before = set(Client.instances)
    for path in ('/auth/nowhere', '/_nicegui/nowhere'):
        assert (await console.client.get(path)).status_code == 404
    assert set(Client.instances) == before


async def test_a_stranger_is_sent_to_the_sign_in_without_a_page(console: Console) -> None:
    before = set(Client.instances)
    for number in range(20):
        assert (await console.client.get(f'/nowhere/{number}')).status_code == 303
    assert set(Client.instances) == before
