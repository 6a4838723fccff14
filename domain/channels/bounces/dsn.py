"""A report of a mail server that a letter was not delivered (RFC 3464), read from what a stranger may have written.

Nothing of it is believed but what the service checks: which letter of ours it is about, and whether that went to this address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.message import Message

from domain.channels.kinds.mail import LETTER

MOST_PARTS, MOST_RECIPIENTS, MOST_LETTERS, MOST_SAID = 20, 50, 3, 300
_TO = ('To', 'Delivered-To', 'X-Original-To', 'Envelope-To', 'X-Envelope-To')
_ID = re.compile(r'[0-9A-HJKMNP-TV-Z]{26}', re.IGNORECASE)
_PATH = re.compile(r'\+([0-9A-HJKMNP-TV-Z]{26})@', re.IGNORECASE)
_ADDRESS = re.compile(r'<?([^\s<>;]{1,254})>?')
_STATUS = re.compile(r'[245]\.\d{1,3}\.\d{1,3}')


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRecipient:
    """An address to which a letter was not delivered: the one at which it failed, the ``original`` that it was sent to, and why."""

    address: str
    original: str
    said: str
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """``letters`` are the ids of deliveries that it names; ``failed`` leaves out what is merely late or was delivered."""

    letters: tuple[str, ...]
    failed: tuple[FailedRecipient, ...]


def read_report(data: bytes) -> DeliveryReport | None:
    """What a report says; ``None`` for a letter that is none."""
    try:
        letter = message_from_bytes(data)
        return _read(letter) if letter.get_content_type() == 'multipart/report' else None
    except (MessageError, ValueError, LookupError, RecursionError):  # what no mail server writes
        return None


def _read(letter: Message) -> DeliveryReport | None:
    inner = letter.get_payload()
    parts = [part for part in inner[:MOST_PARTS] if isinstance(part, Message)] if isinstance(inner, list) else []
    status = next((part for part in parts if part.get_content_type() == 'message/delivery-status'), None)
    blocks = status.get_payload() if status is not None else None
    if not isinstance(blocks, list):
        return None
    failed = [_failed(block) for block in blocks[1 : MOST_RECIPIENTS + 1] if isinstance(block, Message)]
    letters = dict.fromkeys(_letters(letter, parts))
    return DeliveryReport(letters=tuple(letters)[:MOST_LETTERS], failed=tuple(one for one in failed if one is not None))


def _letters(letter: Message, parts: list[Message]) -> Iterator[str]:
    """By the address that it came to, and by the letter that it gives back."""
    for name in _TO:
        for value in letter.get_all(name, [])[:MOST_PARTS]:
            yield from (found[1].upper() for found in _PATH.finditer(str(value)[:2000]))
    for part in parts:
        if part.get_content_type() == 'message/rfc822':
            inner = part.get_payload()
            returned = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
        elif part.get_content_type() in ('text/rfc822-headers', 'message/rfc822-headers'):
            returned = message_from_string(str(part.get_payload()))
        else:
            continue
        found = _ID.fullmatch(str(returned.get(LETTER, '')).strip()) if returned is not None else None
        if found is not None:
            yield found[0].upper()


def _failed(block: Message) -> FailedRecipient | None:
    if _value(block, 'Action').lower() != 'failed':
        return None
    address = _address(block, 'Final-Recipient') or _address(block, 'Original-Recipient')
    if not address:
        return None
    diagnosis, status = _typed(block, 'Diagnostic-Code'), _STATUS.match(_value(block, 'Status'))
    said = diagnosis or (status[0] if status is not None else 'not delivered')
    code = re.match(r'[245]\d\d\b', diagnosis)
    return FailedRecipient(
        address=address,
        original=_address(block, 'Original-Recipient') or address,
        said=said[:MOST_SAID],
        code=int(code[0]) if code is not None else None,
    )


def _address(block: Message, name: str) -> str:
    found = _ADDRESS.match(_typed(block, name))
    return found[1].lower() if found is not None else ''


def _typed(block: Message, name: str) -> str:
    """``smtp; 550 no such user`` without its type."""
    _, found, value = _value(block, name).partition(';')
    return value.strip() if found else ''


def _value(block: Message, name: str) -> str:
    """On one line, without what cannot be shown."""
    value = str(block.get(name, ''))[:2000].encode(errors='replace').decode()
    return ' '.join(''.join(each if each.isprintable() else ' ' for each in value).split())
