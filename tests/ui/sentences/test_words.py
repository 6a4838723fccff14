"""What the sentences of several nouns are made of."""

from ui.sentences.words import shown


def test_values_are_shown_as_rules_write_them() -> None:
    assert [shown(value) for value in (None, True, 3, 'x')] == ['not reported', 'true', '3', 'x']
