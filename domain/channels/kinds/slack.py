"""Slack, and what understands its incoming webhooks. Mattermost does, but it reads Markdown where Slack reads mrkdwn: its own kind."""

import json

from domain.channels.kinds.chat import url_field
from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelKind, Dispatch, HttpMessage
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.channels.kinds.wording import symbol

_MOST = 2900
"""Characters of a section are 3,000."""


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


KIND = ChannelKind(
    key='slack',
    label='Slack',
    meaning='a message by an incoming webhook of Slack',
    fields=(url_field('https://hooks.slack.com/services/T000/B000/abcd'), *WORDS),
    write=write,
)
