"""What browsers are told of violations, commands, the interlock and alerts."""

from typing import Any

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.facts import Facts, Os
from domain.devices.model import DeviceState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from tests.fakes import House, house
from ui.live.channel import News
from ui.topics.alerts import AlertsTopic
from ui.topics.enforcement import CommandsTopic, InterlockTopic
from ui.topics.policies.detail import PolicyTopic
from ui.topics.policies.violations import ViolationsTopic

RULE = 'device.os.version != "9"'


async def test_a_policy_tells_how_many_devices_it_still_waits_for() -> None:
    async with house() as home:
        policy = await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE))
        await home.device('silent')
        await _breaker(home, 'loud')
        value = PolicyTopic(**_parts(home), id=policy.id).full()
    assert (value['bound'], value['waiting'], value['judged'], value['violating']) == (2, 1, 1, 1)
    assert value['counts']['unevaluated'] == 1


async def test_a_retired_policy_is_told_to_be_gone() -> None:
    async with house() as home:
        policy = await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE))
        topic = PolicyTopic(**_parts(home), id=policy.id)
        topic.full()
        await home.policies.retire(home.actor, policy.id, 1)
        patch = topic.patch(News(ids={Policy: {policy.id}}))
    assert patch == {'gone': True}


async def test_the_interlock_tells_its_limit_and_why_commands_are_parked() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE, mode=Mode.ENFORCE))
        for number in range(8):
            await _breaker(home, f'crane-{number}')
        value = InterlockTopic(**_parts(home)).full()
    assert (value['limit'], value['held'], value['full']) == (5, 5, 'full')
    assert (value['parked'], value['parked_limit'], value['parked_tower']) == (3, 3, None)


async def test_violations_say_what_is_done_about_them() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Recorded', rule=RULE))
        await home.policies.add(home.actor, NewPolicy(name='Patient', rule=RULE, mode=Mode.ENFORCE, grace_s=600))
        await _breaker(home, 'crane-1')
        rows = ViolationsTopic(**_parts(home), query={'sort': 'policy'}).full()['rows']
    assert [(row['policy'], row['answer']) for row in rows] == [
        ('Patient', 'quarantine'),
        ('Recorded', 'recorded only'),
    ]
    assert rows[0]['act_at'] == home.clock() + 600
    assert rows[0]['evidence'] == 'os.version = 9'


async def test_only_the_rows_in_view_are_sent_and_all_are_counted() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE))
        for number in range(12):
            await _breaker(home, f'crane-{number}')
        query = {'size': '5', 'page': '2', 'sort': 'name'}
        value = ViolationsTopic(**_parts(home), query=query).full()
    assert [row['name'] for row in value['rows']] == ['crane-10', 'crane-11']
    assert (value['total'], value['matched'], value['facets']) == (
        12,
        12,
        {'severity': {'minor': 12}, 'state': {'violating': 12}},
    )


async def test_finished_commands_stand_apart_from_those_under_way() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE, mode=Mode.ENFORCE))
        await _breaker(home, 'crane-1')
        await _breaker(home, 'crane-2')
        first, second = home.fleet.commands.values()
        await home.devices.cancel(home.actor, first.id)
        under_way, ended = (CommandsTopic(**_parts(home), query={'open': word}) for word in ('true', 'false'))
        for topic in (under_way, ended):
            await topic.open()
        assert under_way.full()['ids'] == [second.id]
        assert ended.full()['ids'] == [first.id]


async def test_an_alert_moves_from_open_to_acknowledged_to_cleared() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Not Android 9', rule=RULE, severity=Severity.MAJOR))
        device = await _breaker(home, 'crane-1')
        (alert,) = home.fleet.alerts.values()
        topics = {
            word: AlertsTopic(**_parts(home), query={'state': word}) for word in ('open', 'acknowledged', 'cleared')
        }
        for topic in topics.values():
            await topic.open()
        assert _where(topics) == ['open']
        await home.alerts.acknowledge(home.actor, alert.id)
        _tell(topics, alert.id)
        assert _where(topics) == ['acknowledged']
        await home.check_in(device, facts=Facts(os=Os(version='14')))
        _tell(topics, alert.id)
        assert _where(topics) == ['cleared']


def _where(topics: dict[str, AlertsTopic]) -> list[str]:
    return [word for word, topic in topics.items() if topic.full()['ids']]


def _tell(topics: dict[str, AlertsTopic], alert: str) -> None:
    for topic in topics.values():
        topic._look_after = 0.0
        topic.patch(News(ids={Alert: {alert}, DeviceState: set()}))


def _parts(home: House) -> dict[str, Any]:
    return {'fleet': home.fleet, 'store': home.store, 'clock': home.clock}


async def _breaker(home: House, name: str) -> str:
    device = await home.device(name)
    await home.check_in(device.id, facts=Facts(os=Os(version='9')))
    return device.id
