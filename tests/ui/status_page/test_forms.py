"""The page for programs: JSON, a feed that readers can follow, a badge."""

import json
from xml.etree import ElementTree

from domain.status_page.input import NewNotice
from domain.status_page.model import ComponentKind, NoticeKind, NoticeState
from tests.domain.status_page.pages import REGION, component, published, tower
from tests.fakes import running_application
from tests.ui.status_page.test_page import shown
from ui.status_page.forms import ATOM, page_atom, page_badge, page_json

A = f'{{{ATOM}}}'


async def test_the_feed_has_what_rfc_4287_asks_for_and_an_entry_keeps_its_id() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        empty = ElementTree.fromstring(page_atom(shown(application), 'https://status.example'))
        assert [empty.find(f'{A}{name}') is not None for name in ('id', 'title', 'updated', 'author')] == [True] * 4
        assert {link.get('rel'): link.get('href') for link in empty.findall(f'{A}link')} == {
            'self': 'https://status.example/status/harbour.atom',
            'alternate': 'https://status.example/status/harbour',
        }
        notice = await application.notices.begin(application.actor, NewNotice(title='Slow & late', text='We <look>.'))
        (first,) = ElementTree.fromstring(page_atom(shown(application))).findall(f'{A}entry')
        application.clock.tick(60)
        await application.notices.update(application.actor, notice.id, NoticeState.RESOLVED, 'Over.')
        (second,) = ElementTree.fromstring(page_atom(shown(application))).findall(f'{A}entry')
        assert first.findtext(f'{A}id') == second.findtext(f'{A}id')
        assert notice.id not in (first.findtext(f'{A}id') or '')
        assert (first.findtext(f'{A}updated') or '') < (second.findtext(f'{A}updated') or '')
        assert first.findtext(f'{A}published') == second.findtext(f'{A}published')
        assert second.findtext(f'{A}title') == 'Incident: Slow & late (resolved)'
        content = second.findtext(f'{A}content') or ''
        assert content.index('Over.') < content.index('We <look>.')


async def test_json_says_the_same_in_the_words_of_the_field() -> None:
    async with running_application() as application:
        await tower(application)
        await published(application, component(REGION, kind=ComponentKind.REGION, is_counted=True))
        now = application.clock()
        await application.notices.begin(
            application.actor,
            NewNotice(
                kind=NoticeKind.MAINTENANCE, title='New radios', text='At night.', begins_at=now + 60, ends_at=now + 90
            ),
        )
        body = json.loads(page_json(shown(application)))
        assert body['status'] == {
            'indicator': 'none',
            'status': 'operational',
            'description': 'All systems operational',
        }
        (one,) = body['components']
        assert (one['status'], one['members'], one['up'], len(one['days'])) == ('operational', 1, 1, 90)
        (planned,) = body['scheduled_maintenances']
        assert (planned['impact'], planned['status'], planned['scheduled_until']) == (
            'maintenance',
            'scheduled',
            '2027-01-15T08:01:30Z',
        )


async def test_the_badge_is_a_picture_with_its_words() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        badge = ElementTree.fromstring(page_badge(shown(application)))
        assert badge.tag == '{http://www.w3.org/2000/svg}svg'
        assert badge.get('aria-label') == 'Harbour radio: Operational'
