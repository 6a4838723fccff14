"""Filters that an address carries."""

import pytest

from domain.common.errors import Invalid
from domain.common.severity import Severity
from ui.topics.chosen import chosen_ids, chosen_values


def test_a_filter_has_several_values_between_commas() -> None:
    query = {'severity': 'major,minor', 'tower': 'T1, T2,'}
    assert chosen_values(Severity, query, 'severity') == {Severity.MAJOR, Severity.MINOR}
    assert chosen_ids(query, 'tower') == {'T1', 'T2'}
    assert chosen_ids(query, 'policy') == frozenset()


def test_a_value_that_does_not_exist_is_refused_by_the_name_of_its_filter() -> None:
    with pytest.raises(Invalid) as refused:
        chosen_values(Severity, {'severity': 'major,awful'}, 'severity')
    assert refused.value.field == 'severity'
