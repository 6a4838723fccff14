"""The file of kept heads: only added to, and honest about what it cannot say."""

from pathlib import Path

from domain.audit.model import Head, Kept
from persistence.journal.heads import KeptHeadsFile

T = 1_800_000_000.0
ONE, TWO = Head(3, 'a' * 64), Head(9, 'b' * 64)


def test_heads_are_added_when_they_have_moved_and_read_back(tmp_path: Path) -> None:
    file = KeptHeadsFile(tmp_path / 'audit-heads')
    file.add({'HARBOUR': ONE, 'EMPTY': Head(0, '')}, T)
    file.add({'HARBOUR': ONE}, T + 600)
    file.add({'HARBOUR': TWO}, T + 1200)
    assert file.path.read_text().count('\n') == 2
    assert file.path.stat().st_mode & 0o077 == 0
    assert file.read().heads == {'HARBOUR': [Kept(ONE, T), Kept(TWO, T + 1200)]}


def test_a_journal_without_a_kept_head_is_written_at_once_and_others_at_their_pace(tmp_path: Path) -> None:
    file = KeptHeadsFile(tmp_path / 'audit-heads')
    file.add({'HARBOUR': ONE}, T, every_s=600)
    file.add({'HARBOUR': TWO, 'NEW': ONE}, T + 60, every_s=600)
    assert file.read().heads == {'HARBOUR': [Kept(ONE, T)], 'NEW': [Kept(ONE, T + 60)]}
    file.add({'HARBOUR': TWO}, T + 600, every_s=600)
    assert file.read().heads['HARBOUR'] == [Kept(ONE, T), Kept(TWO, T + 600)]


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / 'audit-heads'
    KeptHeadsFile(path).add({'HARBOUR': ONE}, T)
    path.write_bytes(path.read_bytes()[:-20])
    again = KeptHeadsFile(path)
    again.add({'HARBOUR': TWO}, T)
    found = again.read()
    assert (found.heads, found.damaged) == ({'HARBOUR': [Kept(TWO, T)]}, 1)


def test_a_file_that_is_not_there_is_told_from_an_empty_one(tmp_path: Path) -> None:
    assert not KeptHeadsFile(tmp_path / 'none').read().found
    (tmp_path / 'empty').touch()
    assert KeptHeadsFile(tmp_path / 'empty').read().found
