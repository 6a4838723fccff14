"""What a column says before a value goes with what the value says: never "since: for 54 s"."""

import re
from pathlib import Path

from ui.frame import __file__ as frame

_COLUMN = re.compile(r"Column\([^)]*?label='([^']*)'[^)]*?mode='(\w+)'")


def test_a_label_and_its_age_are_one_phrase() -> None:
    columns = [column for path in Path(frame).parent.rglob('*.py') for column in _COLUMN.findall(path.read_text())]
    assert ('Violating for', 'bare') in columns
    assert [column for column in columns if re.search(r'\b(since|for)$', column[0], re.I) and column[1] != 'bare'] == []
