"""Slack, and what understands its incoming webhooks. Mattermost does, but it reads Markdown where Slack reads mrkdwn: its own kind."""

import json
import re
from typing import Any

from domain.channels.kinds.chat import url_field
from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelKind, Dispatch, HttpMessage, Reading
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.channels.kinds.wording import symbol

_MOST = 2900
"""Characters of a section are 3,000."""
_LINK = re.compile(r'<(https?://[^|<>]*)\|([^<>]*)>')
_BOLD = re.compile(r'\*(?!\u200b)')


def write(dispatch: Dispatch) -> HttpMessage:
    """A headline, what is known, and a link, as blocks; ``text`` is what a notification shows."""
    said = dispatch.announcement
    head = f'{symbol(said)} *{escaped(heading(dispatch))}*'
    body = '\n'.join(paragraphs(dispatch, escaped))
    parts = [head, body[:_MOST]]
    if dispatch.link:
        parts.append(f'<{escaped(dispatch.link)}|Open the alert>')
    # verbatim: an address or an @ in a name stays a word, and becomes no link and no call
    texts = [{'type': 'mrkdwn', 'text': part[:3000], 'verbatim': True} for part in parts if part]
    sections = [{'type': 'section', 'text': each} for each in texts]
    payload = {'text': escaped(heading(dispatch)), 'blocks': sections}
    return HttpMessage(
        url=dispatch.settings['url'],
        body=json.dumps(payload, ensure_ascii=False).encode(),
        headers={IDEMPOTENCY_KEY: dispatch.key},
    )


def escaped(text: str) -> str:
    """The three characters of Slack's grammar; and no mark-up: a zero-width blank breaks what would be bold, struck or code."""
    text = text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    return ''.join(f'{each}\u200b' if each in '*_~`' else each for each in text)


def reads(body: Any) -> Reading:
    """The sections as Slack draws them."""
    head, *parts = [block['text']['text'] for block in body['blocks']]
    links = [found for part in parts for found in _LINK.findall(part)]
    lines = [line for part in parts if not _LINK.fullmatch(part) for line in part.split('\n')]
    return Reading(
        title=_plain(head),
        lines=tuple(map(_plain, lines)),
        links=tuple((_plain(words), _plain(address)) for address, words in links),
    )


def _plain(text: str) -> str:
    """Without what makes words bold, and with the characters of the grammar as themselves."""
    text = _BOLD.sub('', text).replace('\u200b', '')
    return text.replace('&lt;', '<').replace('&gt;', '>').replace('&amp;', '&')


KIND = ChannelKind(
    key='slack',
    label='Slack',
    meaning='a message by an incoming webhook of Slack',
    fields=(url_field('https://hooks.slack.com/services/T000/B000/abcd'), *WORDS),
    write=write,
    reads=reads,
)
