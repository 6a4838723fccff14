"""Silences are set up, previewed on what was really sent, changed and ended, by those who may."""

from dataclasses import replace

import pytest

from domain.access.actors import system
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import Alert
from domain.common.errors import Conflict, DomainError, Invalid, NotAllowed, Stale
from domain.common.severity import Severity
from domain.oncall.model import Conditions, Hours
from domain.oncall.silences.events import SilenceEnded, SilenceSaved
from domain.oncall.silences.model import SilenceState
from domain.oncall.silences.service import SHOWN_S
from tests.domain.channels.channels import outage, over, webhook
from tests.domain.oncall.desk import person
from tests.domain.oncall.silences.quiet import ALL, arrive, new, news, pass_minutes, silenced
from tests.fakes import running_application


async def test_a_preview_counts_an_alert_that_is_only_about_to_be_told() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application, 'bad')
        (alert,) = application.fleet[Alert].values()
        untold = replace(alert, told_at=None, tell_at=application.clock() + 60)
        await application.transactor.transact(lambda tx: tx.put(untold), application.enterprise)
        assert (await application.silences.preview(application.actor, new(application, owner=''))).now == 1
        await silenced(application, owner='')
        assert (await application.silences.preview(application.actor, new(application, owner=''))).now == 0


async def test_a_preview_counts_what_was_delivered_in_the_last_day_and_would_have_been_kept() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application, 'old')
        await arrive(application)
        application.clock.tick(25 * 3600)
        await over(application, 'old')
        await outage(application, 'bad', Severity.CRITICAL)
        await outage(application, 'small', Severity.MINOR)
        await over(application, 'small')
        assert len(await arrive(application)) == 4
        await outage(application, 'not sent', Severity.MINOR)
        seen = await application.silences.preview(application.actor, replace(new(application, owner=''), reason=''))
        assert (seen.messages, seen.alerts, seen.of, seen.now) == (3, 2, 4, 2), 'the recovery of the old one went out'
        breaking = new(application, owner='', breaks=Severity.CRITICAL, conditions=Conditions(severity=Severity.MINOR))
        seen = await application.silences.preview(application.actor, breaking)
        assert (seen.messages, seen.alerts, seen.now) == (2, 1, 1)


async def test_a_silence_is_changed_by_those_who_saw_it_and_told_of_in_the_journal() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await person(application, 'bob')
        await webhook(application)
        await outage(application)
        assert await news(application) == ['raised']
        silence = await silenced(application, 60)
        later = replace(new(application, 120), owner='P-bob')
        with pytest.raises(Stale):
            await application.silences.save(application.actor, later, silence.id, 7)
        changed = await application.silences.save(application.actor, later, silence.id, 1)
        assert (changed.owner_name, changed.starts_at, changed.ends_at) == ('bob', silence.starts_at, later.ends_at)
        (alert,) = application.fleet[Alert].values()
        assert (alert.silenced_by, alert.silenced_until) == ('bob', later.ends_at)
        ended = await application.silences.end(application.actor, silence.id, changed.version)
        assert (ended.state_at(application.clock()), ended.ended_by) == (SilenceState.OVER, 'test')
        assert [one.created for one in application.entries(SilenceSaved)] == [True, False]
        assert [one.alerts for one in application.entries(SilenceEnded)] == [1]
        with pytest.raises(Conflict):
            await application.silences.end(application.actor, silence.id, ended.version)
        assert await news(application) == ['reopened']


async def test_those_that_are_over_are_listed_last_and_then_leave() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        first = await silenced(application, 5)
        await pass_minutes(application, 6)
        second = await silenced(application, 5, begins=10)
        third = await silenced(application, 5)
        rows = application.silences.rows(application.actor)
        assert [row.id for row in rows] == [third.id, second.id, first.id]
        await pass_minutes(application, SHOWN_S / 60)
        assert first.id not in {row.id for row in application.silences.rows(application.actor)}


@pytest.mark.parametrize(
    ('field', 'more'),
    [
        ('conditions', {'conditions': Conditions()}),
        ('conditions', {'conditions': Conditions(zone='Europe/Amsterdam')}),
        ('conditions.hours', {'conditions': replace(ALL, hours=(Hours(begins='20:00', ends='08:00'),))}),
        ('conditions.towers', {'conditions': Conditions(towers=('T9',))}),
        ('ends_at', {'minutes': -5}),
        ('ends_at', {'minutes': 0.5}),
        ('ends_at', {'minutes': 91 * 24 * 60}),
        ('reason', {'reason': ' '}),
        ('owner', {'owner': 'P-nobody'}),
        ('breaks', {'breaks': Severity.WARNING}),
        ('breaks', {'breaks': Severity.CLEARED}),
    ],
)
async def test_what_is_refused_names_its_field(field: str, more: dict[str, object]) -> None:
    async with running_application() as application:
        await person(application, 'ann')
        with pytest.raises(Invalid) as refusal:
            await application.silences.save(application.actor, new(application, **more))  # type: ignore[arg-type]
        assert refusal.value.field == field


async def test_who_may() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        for role in Role:
            actor = replace(system(application.enterprise, role), permissions=PERMISSIONS[role])
            refused: list[type[DomainError]] = []
            try:
                await application.silences.save(actor, new(application))
            except NotAllowed as refusal:
                refused.append(type(refusal))
            assert bool(refused) == (role is Role.VIEWER), role
