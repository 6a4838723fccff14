"""Every kind of check: its form outside of the process, its fields, its limits, and the description of it in the documents."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.checks.input import check_targets, checked
from domain.checks.kinds import KINDS
from domain.checks.kinds.kind import CheckKind, Field
from domain.checks.model import TIMING, Check, check_of
from domain.common.errors import Invalid
from jobs.polling.probes import PROBES
from ui.api.towers.checks import Check as Sent
from ui.api.towers.checks import example

DOCUMENT = Path(__file__).parents[3] / 'docs' / 'checks.md'
every_kind = pytest.mark.parametrize('kind', KINDS.values(), ids=lambda kind: kind.key)
FINGERPRINT = 'ab' * 31 + 'c9'
COLONS = ':'.join(FINGERPRINT[at : at + 2] for at in range(0, 64, 2)).upper()
LIMITED = [(kind, field) for kind in KINDS.values() for field in (*kind.fields, *TIMING) if field.low is not None]


def sample(kind: CheckKind, **more: Any) -> Check:
    return check_of({**example(kind), 'id': 'C1', **more})


@every_kind
def test_the_example_of_each_field_makes_a_check_that_can_be_asked(kind: CheckKind) -> None:
    check = checked(sample(kind), 'checks.0', {'C1'})
    assert check.label.startswith(f'{kind.label} ')
    assert check.target.host
    assert check.target.address
    assert PROBES[kind.key].of == kind.key


@every_kind
def test_it_is_stored_and_sent_flat_and_comes_back_the_same(kind: CheckKind) -> None:
    check = sample(kind, interval_s=12.5)
    assert all(not isinstance(value, dict | list) for value in check.flat().values())
    assert (check.flat()['kind'], check.flat()['id']) == (kind.key, 'C1')
    assert check_of(msgspec.json.decode(msgspec.json.encode(check.flat()))) == check
    sent = msgspec.to_builtins(Sent(**check.flat()))
    assert msgspec.to_builtins(msgspec.convert(sent, Sent)) == sent
    assert check_of(sent) == check
    assert {name for name, value in sent.items() if value is not None} >= set(check.flat())


@every_kind
def test_its_fields_are_those_of_its_target(kind: CheckKind) -> None:
    assert [field.name for field in kind.fields] == [field.name for field in fields(kind.target())]  # type: ignore[arg-type]
    assert kind.place in {field.name for field in kind.fields}
    for field in kind.fields:
        assert field.label
        assert field.meaning
        assert field.hint
        default = kind.default(field.name)
        assert default is None if field.is_optional else isinstance(default, field.type)


def test_no_field_means_two_types() -> None:
    types: dict[str, set[type]] = {}
    for kind in KINDS.values():
        for field in kind.fields:
            types.setdefault(field.name, set()).add(field.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}
    assert not types.keys() & {'id', 'kind', *(field.name for field in TIMING)}


@every_kind
def test_nothing_but_the_kind_is_refused_at_a_field_of_that_kind(kind: CheckKind) -> None:
    with pytest.raises(Invalid) as refused:
        checked(check_of({'kind': kind.key}), 'checks.0', set())
    assert refused.value.field in {f'checks.0.{field.name}' for field in kind.fields}


@pytest.mark.parametrize(('kind', 'field'), LIMITED, ids=lambda one: getattr(one, 'key', None) or one.name)
def test_what_is_beyond_a_limit_is_refused_at_its_field(kind: CheckKind, field: Field) -> None:
    assert field.low is not None
    assert field.high is not None
    for value in (field.low, field.high):
        checked(sample(kind, **{field.name: field.type(value)}), 'checks.0', set())
    for value in (field.low - 1, field.high + 1):
        with pytest.raises(Invalid) as refused:
            checked(sample(kind, **{field.name: field.type(value)}), 'checks.0', set())
        assert refused.value.field == f'checks.0.{field.name}'


@every_kind
def test_a_host_that_may_not_be_polled_is_refused_where_it_is_written(kind: CheckKind) -> None:
    check = sample(kind)
    with pytest.raises(Invalid, match='no such luck') as refused:
        check_targets([check], (), lambda host, _: 'no such luck' if host == check.target.host else '')
    assert refused.value.field == f'checks.0.{kind.place}'
    check_targets([check], [check], lambda *_: 'it was let in before')


@pytest.mark.parametrize(
    ('stored', 'label'),
    [
        (
            '{"id":"C1","kind":"tcp","host":"10.0.0.1","port":5060,"url":null,"expect_status":200,"interval_s":30.5,'
            '"retry_interval_s":10,"timeout_s":5,"max_attempts":3}',
            'TCP 10.0.0.1:5060',
        ),
        (
            '{"id":"C2","kind":"http","host":null,"port":null,"url":"http://10.0.0.1/status","expect_status":204,"interval_s":30,'
            '"retry_interval_s":10,"timeout_s":5,"max_attempts":3}',
            'HTTP http://10.0.0.1/status',
        ),
    ],
)
def test_what_earlier_versions_stored_is_read(stored: str, label: str) -> None:
    flat = msgspec.json.decode(stored)
    check = check_of(flat)
    assert check.label == label
    assert check.flat().items() <= flat.items()


def test_a_kind_that_this_version_does_not_know_is_named() -> None:
    with pytest.raises(ValueError, match="no check of the kind 'telepathy'"):
        check_of({'id': 'C1', 'kind': 'telepathy'})


@pytest.mark.parametrize('form', [FINGERPRINT, FINGERPRINT.upper(), f'sha256:{FINGERPRINT}', f' SHA-256 {COLONS} '])
def test_a_fingerprint_is_taken_as_tools_write_it(form: str) -> None:
    check = checked(sample(KINDS['http'], certificate_sha256=form), 'checks.0', set())
    assert check.flat()['certificate_sha256'] == FINGERPRINT
    assert 'certificate_sha256' not in checked(sample(KINDS['http'], certificate_sha256=' '), 'checks.0', set()).flat()


@pytest.mark.parametrize(
    'more',
    [
        {'certificate_sha256': FINGERPRINT[1:]},
        {'certificate_sha256': 'x' * 64},
        {'certificate_sha256': FINGERPRINT, 'url': 'http://10.20.0.11/'},
    ],
)
def test_a_fingerprint_that_can_never_fit_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        checked(sample(KINDS['http'], **more), 'checks.0', set())
    assert refused.value.field == 'checks.0.certificate_sha256'


def table() -> str:
    """The table of all kinds and fields, as it stands in the document."""
    lines = ['| kind | is well when | field | | example | unless said |', '|---|---|---|---|---|---|']
    for kind in KINDS.values():
        for number, field in enumerate(kind.fields):
            first = (f'`{kind.key}`', kind.meaning) if number == 0 else ('', '')
            default = kind.default(field.name)
            cells = (*first, f'`{field.name}`', field.meaning, f'`{field.hint}`', f'`{default}`' if default else '')
            lines.append(f'| {" | ".join(cells)} |')
    rest = [
        f'| every kind | | `{field.name}` | {field.meaning}, {field.low:g} to {field.high:g} | | '
        f'`{getattr(sample(next(iter(KINDS.values()))), field.name)}` |'
        for field in TIMING
    ]
    return re.sub(r' +', ' ', '\n'.join([*lines, *rest]))


def test_the_document_describes_every_field() -> None:
    assert table() in DOCUMENT.read_text()
