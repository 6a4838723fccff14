"""Mattermost, by an incoming webhook: Markdown."""

import json
import re
from typing import Any

from domain.channels.kinds.chat import url_field
from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelKind, Dispatch, HttpMessage, Reading
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.channels.kinds.wording import symbol

_SPECIAL = re.compile(r'([\\`*_{}\[\]()#+\-.!|<>~&:/])')

_ESCAPED = re.compile(r'\\(.)|\*\*')
_LINK = re.compile(r'\[([^\]]*)\]\((\S+)\)')


def write(dispatch: Dispatch) -> HttpMessage:
    """A headline and what is known, line by line."""
    said = dispatch.announcement
    parts = [f'{symbol(said)} **{escaped(heading(dispatch))}**']
    parts += paragraphs(dispatch, escaped)
    if dispatch.link:
        parts.append(f'[Open the alert]({dispatch.link})')
    payload = {'text': '\n'.join(parts)[:15_000]}
    return HttpMessage(
        url=dispatch.settings['url'],
        body=json.dumps(payload, ensure_ascii=False).encode(),
        headers={IDEMPOTENCY_KEY: dispatch.key},
    )


def escaped(text: str) -> str:
    """Markdown's own characters by a backslash (CommonMark 0.31, 2.4); an at-sign calls nobody."""
    return _SPECIAL.sub(r'\\\1', text).replace('@', '@\u200b').replace('\n', ' ')


def reads(body: Any) -> Reading:
    """The lines as Mattermost draws them."""
    head, *lines = body['text'].split('\n')
    links = [found.groups() for line in lines if (found := _LINK.fullmatch(line))]
    return Reading(
        title=_plain(head),
        lines=tuple(_plain(line) for line in lines if not _LINK.fullmatch(line)),
        links=tuple((words, address) for words, address in links),
    )


def _plain(text: str) -> str:
    """Without what makes words bold, and with the characters of the grammar as themselves."""
    return _ESCAPED.sub(lambda found: found[1] or '', text).replace('@\u200b', '@')


KIND = ChannelKind(
    key='mattermost',
    label='Mattermost',
    meaning='a message by an incoming webhook of Mattermost',
    fields=(url_field('https://chat.example.com/hooks/xxxxxxxx'), *WORDS),
    write=write,
    reads=reads,
)
