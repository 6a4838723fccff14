"""Groups and addresses in every shape in which providers send them, and what is none of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.sign_in.openid_claims import UnreadableError, claim, email_in, groups_in

KNOWN = ('fleet-admins', 'crane drivers', 'cn=crew,ou=groups,dc=quay')
ZITADEL = 'urn:zitadel:iam:org:project:roles'


@pytest.mark.parametrize(
    ('value', 'groups'),
    [
        (['fleet-admins', 'x'], ['fleet-admins', 'x']),
        ('fleet-admins', ['fleet-admins']),
        ('crane drivers', ['crane drivers']),
        ({'fleet-admins': {'2810': 'quay.example'}}, ['fleet-admins']),
        ({'fleet-admins': False, 'a': 'false', 'b': None, 'c': 0, 'd': True}, ['d']),
        ([{'name': 'fleet-admins', 'id': 7}, {'name': 'x'}], ['fleet-admins', 'x']),
        ([{'value': '2810', 'display': 'fleet-admins'}], ['fleet-admins']),
        ([{'name': 'x', 'display': 'fleet-admins'}], ['x']),
        ({'name': 'fleet-admins', 'id': '7'}, ['fleet-admins']),
        ('["fleet-admins", "x"]', ['fleet-admins', 'x']),
        (' {"fleet-admins": {"2810": "quay.example"}} ', ['fleet-admins']),
        ('[{"name": "fleet-admins"}]', ['fleet-admins']),
        ('"fleet-admins"', ['fleet-admins']),
        (['["fleet-admins"]'], ['fleet-admins']),
        ('fleet-admins, x', ['fleet-admins', 'x']),
        ('x;fleet-admins;', ['x', 'fleet-admins']),
        ('x|y', ['x', 'y']),
        ('x\nfleet-admins', ['x', 'fleet-admins']),
        ('cn=crew,ou=groups,dc=quay', ['cn=crew,ou=groups,dc=quay']),
        ('cn=x,ou=groups,dc=quay', ['cn=x,ou=groups,dc=quay']),
        ('cn=x,ou=groups,dc=quay;cn=crew,ou=groups,dc=quay', ['cn=x,ou=groups,dc=quay', 'cn=crew,ou=groups,dc=quay']),
        ('Port canteen', ['Port canteen']),
        (['x', None, ''], ['x']),
        ([], []), ({}, []), ('', []), ('[]', []),
    ],
    ids=str,
)  # fmt: skip
def test_groups_are_read_in_every_shape(value: Any, groups: list[str]) -> None:
    assert groups_in(value, known=KNOWN) == groups


@pytest.mark.parametrize(
    'value',
    [
        7, 1.5, True, False, [7], [True], [['a']], [{'id': 'fleet-admins'}], [{'name': 7}], '["fleet-admins"', '[object Object]',
        '{fleet-admins}', 'null', 'undefined', 'n/a', 'true', '[7]', 'canteen fleet-admins', {'roles': ['fleet-admins']},
        {'0': 'fleet-admins', '2': 'x'}, '[' * 10_000, '"' + '\\"' * 9,
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_so_without_a_value_of_it(value: Any) -> None:
    with pytest.raises(UnreadableError) as refusal:
        groups_in(value, known=KNOWN)
    assert 'fleet-admins' not in str(refusal.value)
    assert str(refusal.value)


def test_words_are_a_list_where_each_is_a_group_of_the_rules() -> None:
    assert groups_in('chiefs crew', known=('chiefs', 'crew')) == ['chiefs', 'crew']
    assert groups_in([12, 34], known=('12',)) == ['12', '34'], 'numbers, where the rules name numbers'


NAMES = st.lists(st.text('abcdefgh-_/.', min_size=1, max_size=12), max_size=6)


@given(names=NAMES.map(lambda names: [f'g{name}' for name in names]))
def test_the_shape_makes_no_difference(names: list[str]) -> None:
    shapes: list[Any] = [
        names,
        {name: {'2810': 'quay.example'} for name in names},
        [{'name': name, 'id': 'x'} for name in names],
        json.dumps(names),
        json.dumps(dict.fromkeys(names, True)),
        *(separator.join(names) for separator in (',', ', ', ';', '|', '\n')),
    ]
    assert [set(groups_in(shape, known=('gx',))) for shape in shapes] == [set(names)] * len(shapes)


@pytest.mark.parametrize(
    ('claims', 'path', 'found'),
    [
        ({ZITADEL: {'a': 1}}, ZITADEL, {'a': 1}),
        ({'https://x.example/groups': ['a']}, 'https://x.example/groups', ['a']),
        ({'realm_access': {'roles': ['a']}}, 'realm_access.roles', ['a']),
        ({'realm_access': '{"roles": ["a"]}'}, 'realm_access.roles', ['a']),
        ({'resource_access': {'console.example': {'roles': ['a']}}}, 'resource_access.console.example.roles', ['a']),
        ({'realm_access': None}, 'realm_access.roles', None),
        ({}, 'realm_access.roles', None),
    ],
)  # fmt: skip
def test_a_claim_is_found_by_its_name_or_by_the_way_to_it(claims: dict[str, Any], path: str, found: Any) -> None:
    assert claim([claims], path) == found


@pytest.mark.parametrize('value', [7, ['roles'], 'roles', True])
def test_a_way_that_leads_into_no_object_is_not_an_absent_claim(value: Any) -> None:
    with pytest.raises(UnreadableError):
        claim([{'realm_access': value}], 'realm_access.roles')


def test_what_the_identity_token_lacks_is_taken_from_the_user_info_also_inside_an_object() -> None:
    sources: list[dict[str, Any]] = [{'realm_access': {}}, {'realm_access': {'roles': ['a']}}]
    assert claim(sources, 'realm_access.roles') == ['a']


@pytest.mark.parametrize(
    ('said', 'verified'),
    [
        (True, True), ('true', True), ('True', False), ('TRUE', False), (' true', False), (1, False), (1.0, False), ('1', False),
        ('yes', False), ('false', False), (False, False), (None, False), ([True], False), ({}, False),
    ],
)  # fmt: skip
def test_exactly_true_and_the_text_true_say_that_an_address_is_verified(said: Any, verified: bool) -> None:
    assert email_in([{'email': 'ana@quay.example', 'email_verified': said}], 'email') == ('ana@quay.example', verified)


def test_another_claim_than_email_never_counts_as_verified() -> None:
    claims = {'preferred_username': 'crane7@quay.example', 'email_verified': True, 'email': 'crane7@quay.example'}
    assert email_in([claims], 'preferred_username') == ('crane7@quay.example', False)
    assert email_in([{'emails': ['ana@quay.example']}], 'emails') == ('ana@quay.example', False)
    assert email_in([{'emails': ['a@quay.example', 'b@quay.example']}], 'emails') == ('', False)


def test_what_is_said_of_one_address_does_not_verify_another() -> None:
    token = {'email': 'ana@quay.example'}
    assert email_in([token, {'email': 'other@quay.example', 'email_verified': True}], 'email')[1] is False
    assert email_in([token, {'email': 'Ana@quay.example', 'email_verified': True}], 'email')[1] is True
    assert email_in([{**token, 'email_verified': False}, {'email_verified': True}], 'email')[1] is False
    assert email_in([{}, {'email': 'ana@quay.example', 'email_verified': 'true'}], 'email') == (
        'ana@quay.example',
        True,
    )
