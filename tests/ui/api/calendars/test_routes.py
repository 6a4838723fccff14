"""Calendars of rotations and the limits of contacts, as programs see them."""

from tests.domain.oncall.desk import person, rotation
from tests.fakes import running_application
from tests.ui.api.served import serving

SECRET = 'https://calendar.example.com/private-1234/basic.ics'


async def test_a_calendar_is_connected_read_again_and_removed_and_its_address_is_not_shown() -> None:
    async with running_application() as application, serving(application) as served:
        await person(application, 'ann')
        row = await rotation(application, 'ann')
        program = await served.program()
        path = f'/rotations/{row.id}/calendars'
        made = await program.post(path, {'name': 'Team', 'url': SECRET, 'use': 'holidays'})
        assert made.status_code == 201, made.text
        assert 'private' not in made.text
        assert (made.json()['host'], made.json()['use']) == ('calendar.example.com', 'holidays')
        assert [one['name'] for one in (await program.get(path))['items']] == ['Team']
        assert (await program.post(f'{path}/{made.json()["id"]}/read')).status_code == 200
        refused = await program.post(path, {'name': 'Other', 'url': 'file:///etc/passwd'})
        assert refused.status_code == 422, refused.text
        assert 'url' in refused.text
        assert (await program.delete(f'{path}/{made.json()["id"]}', None)).status_code == 204
        assert (await program.get(path))['items'] == []


async def test_limits_are_read_and_changed_by_the_version_that_was_read() -> None:
    async with running_application() as application, serving(application) as served:
        await person(application, 'ann')
        await rotation(application, 'ann')
        program = await served.program()
        before = await program.get('/contact-limits')
        assert (before['breaks'], before['longest_min'], before['must_reach']) == ('major', 1440, 'nobody')
        changed = await program.patch('/contact-limits', {'must_reach': 'on_call'}, before['version'])
        assert changed.status_code == 200, changed.text
        assert [one['name'] for one in changed.json()['unreached']] == ['ann']
        stale = await program.patch('/contact-limits', {'longest_min': 60}, before['version'])
        assert stale.status_code == 412, stale.text
        wrong = await program.patch('/contact-limits', {'longest_min': -5}, changed.json()['version'])
        assert wrong.status_code == 422, wrong.text
