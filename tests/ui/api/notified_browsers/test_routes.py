"""Browsers in which people are notified, for programs."""

from domain.channels.model import NotifiedBrowser
from tests.domain.oncall.test_browsers import THERE, notified, person
from tests.ui.api.served import Served


async def test_a_program_finds_a_browser_without_its_secrets_and_ends_it(served: Served) -> None:
    application, program = served.application, await served.program()
    ana = await person(application)
    id = await notified(application, ana)
    answer = await program.send('GET', '/notified-browsers')
    (found,) = answer.json()['items']
    assert (found['id'], found['person'], found['name']) == (id, {'id': ana.id, 'name': 'ana'}, 'Firefox')
    assert THERE['endpoint'] not in answer.text
    assert (await program.post(f'/notified-browsers/{id}/forget', None)).status_code == 204
    assert not application.fleet[NotifiedBrowser]
    assert (await program.post(f'/notified-browsers/{id}/forget', None)).status_code == 404
