"""Microsoft Teams, by a workflow that posts what it gets by webhook: an adaptive card of version 1.4."""

import json
import re
from typing import Any

from domain.channels.kinds.chat import url_field
from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelKind, Dispatch, HttpMessage, Reading
from domain.channels.kinds.templates import TEXT, WORDS, heading, paragraphs
from domain.channels.kinds.wording import lines, symbol
from domain.common.severity import Severity

_SPECIAL = re.compile(r'([\\*_\[\]()#`~])')
_ESCAPED = re.compile(r'\\(.)')
_COLOURS = {
    Severity.CRITICAL: 'Attention',
    Severity.MAJOR: 'Attention',
    Severity.MINOR: 'Warning',
    Severity.WARNING: 'Warning',
}


def write(dispatch: Dispatch) -> HttpMessage:
    """A headline in the colour of its severity, facts, and a button."""
    said = dispatch.announcement
    colour = 'Good' if said.is_over else _COLOURS.get(said.severity, 'Default')
    title = f'{symbol(said)} {escaped(heading(dispatch))}'
    words = [{'type': 'TextBlock', 'text': line[:2000], 'wrap': True} for line in paragraphs(dispatch, escaped) if line]
    told = [{'title': label, 'value': escaped(value)[:2000]} for label, value in lines(dispatch)]
    below = words if dispatch.settings.get(TEXT) else [{'type': 'FactSet', 'facts': told}]
    card: dict[str, Any] = {
        '$schema': 'http://adaptivecards.io/schemas/adaptive-card.json',
        'type': 'AdaptiveCard',
        'version': '1.4',
        'body': [
            {'type': 'TextBlock', 'text': title, 'weight': 'Bolder', 'size': 'Medium', 'color': colour, 'wrap': True},
            *below,
        ],
    }
    if dispatch.link:
        card['actions'] = [{'type': 'Action.OpenUrl', 'title': 'Open the alert', 'url': dispatch.link}]
    attachment = {'contentType': 'application/vnd.microsoft.card.adaptive', 'contentUrl': None, 'content': card}
    payload = {'type': 'message', 'attachments': [attachment]}
    return HttpMessage(
        url=dispatch.settings['url'],
        body=json.dumps(payload, ensure_ascii=False).encode(),
        headers={IDEMPOTENCY_KEY: dispatch.key},
    )


def escaped(text: str) -> str:
    """A card reads a part of Markdown: its characters by a backslash. Markup of HTML is shown as it is."""
    return _SPECIAL.sub(r'\\\1', text).replace('\n', ' ')


def reads(body: Any) -> Reading:
    """The card as Teams draws it."""
    (attachment,) = body['attachments']
    card = attachment['content']
    head, *below = card['body']
    facts = [(one['title'], _plain(one['value'])) for part in below for one in part.get('facts', ())]
    return Reading(
        title=_plain(head['text']),
        lines=tuple(_plain(part['text']) for part in below if part['type'] == 'TextBlock'),
        facts=tuple(facts),
        links=tuple((one['title'], one['url']) for one in card.get('actions', ())),
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub(r'\1', text)


KIND = ChannelKind(
    key='teams',
    label='Microsoft Teams',
    meaning='an adaptive card by a workflow of Teams: “Post to a channel when a webhook request is received”',
    fields=(url_field('https://prod-00.westeurope.logic.azure.com/workflows/…'), *WORDS),
    write=write,
    reads=reads,
)
