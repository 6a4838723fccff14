"""Content coding: who takes gzip, and what the same body becomes."""

import gzip

import pytest

from ui.server.encoding import packed, takes_gzip


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


@pytest.mark.parametrize('length', [10, 100_000])
async def test_the_same_body_is_packed_into_the_same_bytes(length: int) -> None:
    body = b'a tower is down. ' * (length // 10)
    assert gzip.decompress(await packed(body)) == body
    assert await packed(body) == await packed(body)
