"""Receivers of every kind on this machine, and an enterprise whose alerts reach each of them: by its route, by falling, by a person's
ways, by the next step of an escalation."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from domain.access.permissions import OWNER, Permission
from tests.jobs.notifications.centre import Centre, centre
from tests.jobs.notifications.receiver import Receiver, receiving
from tests.jobs.notifications.sink import Sink, mail_sink
from tests.jobs.notifications.test_push import Browser, push_service
from tests.real.server import PASSWORD, Server, bearer
from ui.sign_in import COOKIE

BOT = '123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhII'
NUMBER, ANNS_NUMBER = '+31611111111', '+31622222222'
REFUSES = '/refuses'
PATHS = {'/webhook': 'webhook', '/chat': 'chat', '/next': 'next channel', f'/bot{BOT}/sendMessage': 'chat of a person'}
MAILS = {'desk@example.com': 'mail', 'ann@example.com': 'mail of a person', 'bob@example.com': 'next step'}
NUMBERS = {NUMBER: 'sms', ANNS_NUMBER: 'sms of a person'}
PUSH = 'push of a person'
WAYS = (*PATHS.values(), *MAILS.values(), *NUMBERS.values(), PUSH)
SCOPES = [permission.value for permission in Permission if permission not in OWNER]


@dataclass(slots=True)
class Receivers:
    """All of them, which go on while the server is killed."""

    http: Receiver
    mail: Sink
    centre: Centre
    push: Browser

    def count(self) -> int:
        """Messages that came in so far."""
        return len(self.http.got) + len(self.mail.got) + len(self.centre.got) + len(self.push.got)

    def keys(self) -> dict[tuple[str, str], list[str]]:
        """By way and name of the tower: the keys under which its alert came in, in order."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for way, text, key in self._all():
            tower = re.search(r'mast-\d+-\d+ is down', text)
            if tower and 'does not deliver' not in text:  # that of a channel says what it did not deliver
                found[way, tower[0].split()[0]].append(key)
        return found

    def _all(self) -> Iterator[tuple[str, str, str]]:
        for got in self.http.got:
            if way := PATHS.get(got.path):
                about = got.json['data']['problem'] if 'webhook-id' in got.headers else got.body.decode()
                yield way, about, got.headers.get('webhook-id') or got.headers['idempotency-key']
        for to, mail in self.mail.got:
            yield MAILS[to[0]], str(mail['Subject']), str(mail['Message-ID'])
        for part in self.centre.got:
            yield NUMBERS[f'+{part.number}'], part.text, part.text  # a short message has no key: it says the same
        for said in self.push.got:
            yield PUSH, str(said['title']), str(said['key'])


@asynccontextmanager
async def all_receivers() -> AsyncIterator[Receivers]:
    """One of each kind for the length of the block; the path :data:`REFUSES` takes nothing."""
    async with AsyncExitStack() as stack:
        found = Receivers(
            http=await stack.enter_async_context(receiving()),
            mail=await stack.enter_async_context(mail_sink()),
            centre=await stack.enter_async_context(centre()),
            push=await stack.enter_async_context(push_service()),
        )
        found.http.always[REFUSES] = (400, {}, b'')
        yield found


