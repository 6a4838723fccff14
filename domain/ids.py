"""Identifiers: ULIDs, so that rows written together stand together in every index."""

import os
import time

_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


def new_id() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in 26 Crockford base-32 characters."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), 'big')
    return ''.join([_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5)])
