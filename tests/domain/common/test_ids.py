"""Ids are ULIDs and secrets are kept as digests."""

import hashlib
import time

from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret


def test_an_id_has_26_crockford_characters_and_never_comes_twice() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert set(''.join(ids)) <= set('0123456789ABCDEFGHJKMNPQRSTVWXYZ')
    assert {len(one) for one in ids} == {26}


def test_ids_sort_by_the_moment_they_were_made() -> None:
    first = new_id()
    start = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == start:
        pass
    assert new_id() > first


def test_a_secret_carries_its_prefix_and_is_kept_as_a_digest() -> None:
    secret = new_secret('cwd')
    assert secret.startswith('cwd_')
    assert len(secret) > 40
    assert digest(secret) == hashlib.sha256(secret.encode()).digest()
