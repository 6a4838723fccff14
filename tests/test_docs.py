"""Across the guides: a test that a table names exists, in the file that it names, and every row of what is cached has one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / 'docs').glob('*.md'))
_FILE = re.compile(r'`((?:tests/)?[\w/]*test_\w+\.py)`(?:: (?P<names>(?:`…?\w+…?`(?:, )?)+))?')
_NAME = re.compile(r'`(…?)(\w+)(…?)`')


def _files(named: str) -> list[Path]:
    """The file of that path, or the only ones of that name."""
    return [ROOT / named] if named.startswith('tests/') else sorted((ROOT / 'tests').rglob(Path(named).name))


@pytest.mark.parametrize('guide', GUIDES, ids=lambda path: path.name)
def test_the_tests_that_a_guide_names_are_there(guide: Path) -> None:
    missing = []
    for found in _FILE.finditer(guide.read_text()):
        files = _files(found[1])
        text = '\n'.join(file.read_text() for file in files if file.is_file())
        if not text:
            missing.append(found[1])
        for _, name, _ in _NAME.findall(found['names'] or ''):
            if not re.search(rf'def test_\w*{name}', text):
                missing.append(f'{found[1]}: {name}')
    assert missing == []


def test_every_row_of_what_is_cached_names_a_test() -> None:
    rows = [line for line in (ROOT / 'docs/caching.md').read_text().splitlines() if line.startswith('| ')]
    told = [line for line in rows if not set(line) <= set('|- ') and not line.startswith('| what |')]
    assert told
    assert [line for line in told if not _FILE.search(line.rsplit('|', 2)[1])] == []
