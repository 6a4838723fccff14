"""A link in a message to one person takes the alert as that person: once, in time, and with what they may do then."""

from dataclasses import replace

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.alerts.events import AlertAcknowledged, AlertAssigned
from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.channels.telling import Due
from domain.oncall.answers.events import AlertAnsweredByLink
from domain.oncall.answers.model import AnswerLink, AnswerState
from domain.oncall.answers.service import KEPT_S, LASTS_S, PATH, AnswerService
from tests.domain.channels.channels import outage, over
from tests.domain.oncall.desk import mail, open_alert, person, policy, route, step
from tests.fakes import RunningApplication, running_application

BASE = 'https://cells.example.com'


async def called(application: RunningApplication, *, allowed: bool = True) -> AnswerService:
    """Ann is called for an alert by mail, and so is the desk; with or without the leave of the enterprise."""
    ann = await person(application, 'ann')
    channel = await mail(application)
    made = await policy(application, step('ann'))
    await route(application, policy=made.id, channels=(channel.id,))
    if allowed:
        await application.enterprises.let_links_answer(application.actor, application.enterprise, True)
    await outage(application)
    assert ann.id in {one.recipient for one in application.fleet[Delivery].values()}
    return AnswerService(transactor=application.transactor, public_url=f'{BASE}/')


def due(application: RunningApplication, recipient: str = 'P-ann') -> Due:
    return next(one for one in application.telling.due({}) if one.delivery.recipient == recipient)


async def secret_of(answers: AnswerService, one: Due) -> str:
    link = await answers.link_for(one)
    assert link.startswith(f'{BASE}{PATH}cwa_')
    return link.removeprefix(f'{BASE}{PATH}')


async def change(application: RunningApplication, **more: object) -> None:
    """Ann is changed."""
    ann = application.fleet[Person]['P-ann']
    await application.transactor.transact(lambda tx: tx.put(replace(ann, **more)), application.enterprise)  # type: ignore[arg-type]


async def test_the_person_has_the_alert_after_one_press_and_the_journal_says_that_it_was_by_a_link() -> None:
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        looked = answers.look(secret)
        assert (looked.state, looked.person) == (AnswerState.OPEN, 'ann')
        assert open_alert(application).acknowledged_at is None, 'looking does nothing'
        done = await answers.answer(secret, '203.0.113.9')
        assert done.state is AnswerState.OPEN
        alert = open_alert(application)
        assert (alert.acknowledged_by, alert.assigned_to) == ('ann', 'P-ann')
        kinds = (AlertAcknowledged, AlertAssigned, AlertAnsweredByLink)
        for entry in [each for kind in kinds for each in application.entries(kind)]:
            assert (entry.by, entry.actor, entry.address) == ('ann', 'person/P-ann', '203.0.113.9')
        assert [entry.channel for entry in application.entries(AlertAnsweredByLink)] == ['Mail']
        assert (await answers.answer(secret, '')).state is AnswerState.USED
        assert len(application.entries(AlertAcknowledged)) == 1


async def test_one_press_uses_up_every_link_of_that_person_to_the_alert() -> None:
    async with running_application() as application:
        answers = await called(application)
        first, second = [await secret_of(answers, due(application)) for _ in range(2)]
        await answers.answer(second, '')
        await application.alerts.unacknowledge(application.actor, open_alert(application).id)
        assert [answers.look(one).state for one in (first, second)] == [AnswerState.USED, AnswerState.USED]
        assert (await answers.answer(first, '')).state is AnswerState.USED
        assert open_alert(application).acknowledged_at is None


async def test_only_the_digest_is_kept_and_a_channel_of_several_people_gets_no_link() -> None:
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        assert secret not in repr(application.store.rows)
        assert await answers.link_for(due(application, '')) == ''
        several = replace(due(application).delivery, address='ann@example.com, bob@example.com')
        assert await answers.link_for(replace(due(application), delivery=several)) == ''


async def test_without_the_leave_of_the_enterprise_there_is_no_link_and_those_that_are_out_do_nothing() -> None:
    async with running_application() as application:
        answers = await called(application, allowed=False)
        assert await answers.link_for(due(application)) == ''
        await application.enterprises.let_links_answer(application.actor, application.enterprise, True)
        secret = await secret_of(answers, due(application))
        await application.enterprises.let_links_answer(application.actor, application.enterprise, False)
        assert (await answers.answer(secret, '')).state is AnswerState.OFF
        assert open_alert(application).acknowledged_at is None


@pytest.mark.parametrize(
    ('field', 'value'), [('disabled_at', 1.0), ('role', Role.VIEWER)], ids=['has left', 'may only read']
)
async def test_a_right_that_was_taken_away_is_not_lent_by_a_link(field: str, value: object) -> None:
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        await change(application, **{field: value})
        found = await answers.answer(secret, '')
        assert (found.state, found.alert) == (AnswerState.NOT_ALLOWED, None)
        assert open_alert(application).acknowledged_at is None


async def test_a_link_says_that_it_is_too_late_that_it_is_over_or_that_another_person_was_first() -> None:
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        await application.alerts.acknowledge(application.actor, open_alert(application).id)
        assert (await answers.answer(secret, '')).state is AnswerState.TAKEN
        await application.alerts.unacknowledge(application.actor, open_alert(application).id)
        application.clock.tick(LASTS_S)
        assert (await answers.answer(secret, '')).state is AnswerState.EXPIRED
        await over(application)
        assert (await answers.answer(secret, '')).state is AnswerState.OVER
        assert (await answers.answer('cwa_guess', '')).state is AnswerState.UNKNOWN
        assert not application.fleet[Alert]


async def test_links_are_let_go_of_a_week_after_their_end() -> None:
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        application.clock.tick(LASTS_S + KEPT_S)
        await answers.forget(application.enterprise)
        assert application.fleet[AnswerLink]
        application.clock.tick(1)
        await answers.forget(application.enterprise)
        assert not application.fleet[AnswerLink]
        assert answers.look(secret).state is AnswerState.UNKNOWN
