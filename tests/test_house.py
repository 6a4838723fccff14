"""Rules of the house that no linter knows."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from domain.checks.kinds import KINDS

ROOT = Path(__file__).parent.parent
PACKAGES = ('ui', 'domain', 'persistence', 'jobs')
LOCKS = ('requirements.lock', 'tests/requirements.lock')
MOST_LINES = 300


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob('*.py') if 'migrations' not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that ``path`` imports, by its whole name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def canonical(name: str) -> str:
    return re.sub('[-_.]+', '-', name).lower()


def words_in(path: Path) -> set[str]:
    """Every text in quotes of a module, docstrings aside; of one with places in it, what stands between them."""
    tree = ast.parse(path.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    }


@pytest.mark.parametrize('lock', LOCKS)
def test_a_lock_pins_everything_with_hashes_and_names_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r'https?://|file:|--(extra-)?index-url|--find-links|^\s*#.*\s/\w', text, re.MULTILINE)
    requirements = re.split(
        r'\n(?=[a-z0-9])', re.sub(r'^#.*\n', '', text, flags=re.MULTILINE).strip(), flags=re.IGNORECASE
    )
    assert len(requirements) > 50
    assert [line for line in requirements if '==' not in line or '--hash=sha256:' not in line] == []


def test_the_locks_are_the_only_locks() -> None:
    assert not (ROOT / 'uv.lock').exists()


def test_files_can_be_read_in_one_go() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources(*PACKAGES)}
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile('|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X')))
    assert [str(path.relative_to(ROOT)) for path in sources(*PACKAGES, 'tests') if marks.search(path.read_text())] == []


def test_ui_is_imported_by_its_modules_so_that_the_name_stays_with_nicegui() -> None:
    whole = re.compile(r'^\s*import ui\b', re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path in sources(*PACKAGES, 'tests') if whole.search(path.read_text())] == []


def test_whatever_is_imported_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
    declared = {canonical(re.split(r'[^\w.-]', line)[0]) for line in project['dependencies']}
    providers = packages_distributions()
    modules = {name.split('.')[0] for path in sources(*PACKAGES) for name in imported(path)}
    foreign = modules - set(sys.stdlib_module_names) - set(PACKAGES)
    assert {
        name for name in foreign if not declared & {canonical(provider) for provider in providers.get(name, [])}
    } == set()


def test_a_check_kind_is_spelled_in_one_file_and_asked_in_one() -> None:
    """What else knows of a kind reads it from the rows. A word such as ``http`` has other meanings where nothing is known of checks;
    the simulator speaks of checks as any program does, in the words of the API."""
    about_checks = {
        path: words_in(path)
        for path in sources(*PACKAGES)
        if 'simulation' not in path.parts
        and any(name.startswith(('domain.checks', 'jobs.polling')) for name in imported(path))
    }
    assert len(about_checks) > 20
    kinds = {path.stem for path in (ROOT / 'domain/checks/kinds').glob('*.py')} - {'__init__', 'kind'}
    assert kinds == KINDS.keys()
    for kind in kinds:
        row, probe = ROOT / f'domain/checks/kinds/{kind}.py', ROOT / f'jobs/polling/probes/{kind}.py'
        spelled = {path for path, words in about_checks.items() if kind in words}
        assert spelled - {probe} == {row}
        known = {path for path in sources(*PACKAGES) if f'domain.checks.kinds.{kind}' in set(imported(path))}
        assert known == {probe}


def test_an_alert_key_is_spelled_in_one_file() -> None:
    """Pages have topics of the same spelling; they know no key of an alert."""
    alerts = sorted((ROOT / 'domain').glob('*/alerts.py'))
    keys = {word: path for path in alerts for word in words_in(path) if word.endswith('/{}') or '/{}/' in word}
    assert len(keys) > 5
    for path in sources('domain', 'persistence', 'jobs'):
        heads = {key.partition('{}')[0] for key, own in keys.items() if own != path}
        assert [word for word in words_in(path) for head in heads if word.startswith(head)] == []
    low = {'domain.alerts.raising', 'domain.alerts.lookup', 'domain.alerts.rule'}
    raisers = {path for path in sources(*PACKAGES) if low & set(imported(path))}
    assert {path.name for path in raisers if path.parent.name != 'alerts' or 'domain' not in path.parts} == {
        'alerts.py'
    }
