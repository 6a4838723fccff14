"""Across the kinds of channels: each writes in its receiver's grammar, and nothing that a device is called breaks out of it."""

import json
from html import unescape
from typing import Any

import pytest

from domain.alerts.announcements import News
from domain.channels.kinds import KINDS
from domain.channels.kinds.gsm import BASIC, UCS2
from domain.channels.kinds.kind import Dispatch, HttpMessage, MailMessage, Message, SmsMessage
from domain.common.severity import Severity
from tests.domain.channels.announced import announced

SETTINGS = {
    'url': 'https://chat.example.com/hook',
    'secret': 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
    'recipients': 'ana@example.com',
    'sender': 'cellwarden@example.org',
    'host': 'mail.example.com',
    'port': '587',
    'security': 'starttls',
    'token': '123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'chat': '-100',
    'routing_key': 'A' * 32,
    'api_key': 'B' * 36,
    'number': '+31612345678',
    'number_field': 'to',
    'text_field': 'text',
    'system_id': 'cells',
}
HOSTILE = '<b>*x*</b> _y_ `z` [link](https://evil.example) @channel <!here> & "\'\\\r\nBcc: a@b.c'


def message_of(kind: str, news: News = News.RAISED, **more: Any) -> Message:
    """As it is handed over."""
    return KINDS[kind].write(
        Dispatch(
            key='K1',
            announcement=announced(news, **more),
            settings=SETTINGS,
            now=1_800_000_000.0,
            enterprise='Harbour',
            link='https://cells.example.com/alerts/A1',
        )
    )


def written(kind: str, news: News = News.RAISED, **more: Any) -> Any:
    """The body of a message, decoded."""
    message = message_of(kind, news, **more)
    return json.loads(message.body or 'null') if isinstance(message, HttpMessage) else message


@pytest.mark.parametrize('kind', ['slack', 'teams', 'mattermost', 'telegram', 'sms'])
def test_what_has_no_place_for_a_key_carries_it_in_a_header(kind: str) -> None:
    message = message_of(kind)
    assert isinstance(message, HttpMessage)
    assert message.headers['idempotency-key'] == 'K1'


@pytest.mark.parametrize('news', News)
@pytest.mark.parametrize('kind', KINDS)
def test_every_kind_writes_all_news_with_whatever_words(kind: str, news: News) -> None:
    for severity in Severity:
        message = written(kind, news, problem=HOSTILE, detail=HOSTILE * 200, object_name=HOSTILE, severity=severity)
        if isinstance(message, MailMessage):
            assert '\n' not in message.subject
            assert '\r' not in message.subject


def test_slack_shows_names_as_they_are() -> None:
    blocks = written('slack', problem=HOSTILE)['blocks']
    head = blocks[0]['text']['text']
    assert head.startswith('■ *Major: &lt;b&gt;*\u200bx')
    assert '<!here>' not in head
    assert blocks[-1]['text']['text'] == '<https://cells.example.com/alerts/A1|Open the alert>'


def test_slack_makes_no_link_and_calls_nobody_of_a_name() -> None:
    for block in written('slack', problem='https://evil.example @channel')['blocks']:
        assert block['text']['verbatim'] is True


def test_telegram_is_sent_no_more_than_it_takes() -> None:
    settings = SETTINGS | {'headline': '{detail}{detail}{detail}', 'text': '{detail}\n\n{detail}\n' * 60}
    dispatch = Dispatch(key='K1', announcement=announced(detail='<' * 1000), settings=settings, now=0.0)
    message = KINDS['telegram'].write(dispatch)
    assert isinstance(message, HttpMessage)
    assert len(unescape(json.loads(message.body)['text'])) < 4096


def test_telegram_gets_html_with_our_tags_alone() -> None:
    text = written('telegram', problem='<b>x</b> & y')['text']
    assert text.splitlines()[0] == '■ <b>Major: &lt;b&gt;x&lt;/b&gt; &amp; y</b>'


def test_mattermost_gets_markdown_and_calls_nobody() -> None:
    text = written('mattermost', problem='*x* @channel [a](b)')['text']
    assert text.splitlines()[0] == '■ **Major\\: \\*x\\* @\u200bchannel \\[a\\]\\(b\\)**'


