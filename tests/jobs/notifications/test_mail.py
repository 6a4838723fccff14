"""Mail to a real server on this machine."""

import ssl
from collections.abc import AsyncIterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from domain.alerts.announcements import News
from domain.channels.kinds.kind import Dispatch, MailMessage
from domain.channels.kinds.mail import write
from domain.channels.model import Outcome
from jobs.notifications.mail import MailTransport
from jobs.polling.addresses import Targets
from tests.domain.channels.announced import announced
from tests.jobs.loopback import Authority
from tests.jobs.notifications.sink import PASSWORD, Sink, mail_sink, words_of


@pytest.fixture
async def transport() -> AsyncIterator[MailTransport]:
    targets = Targets(allow=(ip_network('127.0.0.0/8'),), threads=1)
    yield MailTransport(targets=targets)
    targets.close()


def mail(
    sink: Sink,
    key: str = 'K1',
    news: News = News.RAISED,
    *,
    is_first: bool = True,
    more: Mapping[str, str] = MappingProxyType({}),
) -> MailMessage:
    """An alert as mail to two people."""
    known = {
        'recipients': 'ana@example.com, bo@example.com',
        'sender': 'cellwarden@example.org',
        'host': '127.0.0.1',
        'port': str(sink.port),
        'security': 'none',
        **more,
    }
    return write(
        Dispatch(
            key=key, announcement=announced(news), settings=known, now=0.0, enterprise='Harbour', is_first=is_first
        )
    )


async def test_all_mails_of_one_alert_stand_in_one_thread_and_no_holiday_notice_answers(
    transport: MailTransport,
) -> None:
    async with mail_sink() as sink:
        for key, news in (('K1', News.RAISED), ('K2', News.CLEARED)):
            answered = await transport.send(mail(sink, key, news, is_first=key == 'K1'))
            assert (answered.outcome, answered.code) == (Outcome.DELIVERED, 250)
        (to, raised), (_, cleared) = sink.got
        assert to == ['ana@example.com', 'bo@example.com']
        assert cleared['In-Reply-To'] == cleared['References'] == raised['Message-ID']
        assert cleared['Message-ID'] != raised['Message-ID']
        assert raised['Auto-Submitted'] == 'auto-generated'
        assert raised['Subject'] == '[Harbour] Major: Mast is down'
        assert 'Detail: refused' in words_of(raised)
        assert '<b>Detail:</b> refused' in words_of(raised, 'text/html')


@pytest.mark.parametrize(
    ('said', 'outcome'),
    [('550 no such user', Outcome.REFUSED), ('451 greylisted', Outcome.LATER)],
    ids=['for good', 'for now'],
)
async def test_all_recipients_are_refused(transport: MailTransport, said: str, outcome: Outcome) -> None:
    async with mail_sink() as sink:
        sink.refuses = dict.fromkeys(('ana@example.com', 'bo@example.com'), said)
        answered = await transport.send(mail(sink))
        assert (answered.outcome, answered.code) == (outcome, int(said[:3]))
        assert said in answered.said


async def test_a_recipient_that_is_refused_for_good_is_named_and_the_other_has_it(transport: MailTransport) -> None:
    async with mail_sink() as sink:
        sink.refuses = {'bo@example.com': '550 no such user'}
        answered = await transport.send(mail(sink))
        assert answered.outcome is Outcome.DELIVERED
        assert answered.said.endswith('not to bo@example.com: 550 no such user')


async def test_a_recipient_that_is_refused_for_now_gets_it_later_and_the_other_once(transport: MailTransport) -> None:
    async with mail_sink() as sink:
        sink.refuses = {'bo@example.com': '451 greylisted'}
        assert (await transport.send(mail(sink))).outcome is Outcome.LATER
        sink.refuses = {}
        assert (await transport.send(mail(sink))).outcome is Outcome.DELIVERED
        assert [to for to, _ in sink.got] == [['ana@example.com'], ['bo@example.com']]


@pytest.mark.parametrize(('said', 'outcome'), [('554 spam', Outcome.REFUSED), ('452 full', Outcome.LATER)])
async def test_the_mail_itself_is_refused(transport: MailTransport, said: str, outcome: Outcome) -> None:
    async with mail_sink() as sink:
        sink.refuses_data = said
        assert (await transport.send(mail(sink))).outcome is outcome


@pytest.mark.parametrize('security', ['starttls', 'tls'])
async def test_over_tls_with_a_sign_in(tmp_path: Path, security: str) -> None:
    authority = Authority(tmp_path)
    context: ssl.SSLContext = authority.server()
    way: Any = {'starttls': context} if security == 'starttls' else {'tls': context}
    targets = Targets(allow=(ip_network('127.0.0.0/8'),), threads=1)
    async with mail_sink(**way) as sink:
        settings = {'security': security, 'username': 'ana', 'password': PASSWORD}
        known = MailTransport(targets=targets, authorities=authority.path)
        assert (await known.send(mail(sink, more=settings))).outcome is Outcome.DELIVERED
        assert sink.signed_in == ['ana']
        wrong = await known.send(mail(sink, more={**settings, 'password': 'guess'}))
        assert (wrong.outcome, wrong.code) == (Outcome.LATER, 535)
        stranger = await MailTransport(targets=targets).send(mail(sink, more=settings))
        assert stranger.outcome is Outcome.LATER
        assert 'certificate' in stranger.said.lower()
        assert len(sink.got) == 1
    targets.close()


async def test_a_server_that_may_not_be_reached_or_is_not_there() -> None:
    async with mail_sink() as sink:
        targets = Targets(threads=1)
        answered = await MailTransport(targets=targets).send(mail(sink))
        assert answered.outcome is Outcome.LATER
        assert 'may not be sent messages' in answered.said
        targets.close()
