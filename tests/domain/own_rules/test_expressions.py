"""What can be asked of counters is checked when it is written, and what can never be meant is refused."""

import pytest

from domain.common.errors import Invalid
from domain.own_rules.counters import COUNTERS, VIOLATIONS
from domain.own_rules.expressions import Expression, check_policies

VALUES = {**{one.name: 50.0 if one.most == 100 else 5 for one in COUNTERS}, VIOLATIONS: {'Encrypted': 3}}


@pytest.mark.parametrize(
    ('text', 'holds'),
    [
        ('offline > 4', True),
        ('offline > 5 || late >= 5', True),
        ('offline_percent > 40 && devices >= 5', True),
        ('offline_percent > 40.5', True),
        ('violations["Encrypted"] > 3', False),
        ("violations['Encrypted'] >= 3", True),
        ('offline * 100 / devices > 50', True),
        ('towers_down + towers_unreachable > 9 && !(unknown_cells == 0)', True),
    ],
)
def test_it_is_answered_by_the_counters(text: str, holds: bool) -> None:
    assert Expression(text).holds(VALUES) is holds


def test_a_part_of_nothing_has_no_answer() -> None:
    assert Expression('offline / devices > 1').holds({**VALUES, 'devices': 0}) is None


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        ('', 'must have 1 to 500'),
        ('x' * 501, 'must have 1 to 500'),
        ('ofline > 1', 'there is no counter ofline'),
        ('1 < 2', 'names no counter'),
        ('offline', 'must answer yes or no'),
        ('offline > "many"', ''),
        ('offline < 0', 'never true'),
        ('offline >= 0', 'always true'),
        ('offline > -1', 'always true'),
        ('offline_percent > 100', 'never true'),
        ('offline_percent <= 100', 'always true'),
        ('offline_percent == 5', 'compare it with < or >'),
        ('violations["x"] >= 0', 'always true'),
        ('violations > 1', 'name the policy in quotes'),
        ('violations.all(x, true)', 'functions and fields'),
        ('size(violations) > 1', 'functions and fields'),
        ('offline > 1 &&', ''),
    ],
)
def test_what_cannot_be_asked_or_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        Expression(text)
    assert refused.value.field == 'expression'
    assert words in refused.value.detail


def test_a_policy_has_to_be_there() -> None:
    with pytest.raises(Invalid, match="no policy 'Encripted'"):
        check_policies(Expression('violations["Encripted"] > 1'), ['Encrypted'])


def test_it_tells_what_it_read() -> None:
    assert (
        Expression('offline > 1 && violations["Encrypted"] > 1').told(VALUES) == 'offline 5, Encrypted is broken by 3'
    )
