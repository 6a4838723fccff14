"""Content coding: in which form a client takes an answer, and who packs a body. See ``docs/caching.md``."""

import asyncio
import gzip
import zlib
from enum import StrEnum

import zstandard

LEAST = 1000
"""Bytes below which packing saves no packet."""
_AT_ONCE = 32 * 1024
"""Bytes that are packed in less time than a thread takes to be asked."""
_NOTHING = ('q=0', 'q=0.', 'q=0.0', 'q=0.00', 'q=0.000')


class Coding(StrEnum):
    """A form in which bodies are packed, by its name in ``Content-Encoding`` (RFC 9110, 8.4.1; RFC 8878, 7.2)."""

    ZSTD = 'zstd'
    GZIP = 'gzip'

    @property
    def suffix(self) -> str:
        """What the entity tag of a packed answer ends in: a strong tag names bytes (RFC 9110, 8.8.3.3)."""
        return f'-{self}'


def coding_of(accepted: str) -> Coding | None:
    """The coding that an ``Accept-Encoding`` allows (RFC 9110, 12.5.3), ``None`` for a body as it is.

    zstd where it is named, since it is quicker and shorter; else gzip where that is named, or meant by ``*``. A weight of nothing is a
    refusal; between others the choice is ours.
    """
    taken: dict[str, bool] = {}
    for part in accepted.lower().split(','):
        name, _, parameters = part.partition(';')
        taken[name.strip()] = parameters.replace(' ', '') not in _NOTHING
    if taken.get('zstd', False):
        return Coding.ZSTD
    if taken.get('gzip', taken.get('x-gzip', taken.get('*', False))):
        return Coding.GZIP
    return None


def takes_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` allows gzip, for what is kept packed in that form alone."""
    only = ','.join(part for part in accepted.split(',') if not part.strip().lower().startswith('zstd'))
    return coding_of(only) is Coding.GZIP


async def packed(body: bytes, coding: Coding, *, once: bool = False) -> bytes:
    """The body in this form, the same bytes for the same body; a long one is packed beside the event loop.

    ``once`` is for what is kept packed: it takes ten times as long and is a fifth shorter.
    """
    return _pack(body, coding, once) if len(body) <= _AT_ONCE else await asyncio.to_thread(_pack, body, coding, once)


def _pack(body: bytes, coding: Coding, once: bool) -> bytes:
    if coding is Coding.ZSTD:
        # one compressor for each: no two threads may share one; browsers take windows up to 8 MB, which these levels keep to
        return zstandard.ZstdCompressor(level=10 if once else 3).compress(body)
    return gzip.compress(body, compresslevel=9 if once else 1, mtime=0)


class Packer:
    """Packs a body that is sent in parts; each part can be read when it has come."""

    def __init__(self, coding: Coding | None) -> None:
        self._gzip = zlib.compressobj(1, wbits=31) if coding is Coding.GZIP else None
        self._zstd = zstandard.ZstdCompressor(level=3).compressobj() if coding is Coding.ZSTD else None

    def packed(self, part: bytes, *, last: bool = False) -> bytes:
        """The next part in this form."""
        if self._gzip is not None:
            return self._gzip.compress(part) + self._gzip.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
        if self._zstd is not None:
            end = zstandard.COMPRESSOBJ_FLUSH_FINISH if last else zstandard.COMPRESSOBJ_FLUSH_BLOCK
            return self._zstd.compress(part) + self._zstd.flush(end)
        return part
