"""The story of a demo on its page."""

from tests.fakes import running_application
from ui.live.channel import News
from ui.operator.story import Story
from ui.topics.demo import DemoTopic


async def test_what_comes_stands_there_as_soon_as_it_is_told() -> None:
    async with running_application() as application:
        story, parts = Story(lambda: 100.0), {'store': application.store, 'clock': application.clock}
        topic = DemoTopic(story=story, fleet=application.fleet, **parts)
        assert topic.full()['coming'] is None
        story.heard(b'{"next": {"what": "hub_fell", "names": "Maasvlakte-Hub", "in_s": 20}}')
        patch = topic.patch(News()) or {}
        assert patch['coming'] == 'a hub falls silent, and the sites behind it with it: Maasvlakte-Hub'
        assert (patch['coming_at'], patch['coming_href']) == (120.0, '/alerts')


async def test_a_hub_that_fell_stands_there_until_it_is_back_whatever_happens_meanwhile() -> None:
    async with running_application() as application:
        story, parts = Story(lambda: 100.0), {'store': application.store, 'clock': application.clock}
        topic = DemoTopic(story=story, fleet=application.fleet, **parts)
        story.heard(b'{"now": {"what": "hub_fell", "names": "Maasvlakte-Hub and 8 more"}}')
        story.heard(b'{"now": {"what": "repaired", "names": "phone-006"}}')
        story.heard(b'{"now": {"what": "site_recovered", "names": "Pernis"}}')
        shown = topic.full()
        assert shown['happened'] == 'back in service: Pernis'
        assert (shown['broken'], shown['broken_href']) == (
            'a hub falls silent, and the sites behind it with it: Maasvlakte-Hub and 8 more',
            '/alerts',
        )
        story.heard(b'{"now": {"what": "site_recovered", "names": "Maasvlakte-Hub and 8 more"}}')
        assert (topic.patch(News()) or {})['broken'] is None


async def test_without_a_demo_there_is_nothing() -> None:
    async with running_application() as application:
        parts = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
        assert set(DemoTopic(story=None, **parts).full().values()) == {None}
