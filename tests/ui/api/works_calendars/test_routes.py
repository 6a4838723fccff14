"""Calendars of planned works, as programs see them."""

from domain.common.feeds import FeedAnswer, FeedEvent, FeedOutcome
from tests.domain.towers.test_service import tower
from tests.fakes import running_application
from tests.ui.api.served import serving

PATH = '/maintenance-calendars'
SECRET = 'https://works.example.com/private-1234/planned.ics'


async def test_a_calendar_is_connected_read_changed_and_removed_and_its_address_is_not_shown() -> None:
    async with running_application() as application, serving(application) as served:
        mast = await tower(application, 'Botlek')
        program = await served.program()
        made = await program.post(PATH, {'name': 'Carrier', 'url': SECRET})
        assert made.status_code == 201, made.text
        assert 'private' not in made.text
        own = f'{PATH}/{made.json()["id"]}'
        begin = application.clock() + 3600
        events = tuple(
            FeedEvent(uid=key, key=key, summary=key, starts_at=begin, ends_at=begin + 60) for key in ('Botlek', 'RTM-1')
        )
        for enterprise, asked in application.works_calendars.feeds_due():
            answer = FeedAnswer(outcome=FeedOutcome.READ, events=events, unread=('“x”: it has no begin (DTSTART)',))
            await application.works_calendars.take_feed(enterprise, asked, answer)
        shown = await program.get(own)
        assert (shown['events'], shown['unmatched'], len(shown['unread'])) == (2, 1, 1)
        works = (await program.get(f'{own}/events'))['items']
        assert [(one['key'], one['state']) for one in works] == [('Botlek', 'planned'), ('RTM-1', 'unmatched')]
        assert works[0]['towers'] == [{'id': mast.id, 'name': 'Botlek'}]
        (window,) = (await program.get('/maintenance-windows'))['items']
        assert window['calendar'] == shown['id']
        rules = [{'contains': 'rtm-1', 'regions': ['West']}]
        changed = await program.patch(own, {'rules': rules, 'every_min': 30}, shown['version'])
        assert changed.status_code == 200, changed.text
        assert (changed.json()['unmatched'], changed.json()['every_min']) == (0, 30)
        out = await program.post(f'{own}/leave-out', {'key': 'Botlek'})
        assert out.status_code == 200, out.text
        assert [one['state'] for one in (await program.get(f'{own}/events'))['items']] == ['left_out', 'planned']
        assert (await program.post(f'{own}/leave-out', {'key': 'nothing'})).status_code == 404
        again = await program.post(f'{own}/read')
        assert again.status_code == 200, again.text
        refused = await program.post(PATH, {'name': 'Other', 'url': 'file:///etc/passwd'})
        assert refused.status_code == 422, refused.text
        assert 'url' in refused.text
        assert (await program.delete(own, again.json()['version'])).status_code == 204
        assert (await program.get('/maintenance-windows'))['items'] == []
