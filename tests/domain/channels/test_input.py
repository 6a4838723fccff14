"""What is typed of a channel is refused at its field."""

from typing import Any

import pytest

from domain.channels.input import NewChannel, checked_channel
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.web_addresses import not_refused

MAIL = {'recipients': 'ana@example.com; bo@example.com', 'sender': 'desk@example.com', 'host': 'mail.example.com'}


def new(kind: str = 'webhook', **more: Any) -> NewChannel:
    known: dict[str, Any] = {'name': 'Desk', 'kind': kind, 'settings': {'url': 'https://example.com/'}}
    return NewChannel(**{**known, **more})


@pytest.mark.parametrize(
    ('channel', 'field'),
    [
        (new(name=' '), 'name'),
        (new('pigeon'), 'kind'),
        (new(settings={'url': 'ftp://example.com'}), 'settings.url'),
        (new(settings={'url': 'https://ana:pw@example.com/'}), 'settings.url'),
        (new(settings={'url': 'https://[example.com/'}), 'settings.url'),
        (new(settings={}), 'settings.url'),
        (new(settings={'url': 'https://example.com/', 'colour': 'red'}), 'settings.colour'),
        (new(settings={'url': 'http://127.0.0.1/'}), 'settings.url'),
        (new(per_minute=0), 'per_minute'),
        (new(least_severity=Severity.CLEARED), 'least_severity'),
        (new('mail', settings={**MAIL, 'recipients': 'ana'}), 'settings.recipients'),
        (new('mail', settings={**MAIL, 'sender': 'Ana <ana@example.com>'}), 'settings.sender'),
        (new('mail', settings={**MAIL, 'host': '127.0.0.1'}), 'settings.host'),
        (new('mail', settings={**MAIL, 'port': '0'}), 'settings.port'),
        (new('mail', settings={**MAIL, 'security': 'hope'}), 'settings.security'),
        (new('slack', settings={}), 'settings.url'),
        (new('telegram', settings={'token': 'x', 'chat': '1'}), 'settings.token'),
        (new('telegram', settings={'token': '123456:' + 'A' * 35, 'chat': 'all'}), 'settings.chat'),
        (new('pagerduty', settings={'routing_key': 'short'}), 'settings.routing_key'),
        (new('sms', settings={'url': 'https://example.com/', 'number': '0612'}), 'settings.number'),
        (
            new('sms', settings={'url': 'https://a.example/', 'number': '+31612345678', 'number_field': 'text'}),
            'settings.text_field',
        ),
        (new('opsgenie', settings={'api_key': 'x y'}), 'settings.api_key'),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(channel: NewChannel, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_channel(channel, frozenset(), lambda host, _: 'loopback' if host == '127.0.0.1' else '')
    assert refused.value.field == field


def test_what_is_left_out_has_its_default_and_a_secret_stays_apart() -> None:
    checked = checked_channel(new('mail', settings={**MAIL, 'password': 'x'}), frozenset(), not_refused)
    assert checked.settings['recipients'] == 'ana@example.com, bo@example.com'
    assert (checked.settings['port'], checked.settings['security']) == ('587', 'starttls')
    assert (checked.secrets, 'password' in checked.settings) == ({'password': 'x'}, False)


def test_a_secret_that_is_known_need_not_be_said_again() -> None:
    assert checked_channel(new('slack', settings={}), frozenset({'url'}), not_refused).secrets == {}


@pytest.mark.parametrize(
    ('kind', 'words'),
    [('webhook', 'sent webhooks'), ('heartbeat', 'told that this console lives'), ('mattermost', 'sent messages')],
)
def test_an_address_is_refused_in_the_words_of_what_would_be_done_there(kind: str, words: str) -> None:
    channel = new(kind, settings={'url': 'http://127.0.0.1/'})
    with pytest.raises(Invalid, match=f'may not be {words}'):
        checked_channel(channel, frozenset(), lambda _, act: f'may not be {act}')
