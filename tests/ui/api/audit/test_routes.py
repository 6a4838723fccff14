"""``GET /audit``: the trail for programs, page by page."""

from domain.access.permissions import Permission
from tests.fakes import Clock, running_application
from tests.ui.api.served import serving


async def test_the_trail_is_read_page_by_page_and_searched() -> None:
    async with running_application() as application, serving(application) as served:
        program = await served.program(Permission.AUDIT_READ, Permission.DEVICES_WRITE)
        for number in range(3):
            answer = await program.post('/devices', {'name': f'crane-{number}', 'kind': 'tablet'})
            assert answer.status_code == 201
        first = await program.get('/audit', kind='device', limit=2)
        rest = await program.get('/audit', kind='device', limit=2, cursor=first['next'])
        items = first['items'] + rest['items']
        assert [item['subject']['name'] for item in items] == ['crane-2', 'crane-1', 'crane-0']
        assert {(item['kind'], item['by'], item['address']) for item in items} == {
            ('device_enrolled', 'program', '203.0.113.7')
        }
        assert items[0]['actor'].startswith('program/')
        assert rest['next'] is None
        assert len((await program.get('/audit', who=items[0]['actor']))['items']) == 3
        assert len((await program.get('/audit', q='CRANE-1'))['items']) == 1
        assert (await program.get('/audit', since='2030-01-01T00:00:00Z'))['items'] == []


async def test_questions_that_make_no_sense_name_the_field() -> None:
    async with running_application() as application, serving(application) as served:
        program = await served.program(Permission.AUDIT_READ)
        wrong = {'cursor': 'x', 'subject': 'crane', 'since': 'yesterday', 'limit': 0, 'until': '2030-01-01T00:00:00'}
        for field, value in wrong.items():
            answer = await program.send('GET', '/audit', params={field: value})
            assert (answer.status_code, answer.json()['field']) == (422, field)


async def test_times_that_were_not_watched_are_read_with_what_the_clock_said() -> None:
    clock = Clock()
    async with running_application(clock=clock) as application, serving(application) as served:
        program = await served.program(Permission.AUDIT_READ)
        assert await program.get('/audit/unwatched') == []
        await application.presence.expire()
        clock.step(3600.0)
        await application.presence.expire()
        await application.transactor.transact(lambda tx: None, application.enterprise)
        (gap,) = await program.get('/audit/unwatched')
        assert gap['unseen_s'] == 3600.0
        assert gap['before'] < gap['after'] <= gap['at']
        assert await program.get('/audit/unwatched', until=gap['before']) == []
        trail = (await program.get('/audit'))['items']
        assert [one for one in trail if one['kind'] == 'time_unwatched'] == [], 'it is of the installation'
        other = await served.program(Permission.DEVICES_READ)
        assert (await other.send('GET', '/audit/unwatched')).status_code == 403
