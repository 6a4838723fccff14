"""Short messages to a message centre on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channels.kinds.gsm import GSM, UCS2, parts
from domain.channels.kinds.kind import SmsMessage
from domain.channels.model import Outcome
from jobs.notifications.smpp import SmppTransport
from jobs.polling.addresses import Targets
from tests.jobs.loopback import LOCAL, Authority, eventually
from tests.jobs.notifications.centre import Centre, centre, from_gsm
from tests.jobs.notifications.test_sender import LOOPBACK


@asynccontextmanager
async def sending() -> AsyncIterator[SmppTransport]:
    """A transport that may connect to this machine."""
    transport = SmppTransport(targets=Targets(allow=LOOPBACK, threads=2))
    try:
        yield transport
    finally:
        await transport.close()


def message(here: Centre, text: str, key: str = 'K1', **settings: str) -> SmsMessage:
    """To a telephone, by that centre."""
    known = {
        'host': '127.0.0.1', 'port': str(here.port), 'security': 'none', 'system_id': 'cells', 'password': 'secret',
        'sender': 'Cellwarden',
    }  # fmt: skip
    made = parts(text, most=4, reference=7)
    return SmsMessage(key=key, number='+31612345678', parts=made, settings={**known, **settings}, shown=('', ''))


async def test_a_message_arrives_and_the_connection_is_kept() -> None:
    async with centre() as here, sending() as transport:
        first = await transport.send(message(here, 'Major: [Noordzijde] is down €'))
        second = await transport.send(message(here, 'Cleared', 'K2'))
        assert (first.outcome, first.said) == (Outcome.DELIVERED, 'taken as m1')
        assert second.outcome is Outcome.DELIVERED
        assert here.binds == [('cells', 'secret')]
        assert [(one.sender, one.number, one.coding, one.text) for one in here.got] == [
            ('Cellwarden', '31612345678', GSM, 'Major: [Noordzijde] is down €'),
            ('Cellwarden', '31612345678', GSM, 'Cleared'),
        ]
        await eventually(lambda: here.asked, 20)


async def test_a_long_one_comes_in_parts_that_belong_together() -> None:
    async with centre() as here, sending() as transport:
        text = 'رافعة الميناء ' * 10
        answered = await transport.send(message(here, text))
        assert answered.said == 'taken as m3, in 3 parts'
        assert [one.header for one in here.got] == [bytes([5, 0, 3, 7, 3, number]) for number in (1, 2, 3)]
        assert {one.coding for one in here.got} == {UCS2}
        assert ''.join(one.text for one in here.got) == text


@pytest.mark.parametrize(
    ('status', 'outcome', 'words'),
    [
        (0x0B, Outcome.REFUSED, 'SMPP 0x0B: invalid destination address'),
        (0x58, Outcome.LATER, 'SMPP 0x58: throttled'),
        (0x45, Outcome.LATER, 'SMPP 0x45: submit failed'),
    ],
)
async def test_what_the_centre_says_is_understood(status: int, outcome: Outcome, words: str) -> None:
    async with centre() as here, sending() as transport:
        here.answers = [status]
        answered = await transport.send(message(here, 'x'))
        assert (answered.outcome, answered.said, answered.code) == (outcome, words, status)
        assert (answered.retry_after_s is not None) == (status == 0x58)


async def test_a_wrong_password_is_said_and_tried_later() -> None:
    async with centre() as here, sending() as transport:
        here.bound = 0x0E
        answered = await transport.send(message(here, 'x'))
        assert (answered.outcome, answered.said) == (Outcome.LATER, 'SMPP 0x0E: invalid password')
        here.bound = 0
        assert (await transport.send(message(here, 'x'))).outcome is Outcome.DELIVERED


async def test_parts_that_were_taken_are_not_sent_again() -> None:
    async with centre() as here, sending() as transport:
        here.answers = [0, 0x14]
        long = message(here, 'x' * 300)
        assert (await transport.send(long)).outcome is Outcome.LATER
        assert (await transport.send(long)).outcome is Outcome.DELIVERED
        assert [one.header[-1] for one in here.got] == [1, 2]


async def test_a_connection_that_the_centre_has_ended_is_made_anew() -> None:
    async with centre() as here, sending() as transport:
        await transport.send(message(here, 'one'))
        here.lines[0].close()
        await eventually(
            lambda: not transport._sessions or all(one._is_over for one in transport._sessions.values()), 20
        )
        assert (await transport.send(message(here, 'two', 'K2'))).outcome is Outcome.DELIVERED
        assert len(here.binds) == 2


async def test_an_address_that_may_not_be_connected_to_is_not() -> None:
    async with centre() as here:
        transport = SmppTransport(targets=Targets(threads=2))
        answered = await transport.send(message(here, 'x'))
        await transport.close()
        assert answered.outcome is Outcome.LATER
        assert here.binds == []


@given(st.text(max_size=700), st.integers(1, 4))
def test_parts_hold_the_text_and_no_more_than_a_message_takes(text: str, most: int) -> None:
    found = parts(text, most=most, reference=300)
    assert 1 <= len(found) <= most
    assert all(len(part.octets) <= (160 if part.coding == GSM else 140) for part in found)
    said = ''
    for part in found:
        octets = part.octets[6:] if part.is_joined else part.octets
        said += from_gsm(octets) if part.coding == GSM else octets.decode('utf-16-be')
    plain = text.encode('utf-16-be', 'replace').decode('utf-16-be')
    assert plain.startswith(said)
    assert said == plain or len(found) == most


async def test_over_tls_the_end_of_the_certificate_is_told(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    targets = Targets(allow=LOOPBACK, threads=2)
    transport = SmppTransport(targets=targets, authorities=authority.path)
    async with centre(authority.server(LOCAL, days=5)) as here:
        first = await transport.send(message(here, 'x', security='tls', host=LOCAL))
        second = await transport.send(message(here, 'x', 'K2', security='tls', host=LOCAL))
        await transport.close()
    targets.close()
    assert first.outcome is Outcome.DELIVERED, first.said
    assert first.certificate_until == pytest.approx(time() + 5 * 86_400, abs=2 * 86_400)
    assert second.certificate_until == first.certificate_until, 'on the connection that was kept as well'
    async with centre() as here, sending() as plain:
        assert (await plain.send(message(here, 'x'))).certificate_until is None
