"""SMS by the message centre of an operator, over SMPP 3.4."""

import re
from zlib import crc32

from domain.channels.kinds.gsm import fitted, parts
from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, SmsMessage
from domain.channels.kinds.mail import checked_port, checked_server
from domain.channels.kinds.sms import checked_number
from domain.channels.kinds.templates import SHORT_FIELD, short_text
from domain.channels.kinds.wording import ANSWER
from domain.common.errors import Invalid
from domain.common.text import clean_line

MOST_PARTS = 4
_MOST_CHARACTERS = 600
_BESIDE_A_LINK = 160
"""Characters of the line, where a second one has the address that acknowledges."""
_SENDER = re.compile(r'[A-Za-z0-9 ._-]{1,11}|\+?[0-9]{3,15}')


def write(dispatch: Dispatch) -> SmsMessage:
    """One line; in parts where it is longer than a message, and in UCS-2 where a name needs it."""
    settings = dispatch.settings
    line = short_text(dispatch, _MOST_CHARACTERS if not dispatch.answer else _BESIDE_A_LINK)
    text = fitted(line, f'\n{ANSWER}: {dispatch.answer}' if dispatch.answer else '', MOST_PARTS)
    return SmsMessage(
        key=dispatch.key,
        number=settings['number'],
        parts=parts(text, most=MOST_PARTS, reference=crc32(dispatch.key.encode())),
        settings=settings,
        shown=(f'SMS to {settings["number"]}', text),
    )


def checked_sender(value: str, field: str) -> str:
    """A word of at most 11 characters, or a number."""
    if not _SENDER.fullmatch(value):
        raise Invalid('must be a number, or a word of at most 11 letters and digits', field=field)
    return value


def checked_short(most: int, value: str, field: str) -> str:
    """Text of ASCII that fits a field of SMPP."""
    value = clean_line(value, field, most=most)
    if not value.isascii():
        raise Invalid('must be of ASCII', field=field)
    return value


KIND = ChannelKind(
    key='smpp',
    label='SMS centre (SMPP)',
    meaning='a short message to a telephone, by the message centre of an operator',
    fields=(
        ChannelField(
            name='host', label='Message centre', meaning='its name or address', hint='smpp.example.com', is_host=True,
            clean=checked_server,
        ),
        ChannelField(name='port', label='Port', meaning='2775, or 3550 with TLS', default='2775', clean=checked_port),
        ChannelField(
            name='security', label='Security', meaning='how the connection is protected', choices=('tls', 'none'), default='none'
        ),
        ChannelField(
            name='system_id', label='System id', meaning='as the operator gave it',
            clean=lambda value, field: checked_short(15, value, field),
        ),
        ChannelField(
            name='password', label='Password', meaning='of that system id, 8 characters at most by the standard', secret=True,
            is_optional=True, clean=lambda value, field: checked_short(20, value, field),
        ),
        ChannelField(
            name='system_type', label='System type', meaning='where the operator asks for one', is_optional=True,
            clean=lambda value, field: checked_short(12, value, field),
        ),
        ChannelField(
            name='sender', label='From', meaning='a number, or a word of at most 11 characters', hint='Cellwarden', clean=checked_sender
        ),
        ChannelField(name='number', label='Number', meaning='international', hint='+31612345678', clean=checked_number),
        SHORT_FIELD,
    ),
    write=write,
    personal='number',
    reaches_one=bool,
)  # fmt: skip
