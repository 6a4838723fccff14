"""What browsers are told of violations, commands, the interlock and alerts."""

from typing import Any

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.facts import Facts, Os
from domain.devices.model import DeviceState
from domain.enforcement.model import Command
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.topics.alerts.list import AlertsTopic
from ui.topics.enforcement import CommandsTopic, InterlockTopic
from ui.topics.policies.detail import PolicyTopic
from ui.topics.policies.violations import ViolationsTopic

RULE = 'device.os.version != "9"'


async def test_a_policy_tells_how_many_devices_it_still_waits_for() -> None:
    async with running_application() as application:
        policy = await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
        await application.device('silent')
        await _breaker(application, 'loud')
        value = PolicyTopic(**_parts(application), id=policy.id).full()
    assert (value['bound'], value['waiting'], value['judged'], value['violating']) == (2, 1, 1, 1)
    assert value['counts']['unevaluated'] == 1


async def test_a_retired_policy_is_told_to_be_gone() -> None:
    async with running_application() as application:
        policy = await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
        topic = PolicyTopic(**_parts(application), id=policy.id)
        topic.full()
        await application.policies.retire(application.actor, policy.id, 1)
        patch = topic.patch(News(ids={Policy: {policy.id}}))
    assert patch == {'gone': True}


async def test_the_interlock_tells_its_limit_and_why_commands_are_parked() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE, mode=Mode.ENFORCE))
        for number in range(8):
            await _breaker(application, f'crane-{number}')
        value = InterlockTopic(**_parts(application)).full()
    assert (value['limit'], value['held'], value['full']) == (5, 5, 'full')
    assert (value['parked'], value['parked_limit'], value['parked_tower']) == (3, 3, None)


async def test_violations_say_what_is_done_about_them() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Recorded', rule=RULE))
        await application.policies.add(
            application.actor, NewPolicy(name='Patient', rule=RULE, mode=Mode.ENFORCE, grace_s=600)
        )
        await _breaker(application, 'crane-1')
        rows = ViolationsTopic(**_parts(application), query={'sort': 'policy'}).full()['rows']
    assert [(row['policy'], row['answer']) for row in rows] == [
        ('Patient', 'quarantine'),
        ('Recorded', 'recorded only'),
    ]
    assert rows[0]['act_at'] == application.clock() + 600
    assert rows[0]['evidence'] == 'os.version = 9'


async def test_only_the_rows_in_view_are_sent_and_all_are_counted() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
        for number in range(12):
            await _breaker(application, f'crane-{number}')
        query = {'size': '5', 'page': '2', 'sort': 'name'}
        value = ViolationsTopic(**_parts(application), query=query).full()
    assert [row['name'] for row in value['rows']] == ['crane-10', 'crane-11']
    assert (value['total'], value['matched']) == (12, 12)
    assert value['facets']['severity'] == {'minor': 12}
    assert value['facets']['answer'] == {'not_enforced': 12}


async def test_finished_commands_stand_apart_from_those_under_way() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE, mode=Mode.ENFORCE))
        await _breaker(application, 'crane-1')
        await _breaker(application, 'crane-2')
        first, second = application.fleet[Command].values()
        await application.commands.cancel(application.actor, first.id)
        under_way, ended = (CommandsTopic(**_parts(application), query={'open': word}) for word in ('true', 'false'))
        for topic in (under_way, ended):
            await topic.open()
        assert under_way.full()['ids'] == [second.id]
        assert ended.full()['ids'] == [first.id]


async def test_an_alert_moves_from_open_to_acknowledged_to_cleared() -> None:
    async with running_application() as application:
        await application.policies.add(
            application.actor, NewPolicy(name='Not Android 9', rule=RULE, severity=Severity.MAJOR)
        )
        device = await _breaker(application, 'crane-1')
        (alert,) = application.fleet[Alert].values()
        topics = {
            word: AlertsTopic(**_parts(application), query={'state': word})
            for word in ('open', 'acknowledged', 'cleared')
        }
        for topic in topics.values():
            await topic.open()
        assert _where(topics) == ['open']
        await application.alerts.acknowledge(application.actor, alert.id)
        _tell(topics, alert.id)
        assert _where(topics) == ['acknowledged']
        await application.check_in(device, facts=Facts(os=Os(version='14')))
        _tell(topics, alert.id)
        assert _where(topics) == ['cleared']


def _where(topics: dict[str, AlertsTopic]) -> list[str]:
    return [word for word, topic in topics.items() if topic.full()['ids']]


def _tell(topics: dict[str, AlertsTopic], alert: str) -> None:
    for topic in topics.values():
        topic._look_after = 0.0
        topic.patch(News(ids={Alert: {alert}, DeviceState: set()}))


def _parts(application: RunningApplication) -> dict[str, Any]:
    return {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}


async def _breaker(application: RunningApplication, name: str) -> str:
    device = await application.device(name)
    await application.check_in(device.id, facts=Facts(os=Os(version='9')))
    return device.id
