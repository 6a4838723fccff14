"""What is sealed can be read with the same key and with no other; the key is made once."""

from pathlib import Path

import pytest

from domain.common.errors import Invalid
from tests.fakes import Clock
from ui.crypto.fernet import KEY_FILE, FernetSeal, kept_key

KEY = 'k' * 32


def test_only_the_same_key_opens_a_seal() -> None:
    sealed = FernetSeal(KEY).seal('JBSWY3DP')
    assert 'JBSWY3DP' not in sealed
    assert FernetSeal(KEY).open(sealed) == 'JBSWY3DP'
    assert FernetSeal('another' * 5).open(sealed) is None
    for spoilt in ('', 'é', sealed[:-1], sealed[:-5] + 'AAAA='):
        assert FernetSeal(KEY).open(spoilt) is None


def test_a_seal_may_be_too_old() -> None:
    clock = Clock()
    seal = FernetSeal(KEY, clock)
    sealed = seal.seal('word')
    clock.tick(60)
    assert seal.open(sealed, within_s=60) == 'word'
    clock.tick(1)
    assert seal.open(sealed, within_s=60) is None
    assert seal.open(sealed) == 'word'


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = kept_key(tmp_path)
    assert len(key) == 64
    assert kept_key(tmp_path) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_short_key_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid, match='openssl rand -hex 32') as refused:
        FernetSeal('hunter2')
    assert refused.value.field == 'CELLWARDEN_SECRET_KEY'
    assert 'hunter2' not in refused.value.detail
