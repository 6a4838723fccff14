"""The inbox and the archive: the newest first within a severity, pages and filters over all alerts that are kept."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.scopes import Scope
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.devices.model import Device
from domain.fleet.scoped import ScopedFleet
from tests.domain.parts import there
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.topics.alerts.list import AlertsTopic

ALL = 'open,acknowledged,cleared'


async def raised(application: RunningApplication, device: Device, severity: Severity, **more: Any) -> Alert:
    """One alert more, a minute after the others."""
    application.clock.tick(60)
    return await application.transactor.transact(
        lambda tx: there(CLOCK.raise_for(tx, device, severity=severity, **more))
    )


async def cleared(application: RunningApplication, device: Device) -> None:
    application.clock.tick(7)
    await application.transactor.transact(lambda tx: CLOCK.clear_for(tx, device))


async def shown(application: RunningApplication, fleet: Any = None, **query: str) -> dict[str, Any]:
    topic = AlertsTopic(fleet=fleet or application.fleet, store=application.store, clock=application.clock, query=query)
    await topic.open()
    return topic.full()


def names(value: dict[str, Any]) -> list[str]:
    return [row['object'] for row in value['rows']]


async def archive(application: RunningApplication, count: int) -> None:
    """So many cleared alerts, of every severity in turn."""
    for number in range(count):
        device = await application.device(f'crane-{number}', labels={'site': 'port' if number % 2 else 'road'})
        await raised(application, device, list(Severity)[number % 3], devices=number)
        await cleared(application, device)


async def test_of_one_severity_the_newest_comes_first_whatever_it_is_called() -> None:
    async with running_application() as application:
        for name in ('Barendrecht', 'Albrandswaard', 'Waalhaven', 'Europoort'):
            await raised(application, await application.device(name), Severity.MAJOR)
        await raised(application, await application.device('Botlek'), Severity.CRITICAL)
        assert names(await shown(application)) == ['Botlek', 'Europoort', 'Waalhaven', 'Albrandswaard', 'Barendrecht']
        assert names(await shown(application, sort='-severity'))[:2] == ['Europoort', 'Waalhaven']


async def test_the_archive_has_pages_of_all_that_was_ever_cleared_in_the_order_asked_for() -> None:
    async with running_application() as application:
        await archive(application, 12)
        for number in range(3):
            await raised(application, await application.device(f'open-{number}'), Severity.MAJOR)
        for sort in ('severity', '-severity', '-raised_at', 'cleared_at', '-lasted', 'devices', 'object'):
            whole = names(await shown(application, sort=sort, state=ALL, size='50'))
            pages = [await shown(application, sort=sort, state=ALL, size='4', page=str(page)) for page in range(4)]
            assert [name for page in pages for name in names(page)] == whole
            assert [(page['total'], page['matched']) for page in pages] == [(15, 15)] * 4
        assert names(await shown(application, sort='-cleared_at', state='cleared'))[:2] == ['crane-11', 'crane-10']


async def test_filters_and_the_counts_of_their_menus_are_of_the_whole_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AlertsTopic.look.__globals__, 'SLACK', 1)
    async with running_application() as application:
        await archive(application, 30)
        seen = await raised(application, await application.device('open'), Severity.MAJOR)
        await application.alerts.acknowledge(application.actor, seen.id)
        await raised(application, await application.device('another'), Severity.MINOR)
        found = await shown(application, state='cleared', severity='major', size='3', page='3')
        assert (found['total'], found['matched'], len(found['rows'])) == (30, 10, 1)
        assert found['facets']['state'] == {'open': 1, 'acknowledged': 1, 'cleared': 30}
        assert found['facets']['severity'] == {'critical': 10, 'major': 10, 'minor': 10}
        inbox = await shown(application, state='open,acknowledged')
        assert (inbox['matched'], inbox['facets']['state']['cleared']) == (2, 30)
        assert inbox['facets']['severity'] == {'major': 1, 'minor': 1}


async def test_the_archive_is_asked_for_a_night() -> None:
    async with running_application() as application:
        await archive(application, 6)
        rows = sorted(application.store.rows[Alert].values(), key=lambda alert: alert.raised_at)
        since, until = (str(rows[number].raised_at + 1) for number in (2, 3))
        found = await shown(application, state='cleared', since=_iso(since), until=_iso(until), sort='raised_at')
        assert names(found) == ['crane-2', 'crane-3'], 'open at that moment counts too'


async def test_an_alert_that_clears_joins_the_first_page_of_the_archive_and_says_how_long_it_lasted() -> None:
    async with running_application() as application:
        device = await application.device('crane')
        alert = await raised(application, device, Severity.MAJOR, devices=4)
        topic = AlertsTopic(
            fleet=application.fleet, store=application.store, clock=application.clock, query={'state': 'cleared'}
        )
        await topic.open()
        assert topic.full()['ids'] == []
        application.clock.tick(67)
        await cleared(application, device)
        patch = topic.patch(News(ids={Alert: {alert.id}}, entries=application.store.journal[application.enterprise]))
        assert patch is not None
        (row,) = patch['rows']
        assert (row['name'], row['lasted'], row['state']) == ('The clock of crane was wrong', '1 min 14 s', 'cleared')
        assert (patch['total'], patch['matched'], patch['facets']['state']) == (1, 1, {'cleared': 1})
        assert topic.full() == await shown(application, state='cleared')


async def test_a_narrowed_role_pages_through_what_it_sees_alone() -> None:
    async with running_application() as application:
        await archive(application, 10)
        part = ScopedFleet(application.fleet, Scope({'site': ('port',)}))
        pages = [await shown(application, part, state='cleared', sort='-raised_at', size='3', page=n) for n in '01']
        assert [names(page) for page in pages] == [['crane-9', 'crane-7', 'crane-5'], ['crane-3', 'crane-1']]
        assert [(page['total'], page['matched']) for page in pages] == [(5, 5)] * 2
        assert pages[0]['facets']['state'] == {'cleared': 5}


async def test_the_row_says_what_it_was_at_its_worst() -> None:
    async with running_application() as application:
        device = await application.device('crane')
        await raised(application, device, Severity.MAJOR, devices=400)
        await raised(application, device, Severity.MINOR, devices=3)
        (row,) = (await shown(application))['rows']
        assert (row['severity'], row['peak_severity'], row['devices'], row['peak_devices']) == (
            'minor',
            'major',
            3,
            400,
        )
        await cleared(application, device)
        (row,) = (await shown(application, state='cleared', severity='major'))['rows']
        assert (row['severity'], row['devices'], row['brief']) == ('major', 400, 'lasted 1 min 7 s')


def _iso(epoch: str) -> str:
    return datetime.fromtimestamp(float(epoch), UTC).isoformat()


async def test_a_silence_is_said_once_on_a_card_and_also_of_what_a_person_has_seen() -> None:
    async with running_application() as application:
        alert = await raised(application, await application.device('crane'), Severity.MAJOR)
        silence: dict[str, Any] = {'silence': 'S-1', 'silenced_by': 'Nia', 'silenced_until': application.clock() + 60}
        await application.transactor.transact(lambda tx: tx.put(replace(alert, **silence)), application.enterprise)
        (row,) = (await shown(application))['rows']
        assert (row['seen'], row['seen_by'], 'silenced' in row['brief']) == ('silenced', 'Nia', False)
        await application.alerts.acknowledge(application.actor, alert.id)
        (row,) = (await shown(application))['rows']
        assert (row['seen'], row['brief'].startswith('silenced by Nia')) == ('acknowledged', True)
