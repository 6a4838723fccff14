"""What can be asked of counters is checked when it is written, and what can never be meant is refused."""

import pytest

from domain.common.errors import Invalid
from domain.own_rules.counters import COUNTERS, VIOLATIONS
from domain.own_rules.expressions import Expression, check_policies, checked_expression

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
        ('offline > 2 * 2 && offline < 100 / 4', True),
        ('offline > 4 && offline < 6', True),
        ('offline > 4 ? true : false', True),
        ('offline < 3 || offline > 4', True),
        ('offline_percent > 49 && offline_percent < 51', True),
        ('offline != 4 && offline != 6', True),
        ('offline * 1000001 > 5 && offline * 1000002 < 9000000', True),
        ('(offline > 10 ? late : offline) > 4', True),
        ('towers_down + towers_unreachable > 9 && !(unknown_cells == 0)', True),
    ],
)
def test_it_is_answered_by_the_counters(text: str, holds: bool) -> None:
    assert checked_expression(text).holds(VALUES) is holds


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
        ('1 / 0 > 1', 'names no counter'),
        ('offline > 1 || 1 / 0 > 1', '1 / 0 can never be answered: divide by zero'),
        ('offline / 0 > 1', 'offline / 0 can never be answered: it divides by zero'),
        ('offline % (2 - 2) > 1', 'it divides by zero'),
        ('offline > 1 || 2 > 1', '2 > 1 is the same whatever is read'),
        ('offline > 1 || true', 'the same whatever is read'),
        ('offline == offline', 'offline == offline is always true'),
        ('offline + late < offline + late', 'never true'),
        ('offline + late > -1', 'offline + late > -1 is always true'),
        ('offline * 2 < 0', 'never true'),
        ('-offline > 0', '-offline > 0 is never true'),
        ('0 > offline', '0 > offline is never true'),
        ('offline > 5 && offline < 3', 'offline > 5 and offline < 3 are never true together'),
        ('offline > 4 && late > 1 && 5 > offline', 'are never true together'),
        ('offline < 5 || offline >= 3', 'leave nothing out: one is always true'),
        ('offline == 1 && offline == 2', 'are never true together'),
        ('!(late > 1 && (offline > 5 && offline < 3))', 'are never true together'),
    ],
)
def test_what_cannot_be_asked_or_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_expression(text)
    assert refused.value.field == 'expression'
    assert words in refused.value.detail


def test_a_policy_has_to_be_there() -> None:
    with pytest.raises(Invalid, match="no policy 'Encripted'"):
        check_policies(Expression('violations["Encripted"] > 1'), ['Encrypted'])


def test_it_tells_what_it_read() -> None:
    assert (
        Expression('offline > 1 && violations["Encrypted"] > 1').told(VALUES) == 'offline 5, Encrypted is broken by 3'
    )
