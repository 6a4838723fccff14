"""Notifications to browsers, at a push service on this machine that reads them as the browser would."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.channels.kinds.kind import HttpMessage, Message, PushMessage
from domain.channels.model import Attempt, Channel, NotifiedBrowser, Outcome
from domain.common.severity import Severity
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy
from domain.oncall.model import CallTarget, EscalationStep, TargetKind
from jobs.notifications.http import HttpTransport
from jobs.notifications.push import PushTransport, encrypted, public_point, unwritten, written
from jobs.notifications.sender import Sender, Transport
from jobs.polling.addresses import Targets
from tests.domain.channels.channels import outage, over
from tests.fakes import RunningApplication, running_application
from tests.jobs.loopback import eventually
from tests.jobs.notifications.test_sender import LOOPBACK


@dataclass
class Browser:
    """One that subscribed, and its push service: it verifies who sends, and reads what came."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b'0123456789abcdef'
    url: str = ''
    status: int = 201
    got: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def subscription(self) -> dict[str, object]:
        """As a browser writes it."""
        keys = {'p256dh': written(public_point(self.key)), 'auth': written(self.auth)}
        return {'endpoint': self.url, 'expirationTime': None, 'keys': keys}

    def read(self, body: bytes) -> bytes:
        """RFC 8188 and 8291, from the side of the browser."""
        salt, size = body[:16], body[20]
        theirs, text = body[21 : 21 + size], body[21 + size :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derived(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
            return HKDF(algorithm=SHA256(), length=size, salt=salt, info=info).derive(secret)

        secret = derived(shared, self.auth, b'WebPush: info\0' + public_point(self.key) + theirs, 32)
        key = derived(secret, salt, b'Content-Encoding: aes128gcm\0', 16)
        plain = AESGCM(key).decrypt(derived(secret, salt, b'Content-Encoding: nonce\0', 12), text, None)
        return plain.rstrip(b'\0').removesuffix(b'\x02')

    async def handle(self, request: web.Request) -> web.Response:
        """A message from an application server."""
        check_signed(request.headers['authorization'], f'http://{request.host}')
        if self.status == 201:
            self.got.append(json.loads(self.read(await request.read())))
            self.headers.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(status=self.status)


def check_signed(authorization: str, audience: str) -> None:
    """Raises when it is not signed as RFC 8292 says."""
    token, _, key = authorization.removeprefix('vapid t=').partition(', k=')
    head, claims, signature = token.split('.')
    raw = unwritten(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unwritten(key))
    r, s = int.from_bytes(raw[:32], 'big'), int.from_bytes(raw[32:], 'big')
    public.verify(encode_dss_signature(r, s), f'{head}.{claims}'.encode(), ec.ECDSA(SHA256()))
    said = json.loads(unwritten(claims))
    assert (said['aud'], said['sub'].startswith('mailto:')) == (audience, True)


@asynccontextmanager
async def push_service() -> AsyncIterator[Browser]:
    """A browser whose push service listens on this machine."""
    browser = Browser()
    app = web.Application()
    app.router.add_post('/push/abc', browser.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', 0).start()
    browser.url = f'http://127.0.0.1:{runner.addresses[0][1]}/push/abc'
    try:
        yield browser
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sending() -> AsyncIterator[tuple[RunningApplication, Sender, Person]]:
    """An application that notifies browsers; a route calls the person."""
    async with running_application() as application:
        http = HttpTransport(targets=Targets(allow=LOOPBACK, threads=2), clock=application.clock)
        transports: dict[type[Message], Transport] = {
            HttpMessage: http,
            PushMessage: PushTransport(http, clock=application.clock),
        }
        sender = Sender(
            transactor=application.transactor, telling=application.telling, transports=transports, within_s=5
        )
        person = await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.OPERATOR, 'correct horse battery'
        )
        steps = (EscalationStep(targets=(CallTarget(kind=TargetKind.PERSON, id=person.id),), wait_min=5),)
        policy = await application.on_call.save_policy(
            application.actor, NewEscalationPolicy(name='Night', steps=steps)
        )
        await application.on_call.save_route(application.actor, NewAlertRoute(name='All', policy=policy.id))
        sender.open()
        try:
            yield application, sender, person
        finally:
            await sender.close()


async def notified(application: RunningApplication, person: Person, browser: Browser, session: str = 's') -> str:
    """The person is notified in the browser; its id."""
    actor = application.as_(person)
    await application.browsers.private_key(actor)
    return (await application.browsers.notify(actor, session, 'Firefox on Linux', browser.subscription)).id


async def test_a_called_person_is_notified_and_of_the_recovery_too() -> None:
    async with push_service() as browser, sending() as (application, sender, person):
        await notified(application, person, browser)
        await outage(application)
        await sender.tick()
        await eventually(lambda: browser.got, 20)
        await over(application)
        await eventually(lambda: len(browser.got) == 2, 20)
        raised, cleared = browser.got
        assert (raised['severity'], raised['over'], cleared['over']) == ('major', False, True)
        assert raised['alert'] == cleared['alert'] == browser.headers[0]['topic']
        assert (browser.headers[0]['urgency'], browser.headers[1]['urgency']) == ('high', 'normal')
        assert int(browser.headers[0]['ttl']) > 0


@pytest.mark.parametrize('status', [404, 410])
async def test_a_browser_that_is_gone_is_forgotten_and_the_channel_goes_on(status: int) -> None:
    async with push_service() as gone, push_service() as other, sending() as (application, sender, person):
        await notified(application, person, gone)
        await notified(application, person, other)
        gone.status = status
        await outage(application)
        await sender.tick()
        await eventually(lambda: other.got, 20)
        await eventually(lambda: len(application.fleet[NotifiedBrowser]) == 1, 20)
        assert [one.enabled for one in application.fleet[Channel].values()] == [True]
        outcomes = {row.outcome for row in application.store.rows[Attempt].values()}
        assert outcomes == {Outcome.GONE, Outcome.DELIVERED}


async def test_an_address_that_may_not_be_connected_to_is_not() -> None:
    async with push_service() as browser, sending() as (application, _, person):
        http = HttpTransport(targets=Targets(threads=2), clock=application.clock)
        push = PushTransport(http, clock=application.clock)
        await notified(application, person, browser)
        await outage(application, severity=Severity.CRITICAL)
        await eventually(lambda: browser.got, 20)
        key = await application.browsers.private_key(application.as_(person))
        keys = browser.subscription['keys']
        assert isinstance(keys, dict)
        message = PushMessage(
            url=browser.url, payload=b'{}', **keys, private_key=key, contact='mailto:a@example.com', topic='t',
            is_urgent=True, shown=('', ''),
        )  # fmt: skip
        async with asyncio.timeout(20):
            answered = await push.send(message)
        await http.close()
        assert answered.outcome is Outcome.LATER
        assert len(browser.got) == 1


def test_a_message_is_encrypted_as_the_standard_shows() -> None:
    """RFC 8291, appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(unwritten('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'), 'big'), ec.SECP256R1()
    )
    browser = unwritten('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4')
    body = encrypted(
        b'When I grow up, I want to be a watermelon',
        browser,
        unwritten('BTBZMqHH6r4Tts7J_aSIgg'),
        own=own,
        salt=unwritten('DGv6ra1nlYgDCS1FRnbzlw'),
    )
    assert written(body) == (
        'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT'
        'pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
    )


def test_a_signature_of_another_is_found_out() -> None:
    with pytest.raises(InvalidSignature):
        check_signed(
            f'vapid t=e30.e30.{written(bytes(31) + bytes([1]) + bytes(31) + bytes([1]))}, '
            f'k={written(public_point(Browser().key))}',
            'http://127.0.0.1',
        )
