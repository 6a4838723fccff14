"""A preview shows a message as the person reads it who gets it, and as it is sent."""

import json

import pytest

from domain.alerts.announcements import News
from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import HttpMessage, MailMessage
from domain.channels.kinds.reading import as_sent, reading
from domain.channels.kinds.wording import headline, symbol
from domain.common.severity import Severity
from tests.domain.channels.announced import announced
from tests.domain.channels.kinds.test_shapes import HOSTILE, message_of

CHATS = ('slack', 'teams', 'mattermost', 'telegram')
LINK = ('Open the alert', 'https://cells.example.com/alerts/A1')


def flat(text: str) -> str:
    """Line breaks are blanks: no chat lets a name break a headline."""
    return ' '.join(text.split())


@pytest.mark.parametrize('kind', CHATS)
def test_a_chat_shows_headline_what_is_known_and_the_link(kind: str) -> None:
    found = reading(KINDS[kind], message_of(kind, detail='HTTP 503', object_name='Mast', devices=12))
    assert found is not None
    assert found.title == '■ Major: Mast is down'
    said = [*found.lines, *(f'{label}: {value}' for label, value in found.facts)]
    assert {'Detail: HTTP 503', 'Where: Mast', 'Devices concerned: 12'} <= set(said)
    assert found.links == (LINK,)


@pytest.mark.parametrize('news', [News.RAISED, News.CLEARED, News.TEST])
@pytest.mark.parametrize(
    'words', [HOSTILE, '**bold** \\', '*', '<https://a.example|x>', 'a &amp; b', '[x](https://a.b)']
)
@pytest.mark.parametrize('kind', CHATS)
def test_names_read_as_they_are_whatever_they_hold(kind: str, words: str, news: News) -> None:
    words = flat(words)
    found = reading(KINDS[kind], message_of(kind, news, problem=words, detail=words))
    said = announced(news, problem=words, detail=words)
    assert found is not None
    assert flat(found.title) == f'{symbol(said)} {headline(said)}'
    assert found.links == (LINK,), 'a name makes no link'
    told = [*found.lines, *(f'{label}: {value}' for label, value in found.facts)]
    assert f'Detail: {words}' in [flat(one) for one in told]


@pytest.mark.parametrize('news', News)
@pytest.mark.parametrize('kind', KINDS)
def test_every_kind_can_be_read_of_all_news_with_whatever_words(kind: str, news: News) -> None:
    for severity in Severity:
        words = {'problem': HOSTILE, 'detail': HOSTILE * 200, 'object_name': HOSTILE}
        message = message_of(kind, news, severity=severity, **words)
        found = reading(KINDS[kind], message)
        assert (found is None) == (kind in ('webhook', 'tmf642', 'heartbeat')), 'a program reads those'
        assert found is None or found.title
        assert isinstance(as_sent(message), str)


def test_a_short_message_says_to_whom() -> None:
    found = reading(KINDS['sms'], message_of('sms'))
    assert found is not None
    assert (found.title, len(found.lines)) == ('SMS to +31612345678', 1)
    assert as_sent(message_of('smpp')).startswith('To: +31612345678\nCoding: GSM 7-bit\nParts: 1 short message\n\n')


def test_an_on_call_service_shows_what_its_incident_says_or_that_it_is_over() -> None:
    opened, closed = (
        reading(KINDS['pagerduty'], message_of('pagerduty', news)) for news in (News.RAISED, News.CLEARED)
    )
    assert opened is not None
    assert closed is not None
    assert (opened.title, opened.links[0][1]) == ('Major: Mast is down', LINK[1])
    assert closed.title == 'The incident is resolved'
    shut = reading(KINDS['opsgenie'], message_of('opsgenie', News.CLEARED))
    assert shut is not None
    assert (shut.title, shut.lines) == ('The alert is closed', ('Cleared: Mast is down',))


def test_what_is_sent_stands_there_whole() -> None:
    message = message_of('slack')
    assert isinstance(message, HttpMessage)
    sent = as_sent(message)
    head, _, body = sent.partition('\n\n')
    assert head.splitlines() == [
        'POST https://chat.example.com/hook',
        'content-type: application/json',
        'idempotency-key: K1',
    ]
    assert json.loads(body) == json.loads(message.body)
    mail = message_of('mail')
    assert isinstance(mail, MailMessage)
    assert as_sent(mail).startswith('From: cellwarden@example.org\nTo: ana@example.com\nSubject: ')
    assert as_sent(mail).endswith(mail.text)
