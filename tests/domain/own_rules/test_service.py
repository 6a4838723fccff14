"""A rule of one's own raises one alert when it has been true for long enough, and clears it by its own condition."""

from dataclasses import replace

import pytest

from domain.alerts.model import Alert, Condition
from domain.common.errors import Conflict, Invalid, Stale
from domain.common.severity import Severity
from domain.measurements.model import HOUR_S, Series, measured
from domain.own_rules.alerts import own_rule_of
from domain.own_rules.input import NewOwnRule
from domain.own_rules.model import Counted, OwnRule
from domain.towers.input import NewTower
from tests.fakes import RunningApplication, running_application

MANY = NewOwnRule(
    name='Many never came', expression='never_seen >= 2', for_s=60, severity=Severity.MAJOR, text='Ask them'
)


async def look(application: RunningApplication, after_s: float = 0) -> list[tuple[str, str]]:
    application.clock.tick(after_s)
    await application.own_rules.review(application.enterprise)
    return [
        (alert.problem, alert.detail) for alert in application.fleet[Alert].values() if alert.key.startswith('own/')
    ]


async def test_it_raises_one_alert_after_its_time_and_clears_it_by_itself() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, MANY)
        for number in range(2):
            await application.device(f'crane-{number}')
        assert await look(application) == []
        assert await look(application, 59) == []
        assert await look(application, 1) == [('Many never came', 'Ask them: never_seen 2')]
        (alert,) = [one for one in application.fleet[Alert].values() if one.key.startswith('own/')]
        await application.device('crane-2')
        assert await look(application, 10) == [('Many never came', 'Ask them: never_seen 3')]
        assert alert.id in application.fleet[Alert]
        for id in list(application.fleet[type(await application.device('x'))]):
            await application.check_in(id)
        assert await look(application, 1) == []


async def test_its_waiting_survives_a_restart() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, MANY)
        for number in range(2):
            await application.device(f'crane-{number}')
        assert await look(application) == []
        assert await look(application, 30) == []
        await application.device('crane-2')  # until what it took down last, a server is known to have watched
        async with running_application(store=application.store, clock=application.clock) as later:
            assert await look(later, 30) == [('Many never came', 'Ask them: never_seen 3')]


async def test_a_rule_that_is_changed_counts_anew_and_closes_its_alert_with_a_comment() -> None:
    async with running_application() as application:
        rule = await application.own_rules.save(application.actor, MANY)
        for number in range(2):
            await application.device(f'crane-{number}')
        await look(application)
        assert len(await look(application, 60)) == 1
        (alert,) = application.fleet[Alert].values()
        changed = NewOwnRule(name='Many', expression='never_seen >= 1', for_s=60)
        with pytest.raises(Stale):
            await application.own_rules.save(application.actor, changed, rule.id, 7)
        rule = await application.own_rules.save(application.actor, changed, rule.id, rule.version)
        assert await look(application) == []
        kept = await application.store.get(Alert, application.enterprise, alert.id)
        assert kept is not None
        assert 'begins to count anew' in kept.comments[-1].text
        assert len(await look(application, 60)) == 1
        await application.own_rules.remove(application.actor, rule.id, rule.version)
        assert await look(application) == []
        assert not application.fleet[OwnRule]


async def test_counters_are_those_of_what_is_selected() -> None:
    async with running_application() as application:
        await application.device('inside', labels={'site': 'port-1'})
        await application.device('outside')
        await application.towers.add(application.actor, NewTower(name='North', region='north'))
        only = Counted(labels={'site': 'port-1'}, regions=())
        rule = NewOwnRule(name='x', expression='devices > 1', counted=only)
        found = await application.own_rules.preview(application.actor, rule)
        assert (found.values, found.now) == ('devices 1', False)
        assert found.unanswered == ('What is measured is the whole enterprise, not a part of it',)
        north = NewOwnRule(name='x', expression='towers > 0', counted=Counted(regions=('north',)))
        assert (await application.own_rules.preview(application.actor, north)).now
        south = NewOwnRule(name='x', expression='towers > 0', counted=Counted(regions=('south',)))
        assert not (await application.own_rules.preview(application.actor, south)).now


async def test_the_preview_counts_what_the_measured_week_would_have_raised() -> None:
    async with running_application() as application:
        now = application.clock() // HOUR_S * HOUR_S

        def kept(hours_ago: int, offline: int) -> None:
            for series, value in ((Series.OFFLINE, offline), (Series.ONLINE, 100 - offline)):
                row = measured(
                    application.enterprise, series, HOUR_S, now - hours_ago * HOUR_S, [(value, value, value, 1)]
                )
                application.store.rows.setdefault(type(row), {})[row.id] = row

        for hours_ago, offline in enumerate((0, 20, 20, 20, 0, 20, 0, 30, 30), 1):
            kept(hours_ago, offline)
        rule = NewOwnRule(name='x', expression='offline_percent >= 20', for_s=2 * HOUR_S)
        found = await application.own_rules.preview(application.actor, rule)
        assert (found.raised, found.steps, found.unanswered) == (2, 9, ())
        at_once = NewOwnRule(name='x', expression='offline >= 20')
        assert (await application.own_rules.preview(application.actor, at_once)).raised == 3


async def test_what_is_wrong_with_a_rule_is_said_by_its_field() -> None:
    async with running_application() as application:
        for new, field in (
            (NewOwnRule(name='', expression='offline > 1'), 'name'),
            (NewOwnRule(name='x', expression='offline > 1', for_s=-1), 'for_s'),
            (NewOwnRule(name='x', expression='offline > 1', severity=Severity.CLEARED), 'severity'),
            (NewOwnRule(name='x', expression='offline > 1', counted=Counted(kinds=('boat',))), 'counted.kinds'),
            (NewOwnRule(name='x', expression='violations["None"] > 1'), 'expression'),
        ):
            with pytest.raises(Invalid) as refused:
                await application.own_rules.save(application.actor, new)
            assert refused.value.field == field
        await application.own_rules.save(application.actor, NewOwnRule(name='Night', expression='offline > 1'))
        with pytest.raises(Conflict):
            await application.own_rules.save(application.actor, NewOwnRule(name='night', expression='offline > 2'))


async def test_an_alert_keeps_what_was_asked_and_read_when_it_was_raised() -> None:
    async with running_application() as application:
        rule = await application.own_rules.save(application.actor, MANY)
        for number in range(2):
            await application.device(f'crane-{number}')
        await look(application)
        await look(application, 60)
        await application.device('crane-2')
        assert await look(application, 10) == [('Many never came', 'Ask them: never_seen 3')]
        (alert,) = application.fleet[Alert].values()
        asked = Condition(
            rule=rule.id, name='Many never came', expression='never_seen >= 2', for_s=60, values='never_seen 2'
        )
        assert (alert.condition, own_rule_of(alert)) == (asked, rule.id)
        assert own_rule_of(replace(alert, condition=None)) == rule.id
        await application.own_rules.remove(application.actor, rule.id, rule.version)
        kept = await application.store.get(Alert, application.enterprise, alert.id)
        assert kept is not None
        assert kept.condition == asked
