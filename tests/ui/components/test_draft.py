"""What is kept of a form: only what differs from how it began."""

from ui.components.draft import Kept

FIRST = Kept({'Name#0': 'Waalhaven', 'Region#0': 'South', 'MCC#0': '204'}, {'cells': 1})


def test_only_what_was_changed_is_kept_so_that_it_can_be_laid_over_a_newer_version() -> None:
    now = Kept({'Name#0': 'Waalhaven', 'Region#0': 'North', 'MCC#0': '204'}, {'cells': 1})
    assert now.beside(FIRST) == {'values': {'Region#0': 'North'}, 'rows': {}}
    assert FIRST.beside(FIRST) == {'values': {}, 'rows': {}}


def test_lines_that_were_added_are_counted_and_their_fields_are_kept() -> None:
    now = Kept({**FIRST.values, 'MCC#1': '204'}, {'cells': 2})
    assert now.beside(FIRST) == {'values': {'MCC#1': '204'}, 'rows': {'cells': 2}}


def test_a_form_that_begins_otherwise_has_another_imprint() -> None:
    assert FIRST.imprint == Kept(dict(FIRST.values), {'cells': 1}).imprint
    assert FIRST.imprint != Kept({**FIRST.values, 'Name#0': 'Eemhaven'}, {'cells': 1}).imprint
