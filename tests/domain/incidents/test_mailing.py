"""Reports by mail: at the hour of each person, once, whatever the clocks and the server do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from domain.alerts.announcements import News
from domain.channels.input import NewChannel
from domain.channels.kinds.kind import MailMessage
from domain.channels.model import Delivery
from domain.channels.telling import Due
from domain.common.errors import Invalid
from domain.incidents.mailing import LATE_S, due_at
from domain.oncall.input import NewContact
from domain.oncall.model import Contact, ReportEvery
from tests.domain.channels.channels import outage
from tests.domain.oncall.desk import person
from tests.fakes import RunningApplication, running_application

MAIL = {'recipients': 'desk@example.com', 'sender': 'cells@example.com', 'host': 'mail.example.com', 'port': '587'}


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:  # 2027-01-15 09:00 in Amsterdam
        yield application


async def mail(application: RunningApplication) -> None:
    """A mail channel."""
    await application.channels.add(application.actor, NewChannel(name='mail', kind='mail', settings=MAIL))


async def chosen(application: RunningApplication, person: str, **more: object) -> Contact:
    """A report each day at seven, by the clocks of Amsterdam."""
    known = {'zone': 'Europe/Amsterdam', 'report_every': ReportEvery.DAY, 'report_at': '07:00', **more}
    return await application.on_call.save_contact(application.actor, person, NewContact(**known), 1)  # type: ignore[arg-type]


async def test_a_person_is_sent_the_night_once_with_links(application: RunningApplication) -> None:
    me = await person(application, 'ann')
    await mail(application)
    await chosen(application, me.id)
    assert await application.reports.send_due(application.enterprise) == 0, 'seven is over today'
    application.clock.tick(20 * 3600)
    await outage(application, '<b>one</b>')
    application.clock.tick(3 * 3600)  # 08:00 in Amsterdam
    assert await application.reports.send_due(application.enterprise) == 1
    assert await application.reports.send_due(application.enterprise) == 0
    (delivery,) = (one for one in application.fleet[Delivery].values() if one.announcement.news is News.REPORT)
    assert (delivery.recipient, delivery.address) == (me.id, me.email)
    channel = next(iter(application.channels.list(application.actor)))
    message = application.telling.write(Due(channel=channel, delivery=delivery))
    assert isinstance(message, MailMessage)
    assert message.subject == '[Port of Delft] Report: since 22:00: 1 other alert'
    assert 'Towers cannot be asked: <b>one</b> (major, Sat 05:00, open for 3 h)' in message.text


async def test_it_is_sent_once_over_a_restart(application: RunningApplication) -> None:
    me = await person(application, 'ann')
    await mail(application)
    await chosen(application, me.id)
    application.clock.tick(23 * 3600)
    assert await application.reports.send_due(application.enterprise) == 1
    async with running_application(store=application.store, clock=application.clock) as again:
        assert await again.reports.send_due(again.enterprise) == 0
        again.clock.tick(24 * 3600)
        assert await again.reports.send_due(again.enterprise) == 1


@pytest.mark.parametrize('at', ['7', '25:00', '', 'soon'])
async def test_an_hour_that_is_none_is_refused(application: RunningApplication, at: str) -> None:
    me = await person(application, 'ann')
    with pytest.raises(Invalid) as refused:
        await chosen(application, me.id, report_at=at)
    assert refused.value.field == 'report_at'


@pytest.mark.parametrize('zone', ['Europe/Amsterdam', 'America/St_Johns', 'Australia/Lord_Howe'])
@pytest.mark.parametrize('every', [ReportEvery.DAY, ReportEvery.WEEK])
def test_each_day_has_one_report_also_when_clocks_are_changed(zone: str, every: ReportEvery) -> None:
    """Against a slow model: every minute of three weeks around a change of the clocks is looked at, with gaps of downtime."""
    chance, place = Random(f'{zone}{every}'), ZoneInfo(zone)
    for begin in (datetime(2027, 3, 10, tzinfo=place), datetime(2026, 10, 1, tzinfo=place)):
        at = f'{chance.randrange(4, 24):02d}:{chance.randrange(60):02d}'
        contact = Contact(id='p', enterprise='e', changed_at=0, zone=zone, report_every=every, report_at=at)
        contact = replace(contact, report_set_at=begin.timestamp())
        sent, wanted, down_until = [], [], 0.0
        for minute in range(35 * 1440):
            now = begin.timestamp() + minute * 60
            here = datetime.fromtimestamp(now, place)
            if f'{here:%H:%M}' == at and (every is ReportEvery.DAY or here.weekday() == 0):
                wanted.append(f'{here:%Y-%m-%d}')
            if now < down_until:
                continue
            if chance.random() < 0.0005:
                down_until = now + chance.randrange(int(LATE_S) - 3600)
            if (due := due_at(contact, now)) is not None:
                contact = replace(contact, reported_at=due)
                sent.append(f'{datetime.fromtimestamp(due, place):%Y-%m-%d}')
        wanted = wanted[: len(sent)] if down_until > now else wanted
        assert sent == wanted
