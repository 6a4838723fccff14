"""Secrets that leak can be found: every prefix that the manual names, by the expression it gives."""

import re
from pathlib import Path

import pytest

from domain.common.secrets import new_secret

MANUAL = (Path(__file__).parents[3] / 'docs' / 'tokens.md').read_text()


@pytest.mark.parametrize('prefix', ['cwt', 'cwe', 'cwd', 'cws', 'cwl'])
def test_the_expression_of_the_manual_finds_every_secret(prefix: str) -> None:
    (expression,) = [line for line in MANUAL.splitlines() if line.startswith('\\b')]
    secret = new_secret(prefix)
    assert f'`{prefix}_`' in MANUAL
    assert re.findall(expression, f'Authorization: Bearer {secret}"') == [secret]
