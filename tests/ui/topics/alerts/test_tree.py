"""The inbox as a tree: a root with what it explains folded beneath it, or shown."""

from dataclasses import replace

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.towers.alerts import FAILING
from domain.towers.model import Tower
from tests.domain.parts import there
from tests.domain.test_root_cause import alert_of, clock, hub_and_masts
from tests.domain.towers.test_service import answer
from tests.fakes import RunningApplication, running_application
from tests.ui.topics.alerts.test_list import shown
from ui.topics.alerts.row import alert_row
from ui.topics.alerts.tree import BeneathTopic
from ui.topics.overview import CountersTopic


async def outage(application: RunningApplication) -> tuple[Tower, list[Tower]]:
    hub, masts, _ = await hub_and_masts(application, 3)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    await clock(application, 10)
    return hub, masts


async def test_children_are_folded_beneath_their_root_or_stand_right_after_it() -> None:
    async with running_application() as application:
        hub, masts = await outage(application)
        folded = await shown(application, state='open', sort='severity')
        assert [(row['name'], row['beneath']) for row in folded['rows']] == [('Hub is down', 3)]
        assert folded['matched'] == 1
        tree = await shown(application, tree='shown', state='open', sort='severity')
        assert [row['name'] for row in tree['rows']][:2] == ['Hub is down', '└ Mast 3 is unreachable']
        assert len(tree['rows']) == 4
        found = await shown(application, state='open', q='Mast 2')
        assert [row['object'] for row in found['rows']] == ['Mast 2'], 'what is looked for is not hidden'
        assert alert_row(application.fleet, alert_of(application, masts[0]))['parent'] == 'Hub is down'
        root = alert_of(application, hub)
        assert alert_row(application.fleet, root)['explains'] == '3 that this one explains'
        again = replace(root, children=5)  # two of a fall before
        assert alert_row(application.fleet, again)['explains'] == '3 open, and those that are over'
        assert FAILING.is_of(root)


async def test_the_page_of_a_root_lists_what_hangs_on_it_also_when_that_is_over() -> None:
    async with running_application() as application:
        hub, masts = await outage(application)
        root = alert_of(application, hub)
        topic = BeneathTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=root.id)
        await topic.open()
        assert len(topic.full()['rows']) == 3
        for one in (hub, *masts):
            await answer(application, one, True)
        await clock(application, 300)
        await clock(application, 2)
        assert not list(application.fleet[Alert])
        later = BeneathTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=root.id)
        await later.open()
        assert {row['state'] for row in later.full()['rows']} == {'cleared'}
        assert len(later.full()['rows']) == 3
        archive = await shown(application, state='cleared')
        assert [row['name'] for row in archive['rows']] == ['Hub was down']


async def test_what_a_person_is_called_for_is_counted_without_what_another_alert_explains() -> None:
    async with running_application() as application:
        await outage(application)
        van = await application.device('van')
        await application.transactor.transact(lambda tx: there(CLOCK.raise_for(tx, van, severity=Severity.MINOR)))
        topic = CountersTopic(fleet=application.fleet, store=application.store, clock=application.clock)
        assert topic.full()['alerts'] == {'open': 5, 'unacknowledged': 2}
