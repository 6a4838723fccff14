import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.triage.mentions import mentioned

PEOPLE = [
    Person(id=name, enterprise='E', account='', email=f'{name}@x.test', name=name, role=Role.OPERATOR, created_at=0.0)
    for name in ('Ana', 'Ana Bos', 'Bo', 'Jürgen')
]


@pytest.mark.parametrize(
    ('text', 'names'),
    [
        ('@Ana look here', ['Ana']),
        ('@ana bos, and @BO: look', ['Ana Bos', 'Bo']),
        ('@Anatole and bo@x.test', []),
        ('mail bo@bo.example or ask @Jürgen.', ['Bo', 'Jürgen']),
        ('no one', []),
        ('@', []),
    ],
)
def test_a_name_after_the_sign_is_that_person(text: str, names: list[str]) -> None:
    assert [one.name for one in mentioned(text, PEOPLE)] == names
