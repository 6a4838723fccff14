"""Sentences about people."""

from domain.people.events import PersonAdded, PersonChanged
from tests.ui.sentences.entries import entry
from ui.sentences.sentence import sentence


def test_what_a_person_was_and_is_stands_in_the_sentence() -> None:
    changes = {'role': ['viewer', 'operator'], 'scope': ['Everything', 'site=port-1']}
    said = sentence(entry(PersonChanged, empty=True, changes=changes))
    assert (said['text'], said['why']) == (
        'was changed',
        'role from viewer to operator, scope from Everything to site=port-1',
    )
    joined = sentence(entry(PersonAdded, empty=True, role='admin', through='ownership of the installation'))
    assert (joined['text'], joined['why']) == ('belongs to it as admin', 'through ownership of the installation')
