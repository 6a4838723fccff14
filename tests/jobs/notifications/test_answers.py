"""Across jobs and pages: a call by mail to a real server has a link, and one press on its page takes the alert."""

import re
from ipaddress import ip_network

import httpx
from fastapi import FastAPI

from domain.channels.input import NewChannel
from domain.channels.kinds.kind import MailMessage
from domain.oncall.answers.service import AnswerService
from jobs.notifications.mail import MailTransport
from jobs.notifications.sender import Sender
from jobs.polling.addresses import Targets
from tests.domain.channels.channels import outage
from tests.domain.oncall.desk import open_alert, person, policy, route, step
from tests.fakes import running_application
from tests.jobs.loopback import eventually
from tests.jobs.notifications.sink import mail_sink, words_of
from ui.links.answers import register_answers

BASE = 'https://cells.example.com'


async def test_the_mail_to_the_person_on_call_takes_the_alert_and_the_mail_to_the_desk_has_no_link() -> None:
    async with running_application() as application, mail_sink() as sink:
        await person(application, 'ann')
        settings = {
            'recipients': 'desk@example.com',
            'sender': 'cellwarden@example.com',
            'host': '127.0.0.1',
            'port': str(sink.port),
            'security': 'none',
        }
        new = NewChannel(name='Mail', kind='mail', settings=settings)
        channel, _ = await application.channels.add(application.actor, new)
        made = await policy(application, step('ann'))
        await route(application, policy=made.id, channels=(channel.id,))
        await application.enterprises.let_links_answer(application.actor, application.enterprise, True)
        answers = AnswerService(transactor=application.transactor, public_url=BASE)
        sender = Sender(
            transactor=application.transactor,
            telling=application.telling,
            transports={
                MailMessage: MailTransport(
                    targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=2), clock=application.clock
                )
            },
            answer_link=answers.link_for,
        )
        sender.open()
        try:
            await outage(application)
            await eventually(lambda: len(sink.got) == 2, 20)
        finally:
            await sender.close()
        texts = {to[0]: words_of(mail) for to, mail in sink.got}
        assert '/answer/' not in texts['desk@example.com']
        found = re.search(rf'I have it: {BASE}(/answer/cwa_\S+)', texts['ann@example.com'])
        assert found is not None
        app = FastAPI()
        register_answers(app, answers=answers, throttle=application.throttle)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
            await client.get(found[1])
            assert open_alert(application).acknowledged_by is None
            await client.post(found[1])
        assert open_alert(application).acknowledged_by == 'ann'
