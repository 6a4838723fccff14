"""Filters that an address carries."""

import pytest

from domain.common.errors import Invalid
from domain.common.severity import Severity
from ui.topics.chosen import chosen_flag, chosen_ids, chosen_values, chosen_words


def test_a_filter_has_several_values_between_commas() -> None:
    query = {'severity': 'major,minor', 'tower': 'T1, T2,'}
    assert chosen_values(Severity, query, 'severity') == {Severity.MAJOR, Severity.MINOR}
    assert chosen_ids(query, 'tower') == {'T1', 'T2'}
    assert chosen_ids(query, 'policy') == frozenset()


def test_a_value_that_does_not_exist_is_refused_by_the_name_of_its_filter() -> None:
    with pytest.raises(Invalid) as refused:
        chosen_values(Severity, {'severity': 'major,awful'}, 'severity')
    assert refused.value.field == 'severity'


def test_the_refusal_names_what_there_is() -> None:
    with pytest.raises(Invalid, match="is one of critical, major, minor, warning, indeterminate, cleared, not 'awful'"):
        chosen_values(Severity, {'severity': 'awful'}, 'severity')
    assert chosen_words(('open', 'cleared'), {'state': 'cleared'}, 'state') == ('cleared',)
    assert chosen_words(('open', 'cleared'), {}, 'state') == ()


def test_a_flag_is_true_or_false_and_nothing_else_means_the_contrary_of_either() -> None:
    assert [chosen_flag({'odd': said}, 'odd') for said in ('true', 'false', '')] == [True, False, None]
    assert chosen_flag({}, 'odd') is None
    with pytest.raises(Invalid, match='is one of true, false'):
        chosen_flag({'odd': 'perhaps'}, 'odd')
