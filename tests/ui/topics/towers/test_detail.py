"""One tower, as its page follows it."""

from domain.alerts.model import Alert
from tests.domain.status_page.pages import checked, tower
from tests.fakes import running_application
from ui.topics.towers.detail import TowerTopic


async def test_a_tower_that_is_down_alone_says_that_no_other_site_tells_whose_fault_it_is() -> None:
    async with running_application() as application:
        mast = await tower(application)

        def doubtful() -> object:
            return TowerTopic(
                fleet=application.fleet, store=application.store, clock=application.clock, id=mast.id
            ).full()['doubtful']

        assert doubtful() is False
        await checked(application, mast, ok=False)
        assert doubtful() is True
        for name in ('second', 'third'):
            await tower(application, name)
        assert doubtful() is False


async def test_a_tower_that_fails_leads_to_its_alert_and_says_who_has_seen_it() -> None:
    async with running_application() as application:
        mast = await tower(application)

        def seen() -> tuple[object, object]:
            topic = TowerTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=mast.id)
            return topic.full()['alert'], topic.full()['alert_id']

        assert seen() == (None, None)
        await checked(application, mast, ok=False)
        (alert,) = application.fleet[Alert]
        assert seen() == ('alert not acknowledged', alert)
        await application.alerts.acknowledge(application.actor, alert, 'on it')
        assert seen() == (f'alert seen by {application.actor.name}', alert)
