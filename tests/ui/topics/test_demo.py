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


async def test_without_a_demo_there_is_nothing() -> None:
    async with running_application() as application:
        parts = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
        assert set(DemoTopic(story=None, **parts).full().values()) == {None}
