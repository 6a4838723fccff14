"""The list of open violations as browsers follow it."""

from typing import Any

import pytest

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.devices.facts import Battery, Facts, Os
from domain.policies.input import NewPolicy
from domain.policies.violations import Violation
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.topics.policies.violations import ViolationsTopic


async def test_a_row_says_the_value_and_the_limit_since_when_and_what_is_done() -> None:
    async with running_application() as application:
        await _broken_fleet(application)
        (row,) = _topic(application, q='crane', severity='major').full()['rows']
        assert (row['name'], row['policy'], row['value']) == ('crane-1', 'Charged', 'battery 3 %, at least 10')
        assert (row['answer'], row['response'], row['tower']) == ('recorded only', 'not_enforced', None)
        assert row['opened_at'] == application.clock()


async def test_filters_narrow_together_and_count_their_choices() -> None:
    async with running_application() as application:
        await _broken_fleet(application)
        value = _topic(application, label='site=quay', severity='minor').full()
        assert ([row['name'] for row in value['rows']], value['total'], value['matched']) == (['crane-1'], 3, 1)
        assert value['facets']['severity'] == {'major': 1, 'minor': 1}
        assert _topic(application, since='day').full()['matched'] == 0
        application.clock.tick(3700)
        assert _topic(application, since='day').full()['matched'] == 3
        assert _topic(application, answer='excused,parked').full()['matched'] == 0


async def test_a_cleared_violation_leaves_the_list() -> None:
    async with running_application() as application:
        await _broken_fleet(application)
        topic = _topic(application, q='pump')
        (row,) = topic.full()['rows']
        await application.check_in(row['device_id'], facts=Facts(os=Os(version='14')))
        patch = topic.patch(News(ids={Violation: {row['id']}}))
        assert patch is not None
        assert (patch['ids'], patch['matched'], patch['total']) == ([], 0, 2)


@pytest.mark.parametrize(
    ('name', 'value'), [('severity', 'grave'), ('answer', 'none'), ('since', '1h'), ('sort', 'age')]
)
async def test_a_choice_that_does_not_exist_is_refused_by_name(name: str, value: str) -> None:
    async with running_application() as application:
        with pytest.raises(Invalid) as refusal:
            _topic(application, **{name: value})
        assert refusal.value.field == name


async def _broken_fleet(application: RunningApplication) -> None:
    """Two policies; crane-1 on the quay breaks both, pump in the yard the first."""
    actor = application.actor
    await application.policies.add(actor, NewPolicy(name='Not Android 9', rule='device.os.version != "9"'))
    charged = NewPolicy(name='Charged', rule='device.battery.level >= 10.0', severity=Severity.MAJOR)
    await application.policies.add(actor, charged)
    for name, site, level in (('crane-1', 'quay', 3.0), ('pump', 'yard', 50.0)):
        device = (await application.device(name, labels={'site': site})).id
        await application.check_in(device, facts=Facts(os=Os(version='9'), battery=Battery(level=level)))


def _topic(application: RunningApplication, **query: str) -> ViolationsTopic:
    parts: dict[str, Any] = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
    return ViolationsTopic(**parts, query=query)
