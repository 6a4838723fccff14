"""What is decided beforehand is refused with the part that is; and only that: asked of an obvious model, every value in turn."""

from itertools import product
from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.decided import Decided, Range, check_decided, worked_in
from domain.rules.language import check_said
from domain.rules.tree import read_tree

MOST = 4
ENV = cel.NewEnv(variables={'a': cel.Type.INT, 'b': cel.Type.INT})
RANGES = {'a': Range(0, MOST, is_whole=True), 'b': Range(0, MOST, is_whole=True)}

numbers = st.integers(-2, MOST + 2)
names = st.sampled_from(['a', 'b'])
sums = st.one_of(
    names,
    st.builds('{} {} {}'.format, names, st.sampled_from(['+', '-', '*']), st.one_of(names, numbers.map(str))),
)
comparisons = st.builds(
    '{} {} {}'.format,
    sums,
    st.sampled_from(['<', '<=', '>', '>=', '==', '!=']),
    st.one_of(sums, numbers.map(str)),
)
expressions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds('({} {} {})'.format, inner, st.sampled_from(['&&', '||']), inner), st.builds('!({})'.format, inner)
    ),
    max_leaves=4,
)


def answers(text: str) -> set[Any]:
    """Of every value that the names can have."""
    compiled = ENV.compile(text)
    return {compiled.eval(ENV.Activation({'a': a, 'b': b})).value() for a, b in product(range(MOST + 1), repeat=2)}


def refused(text: str) -> str:
    try:
        check_decided(read_tree(ENV.compile(text).serialize()).root, RANGES.get, worked_in(ENV))
    except Decided as found:
        return found.words
    return ''


@given(comparisons)
def test_a_comparison_that_is_refused_has_one_answer(text: str) -> None:
    if refused(text):
        assert len(answers(text)) == 1, text


@given(st.lists(comparisons, min_size=2, max_size=4), st.sampled_from([' && ', ' || ']))
def test_parts_that_are_refused_together_have_one_answer_or_one_of_them_has(parts: list[str], sign: str) -> None:
    text = sign.join(parts)
    if refused(text):
        assert len(answers(text)) == 1 or any(len(answers(part)) == 1 for part in parts), text


@given(expressions)
def test_nothing_that_can_be_written_breaks_it(text: str) -> None:
    assert isinstance(refused(text), str)


@pytest.mark.parametrize('sign', ['<', '<=', '>', '>=', '==', '!='])
@pytest.mark.parametrize('number', range(-2, MOST + 3))
def test_one_name_and_a_number_are_refused_exactly_when_they_have_one_answer(sign: str, number: int) -> None:
    for text in (f'a {sign} {number}', f'{number} {sign} a'):
        assert bool(refused(text)) == (len(answers(text)) == 1), text


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        ('device.battery.level > 20.0 || 1 / 0 > 1', '1 / 0 can never be answered'),
        ('device.battery.level > 20.0 || true', 'is the same whatever is read'),
        ('device.battery.level > 50.0 && device.battery.level < 20.0', 'are never true together'),
        ('device.battery.level < 50.0 || device.battery.level > 20.0', 'one is always true'),
        ('device.kind == device.kind', 'always true'),
        ('device.battery.level > 20.0 && "abc".startsWith("a")', 'is the same whatever is read'),
        ('device.battery.level > double("much")', 'double("much") can never be answered'),
        ('device.uptime_s / 0 > 1', 'divides by zero'),
    ],
)
def test_rules_over_facts_are_refused_for_the_same(text: str, words: str) -> None:
    with pytest.raises(Decided) as found:
        check_said(text)
    assert words in found.value.words


@pytest.mark.parametrize(
    'text',
    [
        '!device.security.rooted',
        'device.security.rooted == true',
        'device.battery.level < 20.0 && !device.battery.charging',
        'device.kind in ["tablet", "phone"] || device.labels["site"] == "port"',
        'has(device.labels.site) && device.labels.exists(key, key.startsWith("s"))',
        'device.os.patch_age_days > 30 * 2',
        'version(device.os.version) < version("12.1")',
    ],
)
def test_rules_that_can_be_meant_are_taken(text: str) -> None:
    check_said(text)
