"""Reads every row that a start reads of each device and decodes its JSON: ``python -m tests.bench.rows FILE``.

Nothing else is imported, so that the process is the bare work.
"""

import json
import sqlite3
import sys
from contextlib import closing
from typing import Any

TABLES = ('device', 'device_state', 'device_report', 'credential', 'violation')


def read(path: str) -> list[list[Any]]:
    """The rows, all kept, as the server keeps them."""
    with closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as connection:
        return [
            [json.loads(value) if _is_json(value) else value for value in row]
            for table in TABLES
            for row in connection.execute(f'SELECT * FROM {table}')
        ]


def _is_json(value: object) -> bool:
    return isinstance(value, str) and value[:1] in ('{', '[')


if __name__ == '__main__':
    print(len(read(sys.argv[1])), 'rows')
