"""``make audit``: what bandit finds in our code, and what is known about the packages we ship; nothing unknown passes as clean.

A finding of bandit is justified where it stands: by ``# nosec B311 - reason``, or by the same rule of ruff (``B608`` is ``S608``) being
set aside there with a reason. A package that pip-audit could not look up is a failure, not a silence.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SOURCES = ('ui', 'domain', 'persistence', 'jobs')
LOCK = 'requirements.lock'
_AT_LINE = r'# noqa:[^#]*\bS{}\b\W*(\w.*)'
_AT_FILE = r'(?m)^# ruff: noqa:[^#\n]*\bS{}\b\W*(\w.*)$'
_WAITS_S = 900


@dataclass(frozen=True, slots=True)
class Finding:
    """What bandit says of a line, and why that is no trouble, if the line says so."""

    rule: str
    place: str
    text: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Packages:
    """What pip-audit says: known vulnerabilities as sentences, packages that were looked up, and those that were not."""

    vulnerable: Sequence[str]
    checked: Sequence[str]
    unchecked: Mapping[str, str]

    @property
    def clean(self) -> bool:
        """True only when every package was looked up and none is known to be vulnerable."""
        return bool(self.checked) and not self.vulnerable and not self.unchecked


def justification(source: str, line: int, rule: str) -> str | None:
    """The reason that stands in the source for setting a rule aside at a line; none without words."""
    number = rule.removeprefix('B')
    lines = source.splitlines()
    found = re.search(_AT_LINE.format(number), lines[line - 1]) if line <= len(lines) else None
    found = found or re.search(_AT_FILE.format(number), source)
    return found[1].rstrip(') ') if found else None


def findings(report: str) -> list[Finding]:
    """The findings in bandit's JSON."""
    return [
        Finding(
            one['test_id'],
            f'{one["filename"]}:{one["line_number"]}',
            one['issue_text'],
            justification((ROOT / one['filename']).read_text(), one['line_number'], one['test_id']),
        )
        for one in json.loads(report)['results']
    ]


def packages(report: str, wanted: Sequence[str]) -> Packages:
    """What pip-audit's JSON says of the packages we ship; one that it does not mention was not checked either."""
    vulnerable: list[str] = []
    checked: list[str] = []
    unchecked = dict.fromkeys(wanted, 'not mentioned')
    for one in json.loads(report)['dependencies'] if report.strip() else ():
        name = one['name']
        if 'skip_reason' in one or 'vulns' not in one:
            unchecked[name] = one.get('skip_reason', 'no answer')
            continue
        unchecked.pop(name, None)
        checked.append(name)
        vulnerable += [
            f'{name} {one["version"]}: {each["id"]}, fixed in {", ".join(each["fix_versions"]) or "no version"}'
            for each in one['vulns']
        ]
    return Packages(vulnerable, checked, unchecked)


def locked(text: str) -> list[str]:
    """The names in a lock file, as pip-audit spells them."""
    return [re.sub(r'[-_.]+', '-', name).lower() for name in re.findall(r'(?m)^([A-Za-z0-9][\w.-]*)==', text)]


def main() -> int:
    """Tell both, and fail unless both are clean."""
    bandit = _run('bandit', '--quiet', '--recursive', *SOURCES, '--format', 'json')
    if not bandit.strip():
        return 1
    found = findings(bandit)
    open_ones = [one for one in found if one.because is None]
    print(f'bandit: {len(open_ones)} findings, {len(found) - len(open_ones)} justified where they stand')
    for one in open_ones:
        print(f'  {one.place} {one.rule} {one.text}')

    options = ('--require-hashes', '--disable-pip', '--format', 'json', '--progress-spinner', 'off', '--timeout', '15')
    said = packages(_run('pip_audit', '-r', LOCK, *options), locked((ROOT / LOCK).read_text()))
    print(
        f'pip-audit: {len(said.vulnerable)} known vulnerabilities in {len(said.checked)} packages checked, '
        f'{len(said.unchecked)} NOT CHECKED'
    )
    for sentence in said.vulnerable:
        print(f'  {sentence}')
    for name, why in sorted(said.unchecked.items()):
        print(f'  not checked: {name} ({why})')
    passed = not open_ones and said.clean
    print('the audit passed' if passed else 'the audit FAILED')
    return 0 if passed else 1


def _run(module: str, *arguments: str) -> str:
    done: Any = subprocess.run(
        [sys.executable, '-m', module, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=_WAITS_S
    )
    if not done.stdout.strip():
        print(f'{module} said nothing: {done.stderr.strip().splitlines()[-1:]}')
    return str(done.stdout)


if __name__ == '__main__':
    sys.exit(main())
