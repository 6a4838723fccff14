"""Bounces over the API: a letter goes to a real mail server, and its report is handed over as a gateway does."""

from ipaddress import ip_network

from domain.access.permissions import Permission
from domain.channels.kinds.kind import MailMessage
from domain.channels.model import BouncingAddress
from jobs.notifications.mail import MailTransport
from jobs.polling.addresses import Targets
from tests.domain.channels.bounces.letters import EXCHANGE, POSTFIX, report
from tests.domain.channels.channels import outage, webhook
from tests.domain.oncall.desk import person
from tests.jobs.notifications.sink import mail_sink
from tests.ui.api.served import Caller, Served

RAW = {'content-type': 'message/rfc822'}


async def gateway(served: Served) -> Caller:
    """A program that may hand over bounces and nothing else."""
    return await served.program(Permission.BOUNCES_WRITE)


async def test_a_letter_that_comes_back_is_a_fact_of_its_attempt(served: Served) -> None:
    program, application = await served.program(), served.application
    targets = Targets(allow=(ip_network('127.0.0.0/8'),), threads=1)
    transport = MailTransport(targets=targets)
    async with mail_sink() as sink:
        settings = {
            'recipients': 'ann@example.com', 'sender': 'cellwarden@example.com', 'host': '127.0.0.1',
            'port': str(sink.port), 'security': 'none', 'return_path': 'bounces@example.com',
        }  # fmt: skip
        made = await program.post('/channels', {'name': 'Mail', 'kind': 'mail', 'settings': settings})
        assert made.status_code == 201, made.text
        await outage(application)
        (one,) = application.telling.due({})
        message = application.telling.write(one)
        assert isinstance(message, MailMessage)
        await application.telling.record(one, await transport.send(message), 0.01)
        (path,), ((_, mail),) = sink.senders, sink.got
        assert path == f'bounces+{one.delivery.id}@example.com'
        targets.close()
    by_address = report(POSTFIX, to=path)
    by_letter = report(EXCHANGE, headers=f'X-Cellwarden-Letter: {mail["X-Cellwarden-Letter"]}')
    hands_over = await gateway(served)
    found = (await hands_over.send('POST', '/bounces', content=by_address, headers=RAW)).json()
    assert (found['outcome'], found['delivery_ids']) == ('noted', [one.delivery.id])
    again = (await hands_over.send('POST', '/bounces', content=by_letter, headers=RAW)).json()
    assert again['outcome'] == 'known'
    newest, *_ = (await program.get('/delivery-attempts'))['items']
    assert (newest['outcome'], newest['code']) == ('bounced', 550)
    assert newest['said'].startswith('not delivered: ann@example.com: 550 5.1.1')
    channel = f'/channels/{made.json()["channel"]["id"]}'
    (mark,) = (await program.get(channel))['bouncing']
    assert (mark['address'], mark['person']) == ('ann@example.com', None)
    forgotten = await program.post(f'{channel}/forget-bounces')
    assert forgotten.json()['bouncing'] == []


async def test_the_marks_of_a_person_are_read_and_taken_away_with_how_they_are_reached(served: Served) -> None:
    program, application = await served.program(), served.application
    channel, _ = await webhook(application)
    ann = await person(application, 'ann')
    mark = BouncingAddress(
        id='mark', enterprise=application.enterprise, channel=channel.id, address=ann.email, recipient=ann.id,
        at=application.clock(), said='550 no such user',
    )  # fmt: skip
    await application.transactor.transact(lambda tx: tx.put(mark))
    (read,) = (await program.get(f'/people/{ann.id}/contact'))['bouncing']
    assert (read['address'], read['said']) == ('ann@example.com', '550 no such user')
    changed = await program.patch(f'/people/{ann.id}/contact', {'zone': 'Europe/Berlin'}, 1)
    assert (changed.status_code, len(changed.json()['bouncing'])) == (200, 1)
    after = await program.post(f'/people/{ann.id}/contact/forget-bounces')
    assert (after.status_code, after.json()['bouncing']) == (200, [])


async def test_only_the_body_may_be_handed_over_and_the_gateway_may_do_nothing_else(served: Served) -> None:
    hands_over = await gateway(served)
    whole = report(POSTFIX, to='bounces+01KAPXM2T5X8Z1B4D7F0H3K6NP@example.com')
    head, body = whole.split(b'\n\n', 1)
    boundary = head.decode().rpartition('boundary=')[2]
    typed = {'content-type': f'multipart/report; boundary={boundary}'}
    found = (await hands_over.send('POST', '/bounces', content=body, headers=typed)).json()
    assert (found['outcome'], found['because'][:14]) == ('ignored', 'it names no le')
    assert (await hands_over.send('GET', '/channels')).status_code == 403
    none = await hands_over.send('POST', '/bounces', content=b'Subject: hello\n\nhello', headers=RAW)
    assert (none.status_code, none.json()['because']) == (200, 'it is no report of a delivery (RFC 3464)')
    large = await hands_over.send('POST', '/bounces', content=b'x' * 300_000, headers=RAW)
    assert large.status_code == 413
    assert (await Caller(served.client, 'wrong').send('POST', '/bounces', content=whole)).status_code == 401


async def test_a_return_path_to_which_nothing_can_be_added_is_refused(served: Served) -> None:
    program = await served.program()
    known = {'recipients': 'a@example.com', 'sender': 'c@example.com', 'host': 'mail.example.com'}
    for path in ('bounces+x@example.com', f'{"b" * 31}@example.com', 'no address'):
        new = {'name': 'Mail', 'kind': 'mail', 'settings': {**known, 'return_path': path}}
        refused = await program.post('/channels', new)
        assert (refused.status_code, refused.json()['field']) == (422, 'settings.return_path')
