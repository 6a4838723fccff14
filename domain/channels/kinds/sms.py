"""SMS by the HTTP gateway of an operator or a modem: one short line to one number."""

import json
import re
import unicodedata
from typing import Any

from domain.channels.kinds.gsm import BASIC, ESCAPE
from domain.channels.kinds.kind import IDEMPOTENCY_KEY, ChannelField, ChannelKind, Dispatch, HttpMessage, Reading
from domain.channels.kinds.templates import SHORT_FIELD, short_text
from domain.channels.kinds.wording import ANSWER
from domain.common.errors import Invalid
from domain.common.web_addresses import checked_web_address

_NUMBER = re.compile(r'\+[1-9][0-9]{6,14}')
_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_.-]{0,31}')
_GSM = frozenset(BASIC) - {chr(ESCAPE)}
"""The default alphabet (3GPP TS 23.038, 6.2.1), without what takes two places: 160 of these are one message."""
_MOST_GSM, _MOST_UCS2 = 160, 70
"""Characters of one message, by its alphabet."""
_ALIKE = {
    '’': "'",
    '‘': "'",
    '“': '"',
    '”': '"',
    '–': '-',
    '—': '-',
    '…': '...',
    '[': '(',
    ']': ')',
    '{': '(',
    '}': ')',
    '~': '-',
}


def write(dispatch: Dispatch) -> HttpMessage:
    """The number and the text under the names that the gateway knows."""
    settings = dispatch.settings
    body = {settings['number_field']: settings['number'], settings['text_field']: _text(dispatch)}
    headers = {'authorization': settings['authorization']} if settings.get('authorization') else {}
    headers[IDEMPOTENCY_KEY] = dispatch.key
    return HttpMessage(url=settings['url'], body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)


def _text(dispatch: Dispatch) -> str:
    """160 characters are one message, 70 of other alphabets; what acknowledges has a place of its own, whole, and makes it two."""
    line = in_gsm(said) if _can_be_read_in_gsm(said := short_text(dispatch)) else short_text(dispatch, _MOST_UCS2)
    line = line if len(line) <= _MOST_GSM else f'{line[: _MOST_GSM - 3]}...'
    return f'{line}\n{ANSWER}: {dispatch.answer}' if dispatch.answer else line


def _can_be_read_in_gsm(text: str) -> bool:
    """False where a word would be mostly question marks: nobody knows at night which site ????? is."""
    return all(2 * sum(map(_is_lost, word)) <= len(word) for word in text.split())


def _is_lost(char: str) -> bool:
    return char.isalnum() and _letter(char) == '?'


def in_gsm(text: str) -> str:
    """The text in the default alphabet: letters without their accents, where it has none, and a question mark for what it cannot say.

    One other letter would make the whole message UCS-2, of which 70 are one message.
    """
    return ''.join(_letter(each) for each in text)


def _letter(char: str) -> str:
    if char in _GSM:
        return char
    if char in _ALIKE:
        return _ALIKE[char]
    plain = ''.join(each for each in unicodedata.normalize('NFKD', char) if each in _GSM)
    return plain or ('' if unicodedata.category(char)[0] in 'MC' else '?')


def checked_number(value: str, field: str) -> str:
    """An international number (ITU-T E.164)."""
    value = re.sub(r'[\s()./-]', '', value)
    if not _NUMBER.fullmatch(value):
        raise Invalid('must be an international number, + and 7 to 15 digits', field=field)
    return value


def checked_field(value: str, field: str) -> str:
    """The name of a field of JSON."""
    if not _NAME.fullmatch(value):
        raise Invalid('must be the name of a field: letters, digits and _.-', field=field)
    return value


def reads(body: Any) -> Reading:
    """The number, and the text as the telephone shows it."""
    *number, text = body.values()
    title = f'SMS to {number[0]}' if number else 'SMS'
    return Reading(title=title, lines=tuple(text.split('\n')))


KIND = ChannelKind(
    key='sms',
    label='SMS gateway',
    meaning='one short line to a telephone, by the HTTP gateway of an operator or of a modem of yours',
    fields=(
        ChannelField(
            name='url',
            label='Address',
            meaning='where the gateway takes messages, by POST of JSON',
            hint='https://sms.example.com/v1/messages',
            is_url=True,
            clean=checked_web_address,
        ),
        ChannelField(name='number', label='Number', meaning='international', hint='+31612345678', clean=checked_number),
        ChannelField(
            name='authorization',
            label='Authorization',
            meaning='what the header says, such as Bearer and a token',
            secret=True,
            is_optional=True,
        ),
        ChannelField(
            name='number_field', label='Field of the number', meaning='in the JSON', default='to', clean=checked_field
        ),
        ChannelField(
            name='text_field', label='Field of the text', meaning='in the JSON', default='text', clean=checked_field
        ),
        SHORT_FIELD,
    ),
    write=write,
    reads=reads,
    personal='number',
    reaches_one=bool,
    differ=('number_field', 'text_field'),
)