def test_teams_gets_a_card_in_the_colour_of_the_severity() -> None:
    card = written('teams', problem='*x*')['attachments'][0]['content']
    assert (card['body'][0]['text'], card['body'][0]['color']) == ('■ Major: \\*x\\*', 'Attention')
    over = written('teams', News.CLEARED)['attachments'][0]['content']
    assert over['body'][0]['color'] == 'Good'


def test_on_call_services_resolve_what_they_were_triggered_with() -> None:
    raised, cleared = written('pagerduty'), written('pagerduty', News.CLEARED)
    assert (raised['event_action'], cleared['event_action']) == ('trigger', 'resolve')
    assert raised['dedup_key'] == cleared['dedup_key'] == 'A1'
    assert raised['payload']['severity'] == 'error'


def test_opsgenie_closes_by_alias() -> None:
    dispatch = Dispatch(key='K2', announcement=announced(News.CLEARED), settings=SETTINGS, now=0.0)
    message = KINDS['opsgenie'].write(dispatch)
    assert isinstance(message, HttpMessage)
    assert message.url == 'https://api.opsgenie.com/v2/alerts/A1/close?identifierType=alias'
    assert written('opsgenie')['alias'] == 'A1'


def test_an_sms_is_one_message_in_the_alphabet_of_gsm() -> None:
    body = written('sms', problem='Mast “Zürich–Örlikon岡” is down ' * 9)
    assert body['to'] == '+31612345678'
    assert body['text'].startswith('Major: Mast "Zürich-Örlikon?" is down')
    assert len(body['text']) == 160
    assert body['text'].endswith('...')


@pytest.mark.parametrize('problem', ['Мачта Запад is down', '東京 is down', 'Πύργος Αθήνα is down'])
def test_an_sms_of_a_name_in_another_alphabet_can_be_read(problem: str) -> None:
    text = written('sms', problem=problem)['text']
    assert problem in text
    assert len(written('sms', problem=problem * 20)['text']) == 70


@pytest.mark.parametrize('name', ['東京', 'Rotterdam'])
def test_an_sms_of_a_centre_is_cut_before_its_link_never_in_it(name: str) -> None:
    answer = f'https://cellwarden.{"operations." * 8}example.com/answer/cwa_{"x" * 43}'
    dispatch = Dispatch(
        key='K1', announcement=announced(problem=f'{name} ' * 200), settings=SETTINGS, now=0.0, answer=answer
    )
    message = KINDS['smpp'].write(dispatch)
    assert isinstance(message, SmsMessage)
    octets = b''.join(part.octets[6:] for part in message.parts)
    text = octets.decode('utf-16-be') if message.parts[0].coding == UCS2 else ''.join(BASIC[code] for code in octets)
    assert text.endswith(f'...\nI have it: {answer}')
    assert len(message.parts) <= 4
    assert message.shown[1] == text


def test_a_recovery_says_how_long_it_lasted() -> None:
    assert 'after 5 min' in written('mattermost', News.CLEARED)['text']


ANSWER = 'https://cells.example.com/answer/cwa_' + 'x' * 43


@pytest.mark.parametrize('kind', KINDS)
def test_what_acknowledges_stands_whole_in_messages_that_one_person_reads_and_in_no_other(kind: str) -> None:
    of = KINDS[kind]
    dispatch = Dispatch(
        key='K1',
        announcement=announced(problem='x' * 400),
        settings=SETTINGS,
        now=1_800_000_000.0,
        enterprise='Harbour',
        answer=ANSWER,
    )
    message = of.write(dispatch)
    said = message.shown[1]
    assert (ANSWER in said) is bool(of.personal)
    assert not of.reaches_one('')


def test_a_group_and_several_addresses_are_no_person() -> None:
    assert [KINDS['telegram'].reaches_one(chat) for chat in ('4711', '-1004711', '@desk')] == [True, False, False]
    assert [KINDS['mail'].reaches_one(to) for to in ('ann@example.com', 'a@example.com, b@example.com')] == [
        True,
        False,
    ]
    assert KINDS['sms'].reaches_one('+31612345678')
