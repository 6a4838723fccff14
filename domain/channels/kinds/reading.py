"""How a message reads to the person who gets it, and how it is sent: for a preview, before anything is."""

import json

from domain.channels.kinds.gsm import GSM
from domain.channels.kinds.kind import (
    ChannelKind,
    HttpMessage,
    LongTailMessage,
    MailMessage,
    Message,
    PushMessage,
    Reading,
    SmsMessage,
)


def reading(kind: ChannelKind, message: Message) -> Reading | None:
    """As the person reads it who gets it; ``None`` where a program does."""
    if isinstance(message, HttpMessage):
        return kind.reads(json.loads(message.body)) if kind.reads is not None else None
    title, text = message.shown
    return Reading(title=title, lines=tuple(text.splitlines()))


def as_sent(message: Message) -> str:
    """The request with its headers, the mail with those it has beside its date, or what stands for it; JSON is set apart by lines."""
    match message:
        case HttpMessage():
            headers = {'content-type': message.media_type} if message.body else {}
            head = [f'{message.method} {message.url}', *_lines(headers | dict(message.headers))]
            return _whole(head, _indented(message.body))
        case MailMessage():
            said = {'From': message.sender, 'To': ', '.join(message.recipients), 'Subject': message.subject}
            return _whole(_lines(said | dict(message.headers)), message.text)
        case PushMessage():
            return _indented(message.payload)
        case SmsMessage():
            coding = 'GSM 7-bit' if all(part.coding == GSM for part in message.parts) else 'UCS-2'
            many = f'{len(message.parts)} short messages, joined' if len(message.parts) > 1 else '1 short message'
            return _whole([f'To: {message.number}', f'Coding: {coding}', f'Parts: {many}'], message.shown[1])
        case LongTailMessage():
            return _whole([f'Title: {message.title}', f'Level: {message.level}'], message.text)


def _lines(headers: dict[str, str]) -> list[str]:
    return [f'{name}: {value}' for name, value in headers.items()]


def _whole(head: list[str], body: str) -> str:
    return '\n'.join([*head, '', body]) if body else '\n'.join(head)


def _indented(body: bytes) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2) if body else ''
