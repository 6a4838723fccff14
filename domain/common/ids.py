"""Identifiers: ULIDs, so that rows written together stand together in every index."""

import os
import time
from hashlib import blake2b

_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


def new_id() -> str:
    """A ULID: 48 bits of milliseconds and 80 more in 26 Crockford base-32 characters.

    The first 10 of those 80 are the microsecond, so that ids of one process are in order of making; the others are random.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    value = milliseconds << 80 | nanoseconds // 1000 << 70 | int.from_bytes(os.urandom(9), 'big') >> 2
    return _written(value)


def id_of_text(text: str) -> str:
    """An id for what is known by a text: always the same for the same text, in the alphabet of ULIDs."""
    return _written(int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), 'big'))


def _written(value: int) -> str:
    return ''.join([_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5)])
