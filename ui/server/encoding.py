"""Content coding: whether a client takes gzip, and who packs a body. See ``docs/caching.md``."""

import asyncio
import gzip

LEAST = 1000
"""Bytes below which packing saves no packet."""
_AT_ONCE = 32 * 1024
"""Bytes that are packed in less time than a thread takes to be asked."""


def takes_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` allows gzip (RFC 9110, 12.5.3): named, or meant by ``*``, and not with a weight of nothing."""
    others = False
    for part in accepted.lower().split(','):
        name, _, parameters = part.partition(';')
        wanted = parameters.replace(' ', '') not in ('q=0', 'q=0.', 'q=0.0', 'q=0.00', 'q=0.000')
        if name.strip() in ('gzip', 'x-gzip'):
            return wanted
        if name.strip() == '*':
            others = wanted
    return others


async def packed(body: bytes) -> bytes:
    """The body in gzip, the same bytes for the same body; a long one is packed beside the event loop."""
    return _pack(body) if len(body) <= _AT_ONCE else await asyncio.to_thread(_pack, body)


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)
