"""What the page of alert rules shows: what is set against what is delivered, and what became of each rule."""

from typing import Any

from domain.alert_rules.input import NewAlertRule
from domain.alerts.model import RuleScope
from domain.common.severity import Severity
from tests.domain.triage.test_service import raised
from tests.fakes import RunningApplication, running_application
from ui.topics.alert_rules import AlertRulesTopic


async def shown(application: RunningApplication) -> dict[str, dict[str, Any]]:
    topic = AlertRulesTopic(fleet=application.fleet, store=application.store, clock=application.clock)
    await topic.open()
    return {row['id']: row for row in topic.full()['rows']}


async def test_what_differs_is_told_with_what_is_delivered() -> None:
    async with running_application() as application:
        assert {row['state'] for row in (await shown(application)).values()} == {'default'}
        new = NewAlertRule(
            severity=Severity.MINOR,
            after_s=60,
            limits={'devices': 10},
            scope=RuleScope(labels={'site': 'west'}, regions=('North',)),
        )
        await application.alert_rules.change(application.actor, 'silent-together', 0, new)
        row = (await shown(application))['silent-together']
        assert row['values'] == (
            'At least 10 devices (5), Minor (as judged), told after 1 min (at once), for site=west, North (all)'
        )
        off = NewAlertRule(enabled=False, reason='test network')
        await application.alert_rules.change(application.actor, 'unknown-cell', 0, off)
        row = (await shown(application))['unknown-cell']
        assert (row['state'], row['reason']) == ('off', 'test network')


async def test_alerts_of_the_last_week_are_counted_with_false_alarms() -> None:
    async with running_application() as application:
        alert = await raised(application)
        await application.triage.mark_false(application.actor, alert.id, 'a test')
        row = (await shown(application))['wrong-clock']
        assert (row['open'], row['raised'], row['false']) == (1, 1, '1 of 1')
