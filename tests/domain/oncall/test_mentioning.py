"""Who is mentioned is told once, by their own ways, with the link; who could not read of it is not mentioned at all."""

from dataclasses import replace

import pytest

from domain.access.scopes import Scope
from domain.alerts.announcements import News
from domain.channels.kinds.kind import MailMessage
from domain.channels.model import Answered, Delivery, DeliveryState, Outcome
from domain.common.errors import Invalid
from domain.oncall.input import NewContact
from domain.oncall.model import Hours
from tests.domain.channels.channels import outage, over
from tests.domain.oncall.desk import mail, open_alert, person, rotation
from tests.domain.triage.test_service import raised
from tests.fakes import RunningApplication, running_application


def mentions(application: RunningApplication) -> list[Delivery]:
    rows = application.fleet[Delivery].values()
    return [one for one in rows if one.announcement.news is News.MENTIONED]


async def test_a_mention_in_a_comment_is_mailed_once_with_the_link() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        await outage(application)
        alert = open_alert(application)
        text = 'Look, @Bob and @bob and @ann: <b>fibre</b>'
        await application.alerts.comment(application.as_(ann), alert.id, text, key='1')
        await application.alerts.comment(application.as_(ann), alert.id, text, key='1')
        (one,) = mentions(application)
        assert (one.recipient, one.address, one.alert) == (bob.id, bob.email, '')
        application.telling.base = 'https://cells.example.com'
        (due,) = (each for each in application.telling.due({}) if each.delivery.id == one.id)
        message = application.telling.write(due)
        assert isinstance(message, MailMessage)
        assert f'ann mentioned you: {alert.problem}' in message.subject
        assert text in message.text
        assert f'https://cells.example.com/alerts/{alert.id}' in message.text
        await application.telling.record(due, Answered(outcome=Outcome.DELIVERED, said='250'), 0.1)
        assert mentions(application) == []
        await over(application)
        kept = application.store.rows[Delivery].values()
        assert [each.announcement.news for each in kept if each.recipient == bob.id] == [News.MENTIONED]


async def test_a_mention_waits_for_the_end_of_quiet_hours() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        quiet = NewContact(quiet=(Hours(begins='00:00', ends='23:59'),))
        await application.on_call.save_contact(application.as_(bob), bob.id, quiet, 1)
        await outage(application)
        await application.alerts.comment(application.as_(ann), open_alert(application).id, '@bob')
        (one,) = mentions(application)
        assert one.state is DeliveryState.WAITING
        assert one.not_before is not None
        assert one.not_before > application.clock()


async def test_a_person_who_does_not_see_the_alert_is_not_mentioned() -> None:
    async with running_application() as application:
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        narrow = replace(bob, scope=Scope({'site': ('south',)}, ()))
        await application.transactor.transact(lambda tx: tx.put(narrow), application.enterprise)
        alert = await raised(application)
        with pytest.raises(Invalid, match='bob does not see what it is about') as refused:
            await application.alerts.comment(application.as_(ann), alert.id, 'Ask @bob')
        assert refused.value.field == 'text'
        assert open_alert(application).comments == ()
        with pytest.raises(Invalid, match='bob does not see what it is about') as refused:
            await application.handovers.give(application.as_(ann), 'For @bob')
        assert refused.value.field == 'note'


async def test_a_mention_in_the_note_of_a_shift_leads_to_it() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        await application.handovers.give(application.as_(ann), 'All quiet, @bob. @ann was here')
        (one,) = mentions(application)
        assert (one.recipient, one.announcement.path) == (bob.id, '/handovers')
        assert one.announcement.detail.startswith('All quiet')


async def test_who_is_asked_to_take_a_shift_is_told() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        row = await rotation(application, 'ann', 'bob')
        now = application.clock()
        found = application.duty.shifts_of(row, now + 86_400, now + 5 * 86_400)[1:]
        hers = next(one for one in found if one.person == ann.id)
        await application.swaps.ask(application.as_(ann), row.id, bob.id, (hers.starts_at, hers.ends_at))
        (one,) = mentions(application)
        assert (one.recipient, one.announcement.path) == (bob.id, '/on-call/rota')
        assert one.announcement.problem.startswith('ann asks you to take a shift from ')
