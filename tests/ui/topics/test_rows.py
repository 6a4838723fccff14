"""The rows of topics: each noun's are joined, and no name stands for two."""

from importlib import import_module
from pkgutil import iter_modules

from ui.topics import TOPICS
from ui.topics import __path__ as folder


def test_every_row_of_every_noun_is_joined_under_a_name_of_its_own() -> None:
    modules = [import_module(f'ui.topics.{found.name}') for found in iter_modules(folder)]
    rows = [row for module in modules for row in getattr(module, 'TOPICS', ())]
    assert len(rows) > 30
    assert {row.name: row for row in rows} == TOPICS
    assert len(rows) == len(TOPICS)
