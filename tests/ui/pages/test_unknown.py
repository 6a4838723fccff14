"""An address that leads nowhere."""

from tests.ui.conftest import Console


async def test_an_address_that_leads_nowhere_is_told_in_the_frame(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/nowhere/at/all')
    assert answer.status_code == 404
    assert 'There is no page at this address' in answer.text
    assert 'cw-rail' in answer.text
    assert 'HTTPException' not in answer.text


async def test_nobody_learns_which_addresses_there_are(console: Console) -> None:
    for path in ('/nowhere', '/devices'):
        assert (await console.client.get(path)).headers['location'].startswith('/login')