async def set_up(server: Server, client: httpx.AsyncClient, there: Receivers) -> tuple[dict[str, str], str]:
    """An enterprise that tells all of them; the header of a program, and the secret of the webhooks' signatures."""
    await server.operate('enterprise add', name='Delft')
    people, secrets = {}, {}
    for name in ('ann', 'bob'):
        email = f'{name}@example.com'
        added = await server.operate(
            'user add', enterprise='Delft', email=email, name=name.title(), role='admin', password=PASSWORD
        )
        people[name] = added['id']
    token = await server.operate('token api', enterprise='Delft', name='test', scopes=SCOPES)
    headers = bearer(token['secret'])

    async def made(what: str, **body: Any) -> dict[str, Any]:
        answer = await client.post(f'/api/v1/{what}', json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def channel(name: str, kind: str, settings: dict[str, str], **more: Any) -> str:
        found = await made('channels', name=name, kind=kind, settings=settings, per_minute=600, **more)
        secrets[name] = found['secret']
        return str(found['channel']['id'])

    web = f'http://127.0.0.1:{there.http.port}'
    webhook = await channel('desk', 'webhook', {'url': f'{web}/webhook'})
    chat = await channel('chat', 'slack', {'url': f'{web}/chat'})
    behind = await channel('behind', 'webhook', {'url': f'{web}/next'})
    falls = await channel('refuses', 'webhook', {'url': web + REFUSES}, next_channel=behind)
    server_of_mail = {'recipients': 'desk@example.com', 'sender': 'cellwarden@example.com', 'host': '127.0.0.1'}
    mail = await channel('mail', 'mail', {**server_of_mail, 'port': str(there.mail.port), 'security': 'none'})
    operator = {'host': '127.0.0.1', 'port': str(there.centre.port), 'system_id': 'cw', 'sender': 'Cellwarden'}
    sms = await channel('sms', 'smpp', {**operator, 'number': NUMBER})
    bot = await channel('bot', 'telegram', {'token': BOT, 'chat': '-1001', 'server': web})

    await _notified(client, there.push)
    listed = (await client.get('/api/v1/channels', headers=headers)).json()['items']
    push = next(one['id'] for one in listed if one['kind'] == 'push')
    ways = [
        {'channel': push},
        {'channel': mail, 'address': 'ann@example.com'},
        {'channel': sms, 'address': ANNS_NUMBER},
        {'channel': bot, 'address': '42'},
    ]
    path = f'/api/v1/people/{people["ann"]}/contact'
    known = await client.get(path, headers=headers)
    answer = await client.patch(path, json={'ways': ways}, headers={**headers, 'if-match': known.headers['etag']})
    assert answer.status_code == 200, answer.text
    steps = [{'targets': [{'kind': 'person', 'id': people[name]}], 'wait_min': 1} for name in ('ann', 'bob')]
    policy = await made('escalation-policies', name='Nights', steps=steps)
    await made('alert-routes', name='All', policy=policy['id'], channels=[webhook, chat, falls, mail, sms])
    return headers, secrets['desk']


async def _notified(client: httpx.AsyncClient, browser: Browser) -> None:
    """Ann is notified in her browser."""
    form = {'email': 'ann@example.com', 'password': PASSWORD}
    answer = await client.post('/auth/sign-in', data=form)
    own = {'origin': str(client.base_url).rstrip('/'), 'cookie': f'{COOKIE}={answer.cookies[COOKIE]}'}
    client.cookies.clear()
    for path, body in (('/ui/browsers/key', {}), ('/ui/browsers', browser.subscription)):
        answer = await client.post(path, json=body, headers=own)
        assert answer.status_code == 200, answer.text


def without_waits(data: Path) -> None:
    """The next step of an escalation follows at the next look, and what a channel does not deliver falls at once, where people can choose
    a minute at least. No server has the folder open."""
    with closing(sqlite3.connect(data / 'cellwarden.sqlite3')) as file, file:
        file.execute('UPDATE escalation_policy SET steps = replace(steps, \'"wait_min":1\', \'"wait_min":0\')')
        assert '"wait_min":0' in file.execute('SELECT steps FROM escalation_policy').fetchone()[0]
        file.execute("UPDATE channel SET next_after_min = 0 WHERE next_channel != ''")


def time_has_passed(data: Path) -> None:
    """All that is tried later is due now, on channels that failed too. No server has the folder open."""
    with closing(sqlite3.connect(data / 'cellwarden.sqlite3')) as file, file:
        file.execute("UPDATE delivery SET next_at = 0 WHERE state = 'waiting'")
        file.execute('UPDATE channel_health SET held_until = NULL, failures = 0')
