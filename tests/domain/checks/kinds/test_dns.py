"""A DNS check as it is typed: names, record types, the expected address."""

from typing import Any

import pytest

from domain.checks.kinds.dns import DnsTarget
from domain.common.errors import Invalid


def target(**more: Any) -> DnsTarget:
    return DnsTarget(**{'host': '10.20.0.53', 'query_name': 'mme.example.com', **more})


@pytest.mark.parametrize(
    ('typed', 'kept'),
    [
        ('mme.example.com', 'mme.example.com'),
        (' MME.example.com. ', 'MME.example.com'),
        ('_sip._udp.example.com', '_sip._udp.example.com'),
        ('hafen-süd.example', 'xn--hafen-sd-d6a.example'),
        ('localhost', 'localhost'),
    ],
)
def test_a_name_is_kept_as_it_is_asked_for(typed: str, kept: str) -> None:
    assert target(query_name=typed).checked('checks.0').query_name == kept


@pytest.mark.parametrize(
    'name',
    [
        '',
        '.',
        'mme..example',
        'mme example',
        '-mme.example',
        'a' * 64 + '.example',
        'mme.example/x',
        '.'.join(['a' * 50] * 6),
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        target(query_name=name).checked('checks.0')
    assert refused.value.field == 'checks.0.query_name'


@pytest.mark.parametrize(
    ('record_type', 'typed', 'kept'),
    [
        ('A', '10.20.0.7', '10.20.0.7'),
        ('A', None, None),
        ('AAAA', '2001:DB8:0:0::7', '2001:db8::7'),
        ('AAAA', '', None),
    ],
)
def test_the_expected_address_is_kept_in_its_usual_spelling(
    record_type: str, typed: str | None, kept: str | None
) -> None:
    assert target(record_type=record_type, expect_address=typed).checked('checks.0').expect_address == kept


@pytest.mark.parametrize(
    ('field', 'more'),
    [
        ('expect_address', {'expect_address': '2001:db8::7'}),
        ('expect_address', {'record_type': 'AAAA', 'expect_address': '10.20.0.7'}),
        ('expect_address', {'expect_address': 'mme.example.com'}),
        ('record_type', {'record_type': 'MX'}),
        ('record_type', {'record_type': 'a'}),
        ('host', {'host': ''}),
        ('host', {'host': 'https://10.20.0.53'}),
        ('port', {'port': 0}),
        ('port', {'port': 65_536}),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(field: str, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        target(**more).checked('checks.0')
    assert refused.value.field == f'checks.0.{field}'


def test_it_is_called_by_name_record_and_resolver() -> None:
    assert target().label == 'DNS mme.example.com A @10.20.0.53'
    assert target(record_type='AAAA', port=5353).label == 'DNS mme.example.com AAAA @10.20.0.53:5353'
    assert target().address == '10.20.0.53:53'
