"""The words for fields and values. Across: those of every field that an entry of the journal can say was changed."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from domain.installation.events import EnterpriseChanged
from tests.ui.sentences.entries import entry
from ui.sentences.fields import LABELS, difference, label, labels_of, text_of
from ui.sentences.incidents import said
from ui.topics.audit import changed

DOMAIN = Path(__file__).parents[3] / 'domain'


def named(node: ast.AST, module: object) -> Iterator[str]:
    """The names of fields that an expression is made of: texts, and what the module calls so."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name) and part.id.isupper():
            found = getattr(module, part.id)
            for names in found.values() if isinstance(found, dict) else [found]:
                yield from names


def fields_of(path: Path) -> set[str]:
    """What a file of the domain writes into ``changes``, and what it asks the difference of."""
    tree = ast.parse(path.read_text())
    module = import_module('.'.join(path.relative_to(DOMAIN.parent).with_suffix('').parts))
    found = set[str]()
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        for call in [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == 'differences']:
            here = set(named(call.args[2], module))
            if isinstance(call.args[2], ast.Name) and not here:  # a name of this function, or of the one around it
                wanted = call.args[2].id
                for node in ast.walk(tree):
                    if isinstance(node, ast.Assign) and wanted in [getattr(one, 'id', '') for one in node.targets]:
                        here |= set(named(node.value, module))
            assert here, f'{path}: the fields of a difference are not found'
            found |= here
        for node in ast.walk(function):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Subscript) and getattr(target.value, 'id', '') == 'changes':
                    found |= set(named(target.slice, module))
                elif getattr(target, 'id', '') == 'changes' and isinstance(node.value, ast.Dict):
                    found |= {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return found


FILES = {
    str(path.relative_to(DOMAIN)): path
    for path in sorted(DOMAIN.rglob('*.py'))
    if 'differences(' in path.read_text() or 'changes[' in path.read_text()
}


def test_the_files_that_say_what_was_changed_are_found() -> None:
    assert {'towers/service.py', 'oncall/service.py', 'devices/service.py', 'installation/enterprises.py'} <= set(FILES)
    assert {'members', 'layers', 'steps', 'must_reach'} <= fields_of(FILES['oncall/service.py'])
    assert {'links_answer', 'name'} <= fields_of(FILES['installation/enterprises.py'])
    assert 'criticality' in fields_of(FILES['devices/service.py'])


@pytest.mark.parametrize('file', [one for one in FILES if one != 'common/versions.py'])
def test_every_field_that_can_be_changed_has_a_label(file: str) -> None:
    missing = {name for name in fields_of(FILES[file]) if name not in LABELS}
    assert not missing, f'{file}: say in ui/sentences/fields.py what people call {sorted(missing)}'


def test_labels_are_words_of_people() -> None:
    assert not [one for one in LABELS.values() if '_' in one or not one.strip()]


def test_an_edit_of_an_enterprise_reads_as_people_talk() -> None:
    recorded = entry(EnterpriseChanged, empty=True, changes={'links_answer': [False, True]})
    told = said(recorded)
    assert 'links in messages acknowledge without a sign-in from no to yes' in told
    assert 'links_answer' not in told
    assert 'False' not in told
    assert changed(recorded.entry)[0] == ('links in messages acknowledge without a sign-in', 'no → yes')


def test_a_field_means_something_else_of_another_noun() -> None:
    assert (label('rule', 'policy'), label('rule', 'maintenance_window')) == ('rule', 'repeats')
    assert labels_of(('rule', 'length_min'), 'maintenance_window') == 'repeats, length'
    assert label('of_a_later_release') == 'of a later release'


@pytest.mark.parametrize(
    ('name', 'value', 'words'),
    [
        ('enabled', True, 'yes'),
        ('grace_s', 600, '10 min'),
        ('length_min', 90, '1 h 30 min'),
        ('ends_at', 1_799_971_200.0, '2027-01-15T00:00:00Z'),
        ('action', 'full_lock', 'full lock'),
        ('name', 'full_lock', 'full_lock'),
        ('labels', {'site_id': 'port_1'}, 'site_id=port_1'),
        ('limits', {'critical_percent': 5}, 'critical percent: 5'),
        ('next_channel', None, 'none'),
        ('regions', [], 'none'),
    ],
)
def test_a_value_is_written_as_people_read_it(name: str, value: object, words: str) -> None:
    assert text_of(value, name) == words


def test_a_value_that_is_too_long_for_a_sentence_is_left_to_the_trail() -> None:
    assert difference('description', ['', 'word ' * 40]) == 'description'
    assert difference('description', ['', 'short']) == 'description from none to short'
