"""How an alert would be told on a channel, in JSON."""

from msgspec import Struct

from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import Message
from domain.channels.kinds.reading import as_sent, reading
from ui.api.http.schema import Schema


class PreviewFact(Struct, kw_only=True, frozen=True):
    """A label and its value."""

    label: str
    value: str


class PreviewLink(Struct, kw_only=True, frozen=True):
    """What a link or a button says, and where it leads."""

    words: str
    address: str


class PreviewReading(Struct, kw_only=True, frozen=True):
    """A message as the person reads it who gets it: without markup."""

    title: str
    lines: tuple[str, ...]
    facts: tuple[PreviewFact, ...]
    links: tuple[PreviewLink, ...]


class ChannelPreview(Struct, kw_only=True, frozen=True):
    """How an alert would be told on a channel: the body of the request, or the mail. Secrets are left out. ``reading`` is what its reader
    sees, null where a program reads it; ``as_sent`` the request with its headers."""

    title: str
    body: str
    reading: PreviewReading | None
    as_sent: str


CHANNEL_PREVIEW = Schema(
    ChannelPreview,
    {
        'title': 'POST https://chat.example.com/hooks/xxxxxxxx',
        'body': '{"text":"■ **Major: Mast is down**"}',
        'reading': {'title': '■ Major: Mast is down', 'lines': [], 'facts': [], 'links': []},
        'as_sent': 'POST https://chat.example.com/hooks/xxxxxxxx\ncontent-type: application/json\n\n{…}',
    },
)


def channel_preview(kind: str, message: Message) -> ChannelPreview:
    """What is sent, as text."""
    title, body = message.shown
    read = reading(KINDS[kind], message)
    said = None
    if read is not None:
        said = PreviewReading(
            title=read.title,
            lines=read.lines,
            facts=tuple(PreviewFact(label=label, value=value) for label, value in read.facts),
            links=tuple(PreviewLink(words=words, address=address) for words, address in read.links),
        )
    return ChannelPreview(title=title, body=body, reading=said, as_sent=as_sent(message))
