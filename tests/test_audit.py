"""``make audit`` takes nothing unknown for clean."""

import json

import pytest

from tests.audit import justification, locked, packages

VULNERABLE = {'name': 'b', 'version': '1', 'vulns': [{'id': 'PYSEC-1', 'fix_versions': ['2']}]}


@pytest.mark.parametrize(
    ('said', 'clean', 'unchecked'),
    [
        ([{'name': 'a', 'version': '1', 'vulns': []}, {'name': 'b', 'version': '1', 'vulns': []}], True, []),
        ([{'name': 'a', 'version': '1', 'vulns': []}, VULNERABLE], False, []),
        ([{'name': 'a', 'version': '1', 'vulns': []}, {'name': 'b', 'skip_reason': 'not found'}], False, ['b']),
        ([{'name': 'a', 'version': '1', 'vulns': []}], False, ['b']),
        ([], False, ['a', 'b']),
    ],
    ids=['all checked', 'vulnerable', 'skipped', 'not mentioned', 'nothing at all'],
)
def test_a_package_that_was_not_looked_up_is_a_failure(said: list[object], clean: bool, unchecked: list[str]) -> None:
    found = packages(json.dumps({'dependencies': said}), ['a', 'b'])
    assert (found.clean, sorted(found.unchecked)) == (clean, unchecked)


def test_silence_of_the_tool_is_a_failure() -> None:
    assert not packages('', ['a']).clean
    assert not packages('', []).clean


def test_a_finding_is_justified_by_words_where_it_stands() -> None:
    assert justification('x  # noqa: S104 - compared, not bound', 1, 'B104') == 'compared, not bound'
    assert justification('# ruff: noqa: S608 (names of ours)\nx', 2, 'B608') == 'names of ours'
    for source, line, rule in (('x  # noqa: S101', 1, 'B101'), ('x', 1, 'B101'), ('x  # noqa: S101 - y', 1, 'B102')):
        assert justification(source, line, rule) is None


def test_the_packages_are_those_of_the_lock() -> None:
    assert locked('aiohttp==3.9 \\\n    --hash=x\nTyping_Extensions==4 ; python\n# via x\n') == [
        'aiohttp',
        'typing-extensions',
    ]
