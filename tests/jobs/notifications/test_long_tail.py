"""The long tail of services: a real process, real receivers, and what it may not reach."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from domain.channels.kinds.apprise import checked_address
from domain.channels.kinds.kind import LongTailMessage
from domain.channels.model import Answered, Outcome
from domain.common.errors import Invalid
from jobs.notifications import long_tail
from jobs.notifications.long_tail import LongTailTransport
from tests.jobs.notifications.receiver import receiving

LOOPBACK = (ip_network('127.0.0.0/8'),)


def message(url: str) -> LongTailMessage:
    return LongTailMessage(url=url, title='Major: Mast is down', text='Where: Mast', level='failure')


async def sent(url: str, *, allow: Any = LOOPBACK) -> Answered:
    transport = LongTailTransport(allow=allow)
    try:
        return await transport.send(message(url))
    finally:
        await transport.close()


async def test_without_the_library_a_person_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / 'apprise.py').write_text('raise ImportError')
    monkeypatch.setenv('PYTHONPATH', f'{tmp_path}:{os.environ.get("PYTHONPATH", "")}')
    answered = await sent('json://127.0.0.1:9/hook')
    assert answered.outcome is Outcome.LATER
    assert 'pip install cellwarden[apprise]' in answered.said


async def test_a_service_gets_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as receiver:
        address = receiver.url.removeprefix('http://')
        answered = await sent(f'json://{address}')
        assert (answered.outcome, answered.said) == (Outcome.DELIVERED, 'JSON took it')
        (got,) = receiver.got
        assert (got.json['title'], got.json['message'], got.json['type']) == (
            'Major: Mast is down',
            'Where: Mast',
            'failure',
        )


async def test_an_address_that_may_not_be_connected_to_is_not() -> None:
    async with receiving() as receiver:
        address = receiver.url.removeprefix('http://')
        for host in (address, address.replace('127.0.0.1', 'localhost'), address.replace('127.0.0.1', '2130706433')):
            answered = await sent(f'json://{host}', allow=())
            assert answered.outcome is Outcome.LATER
            assert 'may not be sent messages' in answered.said, answered
        assert receiver.got == []


async def test_a_refusal_is_told_without_the_secret() -> None:
    async with receiving() as receiver:
        receiver.usual = (500, {}, b'')
        address = receiver.url.removeprefix('http://')
        answered = await sent(f'json://user:hushhush@{address}')
        assert answered.outcome is Outcome.LATER
        assert '500' in answered.said
        assert 'hushhush' not in answered.said


async def test_the_process_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / 'apprise.py').write_text(
        'import os\nraise ImportError if "CELLWARDEN_SECRET" in os.environ else RuntimeError'
    )
    monkeypatch.setenv('PYTHONPATH', f'{tmp_path}:{os.environ.get("PYTHONPATH", "")}')
    monkeypatch.setenv('CELLWARDEN_SECRET', 'hushhush')
    assert 'ended with code 1' in (await sent('json://127.0.0.1:9/hook')).said


async def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / 'apprise.py').write_text('import time\ntime.sleep(60)')
    monkeypatch.setenv('PYTHONPATH', f'{tmp_path}:{os.environ.get("PYTHONPATH", "")}')
    monkeypatch.setattr(long_tail, 'WITHIN_S', 1.0)
    answered = await sent('json://127.0.0.1:9/hook')
    assert (answered.outcome, answered.said) == (Outcome.LATER, 'Apprise has not ended within 1 s')


@pytest.mark.parametrize(
    'url', ['syslog://', 'dbus://', 'file:///etc/passwd', 'ntfy:// x', 'windows://', 'x', 'mailto://a:b@c.example']
)
def test_only_services_over_http_are_set_up(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_address(url, 'settings.url')
    assert refused.value.field == 'settings.url'
