"""What SMPP 3.4 sends and reads: units with a head of 16 octets."""

import struct
from dataclasses import dataclass

from domain.channels.kinds.gsm import SmsPart

BIND_TRANSMITTER, SUBMIT, DELIVER, UNBIND, ENQUIRE_LINK = 0x02, 0x04, 0x05, 0x06, 0x15
ANSWER = 0x8000_0000
"""Of a command: the same number with the highest bit."""
NACK = ANSWER
HEAD = struct.Struct('>IIII')
MOST_UNIT = 65_536
_JOINED = 0x40
"""The text begins with a header (5.2.12)."""
_INTERNATIONAL, _WORD, _UNKNOWN, _ISDN = 1, 5, 0, 1

WORDS = {
    0x01: 'message length is invalid', 0x02: 'command length is invalid', 0x08: 'system error', 0x0A: 'invalid source address',
    0x0B: 'invalid destination address', 0x0D: 'bind failed', 0x0E: 'invalid password', 0x0F: 'invalid system id',
    0x14: 'message queue is full', 0x45: 'submit failed', 0x58: 'throttled',
}  # fmt: skip
"""Some of what a centre answers (5.1.3)."""
REFUSED = frozenset({0x01, 0x0A, 0x0B, 0x33, 0x34, 0x48, 0x49, 0x50, 0x51})
"""It is the message or its number that is wrong."""
BUSY = frozenset({0x14, 0x58})


@dataclass(frozen=True, slots=True)
class Unit:
    """One of them."""

    command: int
    status: int
    sequence: int
    body: bytes = b''

    def written(self) -> bytes:
        """As it goes out."""
        return HEAD.pack(HEAD.size + len(self.body), self.command, self.status, self.sequence) + self.body


def status_words(status: int) -> str:
    """``SMPP 0x0B: invalid destination address``."""
    known = WORDS.get(status, '')
    return f'SMPP 0x{status:02X}' + (f': {known}' if known else '')


def bind(system_id: str, password: str, system_type: str) -> bytes:
    """The body of a bind (4.1.1)."""
    return _text(system_id) + _text(password) + _text(system_type) + bytes([0x34, _UNKNOWN, _UNKNOWN]) + _text('')


def submission(sender: str, number: str, part: SmsPart) -> bytes:
    """The body of a submission (4.4.1)."""
    digits = sender.removeprefix('+')
    ton, npi = (_INTERNATIONAL, _ISDN) if digits.isdigit() else (_WORD, 0)
    return b''.join((
        _text(''), bytes([ton, npi]), _text(digits),
        bytes([_INTERNATIONAL, _ISDN]), _text(number.removeprefix('+')),
        bytes([_JOINED if part.is_joined else 0, 0, 0]), _text(''), _text(''),
        bytes([0, 0, part.coding, 0, len(part.octets)]), part.octets,
    ))  # fmt: skip


def first_text(body: bytes) -> str:
    """A text that ends with a zero, at the beginning of a body."""
    return body.partition(b'\0')[0].decode('ascii', 'replace')[:64]


def _text(value: str) -> bytes:
    return value.encode('ascii', 'replace').replace(b'\0', b'') + b'\0'
