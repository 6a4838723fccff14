"""Telegram, by a bot: HTML with the few tags that it knows."""

import json
import re
from html import escape, unescape
from typing import Any

from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelField, ChannelKind, Dispatch, HttpMessage, Reading
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.channels.kinds.wording import ANSWER, symbol
from domain.common.errors import Invalid
from domain.common.web_addresses import checked_web_address

_TOKEN = re.compile(r'[0-9]{5,16}:[A-Za-z0-9_-]{30,64}')
_CHAT = re.compile(r'-?[0-9]{1,20}|@[A-Za-z0-9_]{4,64}')
_MOST_HEADING, _MOST_WORDS = 500, 3000
"""Characters; Telegram refuses a message of more than 4,096 (Bot API, sendMessage)."""
_LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
_BOLD = re.compile(r'</?b>')
API = 'https://api.telegram.org'


def write(dispatch: Dispatch) -> HttpMessage:
    """A headline in bold, and what is known."""
    settings, said = dispatch.settings, dispatch.announcement
    head, left = heading(dispatch)[:_MOST_HEADING], _MOST_WORDS
    parts = [f'{symbol(said)} <b>{escape(head, quote=False)}</b>']
    for line in paragraphs(dispatch):
        if (shown := line[: min(800, left)]) or not line:
            parts.append(escape(shown, quote=False))
        left -= len(shown) + 1
        if left <= 0:
            break
    if dispatch.link:
        parts.append(f'<a href="{escape(dispatch.link)}">Open the alert</a>')
    if dispatch.answer:
        parts.append(f'<a href="{escape(dispatch.answer)}">{ANSWER}</a>')
    payload = {
        'chat_id': settings['chat'],
        'text': '\n'.join(parts),
        'parse_mode': 'HTML',
        'link_preview_options': {'is_disabled': True},
    }
    url = f'{settings.get("server") or API}/bot{settings["token"]}/sendMessage'
    return HttpMessage(
        url=url, body=json.dumps(payload, ensure_ascii=False).encode(), headers={IDEMPOTENCY_KEY: dispatch.key}
    )


def checked_token(value: str, field: str) -> str:
    """As the BotFather gives it."""
    if not _TOKEN.fullmatch(value):
        raise Invalid('is no token of a bot: it looks like 123456789:AA…', field=field)
    return value


def checked_chat(value: str, field: str) -> str:
    """The number of a chat, or the name of a public channel."""
    if not _CHAT.fullmatch(value):
        raise Invalid('must be the number of a chat, or @ and the name of a channel', field=field)
    return value


def reads(body: Any) -> Reading:
    """The lines as Telegram draws them."""
    head, *lines = body['text'].split('\n')
    links = [found.groups() for line in lines if (found := _LINK.fullmatch(line))]
    return Reading(
        title=unescape(_BOLD.sub('', head)),
        lines=tuple(unescape(line) for line in lines if not _LINK.fullmatch(line)),
        links=tuple((unescape(words), unescape(address)) for address, words in links),
    )


KIND = ChannelKind(
    key='telegram',
    label='Telegram',
    meaning='a message of a bot to a person, a group or a channel of Telegram',
    fields=(
        ChannelField(
            name='token',
            label='Token of the bot',
            meaning='from the BotFather',
            hint='123456789:AA…',
            secret=True,
            clean=checked_token,
        ),
        ChannelField(
            name='chat',
            label='Chat',
            meaning='its number, or @ and its name',
            hint='-1001234567890',
            clean=checked_chat,
        ),
        ChannelField(
            name='server',
            label='Server',
            meaning='of the Bot API',
            default=API,
            is_url=True,
            clean=lambda value, field: checked_web_address(value, field).rstrip('/'),
        ),
        *WORDS,
    ),
    write=write,
    reads=reads,
    personal='chat',
    reaches_one=str.isdecimal,  # groups and channels have a sign or a name
)
