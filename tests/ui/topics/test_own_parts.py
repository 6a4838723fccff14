"""The line at the top of every page: no news come of it, since the database may be what stands still."""

from domain.common.own_parts import OwnPart
from tests.fakes import running_application
from tests.jobs.own_parts.parts import stand
from ui.live.channel import News
from ui.topics.own_parts import OwnPartsTopic


async def test_a_page_hears_what_is_behind_and_that_it_turns_again() -> None:
    async with running_application() as application:
        parts = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
        topic = OwnPartsTopic(fleets=application.fleets, **parts)
        assert topic.full()['behind'] is None
        stand(application, OwnPart.DATABASE)
        assert topic.patch(News()) == {
            'behind': 'The database is behind: changes are not kept',
            'because': 'the disk is full',
            'since': application.clock(),
        }
        stand(application, OwnPart.DATABASE, OwnPart.POLLER)
        assert topic.patch(News()) == {'more': 'The poller is behind: towers are not asked in time: the disk is full'}
        assert topic.patch(News()) is None
        stand(application)
        assert (topic.patch(News()) or {})['behind'] is None
