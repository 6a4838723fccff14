"""Content coding: which form is taken, and what the same body becomes."""

import gzip
from collections.abc import Callable

import pytest
import zstandard

from ui.server.encoding import Coding, coding_of, packed, takes_gzip


@pytest.mark.parametrize(
    ('accepted', 'taken'),
    [
        ('gzip', True),
        ('br, GZIP;q=0.5', True),
        ('*', True),
        ('br;q=1, *;q=0.1', True),
        ('', False),
        ('identity', False),
        ('gzip;q=0, *', False),
        ('gzip; q=0.000', False),
        ('gzip;q=0.001', True),
        ('gzippy', False),
        ('*;q=0', False),
    ],
)
def test_gzip_is_taken_where_it_is_named_or_meant(accepted: str, *, taken: bool) -> None:
    assert takes_gzip(accepted) is taken


@pytest.mark.parametrize(
    ('accepted', 'coding'),
    [
        ('gzip, deflate, br, zstd', Coding.ZSTD),
        ('gzip, zstd;q=0.1', Coding.ZSTD),
        ('gzip, zstd;q=0', Coding.GZIP),
        ('gzip', Coding.GZIP),
        ('*', Coding.GZIP),
        ('zstd;q=0, *;q=0', None),
        ('', None),
    ],
)
def test_zstd_goes_to_those_who_name_it(accepted: str, coding: Coding | None) -> None:
    assert coding_of(accepted) is coding


def test_what_is_kept_in_gzip_alone_goes_to_those_who_would_rather_have_zstd() -> None:
    assert takes_gzip('gzip, deflate, br, zstd')


@pytest.mark.parametrize('length', [10, 100_000])
@pytest.mark.parametrize(
    ('coding', 'unpacked'), [(Coding.GZIP, gzip.decompress), (Coding.ZSTD, zstandard.ZstdDecompressor().decompress)]
)
async def test_the_same_body_is_packed_into_the_same_bytes(
    length: int, coding: Coding, unpacked: Callable[[bytes], bytes]
) -> None:
    body = b'a tower is down. ' * (length // 10)
    assert unpacked(await packed(body, coding)) == body
    assert await packed(body, coding) == await packed(body, coding)
