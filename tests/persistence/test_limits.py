"""Across nouns: the largest value that the bound of a field lets through fits its column, on both databases."""

import importlib
from collections.abc import Iterator
from dataclasses import fields, replace
from math import inf, nan, nextafter
from typing import Any, get_type_hints

import pytest
from tortoise import fields as columns

from domain.alerts.model import Alert
from domain.audit.model import AuditQuery
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.changes.store import Changes
from domain.checks.model import CheckResult
from domain.common.bounds import Bound, Bytes, Nested, Real, Text, Whole
from domain.common.errors import Invalid, NotStorable
from domain.devices.events import DeviceChanged
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.journal.model import Subject
from domain.kinds import KINDS
from domain.limits import BOUNDS, ENTRY
from domain.misfits import check_row
from domain.policies.violations import Violation
from domain.tokens.model import Token
from persistence.database import APPS
from persistence.engine.interning import Interner
from persistence.journal import models as journal
from persistence.kinds import tables
from persistence.store import TortoiseStore
from persistence.verdicts import DeviceVerdictsRow, Parts
from tests.persistence.samples import DEVICE, EVERY, HARBOUR, RADIO, T, changes, entry, loaded

_PLAIN = (str, int, float, bytes, str | None, int | None, float | None, bytes | None)
_WIDTHS: dict[Any, int] = {
    columns.SmallIntField: 2**15 - 1,
    columns.IntField: 2**31 - 1,
    columns.BigIntField: 2**63 - 1,
}
_OURS = frozenset({'payload', 'digest', 'sequence'})
"""Columns of the journal that the store fills itself."""
MODULES = [importlib.import_module(name) for name in APPS['cellwarden']['models']]
MODELS: tuple[Any, ...] = (*(each for module in MODULES for each in vars(module).values()),)


def bound_of(kind: type, column: str) -> Bound:
    """The bound of what stands in a column of the kind's table."""
    if kind is Device and column not in BOUNDS[Device]:
        return BOUNDS[Identifiers][column]
    if kind is RadioSample and column not in BOUNDS[RadioSample]:
        return BOUNDS[Radio][column]
    return BOUNDS[kind]['check' if column == 'check_id' else column]


def written() -> Iterator[tuple[type, str, Any]]:
    """Kind, column and its field of the model, for all that the store writes."""
    of = {table.target.table: kind for kind, table in tables(Interner(Parts()), 'max({})').items()}
    of |= {
        'device_report': DeviceState,
        'device_verdicts': DeviceState,
        'radio_sample': RadioSample,
        'check_result': CheckResult,
    }
    for model in {each for each in MODELS if hasattr(each, '_meta') and not each._meta.abstract}:
        kind = of.pop(model._meta.db_table, None)
        if kind is None:
            assert model._meta.db_table in ('journal_entry', 'journal_counter', 'thinned', 'lease')
            continue
        for name, column in model._meta.fields_map.items():
            if model is DeviceVerdictsRow and name in ('id', 'device', 'part'):
                continue  # the store's own numbers, and the id of the state
            if not (name == 'id' and kind in (RadioSample, CheckResult)):
                yield kind, name, column
    assert not of, 'a table without a model'


@pytest.mark.parametrize(
    ('kind', 'name', 'column'),
    [pytest.param(*each, id=f'{each[0].__name__}.{each[1]}') for each in sorted(written(), key=str)],
)
def test_a_bound_is_no_wider_than_its_column(kind: type, name: str, column: Any) -> None:
    _check_fits(bound_of(kind, name), column)


def test_the_bounds_of_journal_entries_are_no_wider_than_their_columns() -> None:
    of = {'actor': 'by', 'actor_ref': 'actor'}
    for name, column in journal.JournalEntryRow._meta.fields_map.items():
        if name.startswith('subject_'):
            _check_fits(BOUNDS[Subject][name.removeprefix('subject_')], column)
        elif name not in _OURS | {'id', 'kind'}:
            _check_fits(ENTRY[of.get(name, name)], column)


def _check_fits(bound: Bound, column: Any) -> None:
    match bound:
        case Text(most):
            assert isinstance(column, columns.TextField) or most <= column.max_length
        case Whole(least, most):
            assert least >= 0
            assert most <= _WIDTHS[type(column)]
        case Real():
            assert isinstance(column, columns.FloatField)
        case Bytes():
            assert isinstance(column, columns.BinaryField)
        case Nested():
            assert isinstance(column, columns.TextField)


def largest(bound: Bound) -> Any:
    """The largest value that it lets through; text of letters that take two bytes."""
    match bound:
        case Text(most):
            return 'é' * most
        case Bytes(most):
            return b'\xff' * most
        case Whole(_, most) | Real(_, most):
            return most
    raise TypeError(bound)


def beyond(bound: Bound) -> list[Any]:
    """What it refuses."""
    match bound:
        case Text(most):
            return ['x' * (most + 1), 'a\0', 'a\ud800']
        case Bytes(most):
            return [bytes(most + 1)]
        case Whole(least, most):
            return [least - 1, most + 1, 2**64]
        case Real(least, most):
            return [nextafter(least, -inf), nextafter(most, inf), inf, -inf, nan]
        case Nested():
            return [{'a\0': 1}, {'a': ['\ud800']}, {'a': 2**63}, {'a': {'b': [nan]}}]
    raise TypeError(bound)


def plain(kind: type) -> list[str]:
    """The fields whose values are kept as they are."""
    hints = get_type_hints(kind)
    return [name for name in BOUNDS[kind] if hints[name] in _PLAIN]


@pytest.mark.parametrize('row', EVERY, ids=lambda row: type(row).__name__)
async def test_a_row_with_every_field_at_its_largest_is_kept_as_it_is(store: TortoiseStore, row: Any) -> None:
    kind = type(row)
    names = plain(kind)
    full = replace(row, **{name: largest(BOUNDS[kind][name]) for name in names})
    if kind is Device:
        full = replace(full, identifiers=Identifiers(**{name: largest(b) for name, b in BOUNDS[Identifiers].items()}))
    check_row(full)
    await store.commit(changes(full))
    assert await store.get(kind, full.enterprise, full.id) == full


async def test_points_and_entries_at_their_largest_are_kept_as_they_are(store: TortoiseStore) -> None:
    radio = replace(RADIO, **{name: largest(BOUNDS[Radio][name]) for name in plain(Radio)})
    sample = RadioSample('D1', T, radio, largest(BOUNDS[RadioSample]['tower']))
    result = CheckResult(**{name: largest(BOUNDS[CheckResult][name]) for name in plain(CheckResult)}, ok=True)
    entry = DeviceChanged(
        **{name: largest(bound) for name, bound in ENTRY.items()},
        subject=Subject(**{name: largest(bound) for name, bound in BOUNDS[Subject].items()}),
        changes={'name': ['a', 2**63 - 1]},
    )
    for one in (sample, result, entry):
        check_row(one)
    await store.commit(Changes(rows=changes(DEVICE).rows, samples=[sample], results=[result], entries=[entry]))
    assert await store.samples(HARBOUR, 'D1', T, T, 10) == [sample]
    assert [one.entry for one in await store.journal_after(entry.enterprise, 0, 10)] == [entry]


@pytest.mark.parametrize('row', EVERY, ids=lambda row: type(row).__name__)
def test_what_lies_beyond_a_bound_is_refused_by_the_name_of_its_field(row: Any) -> None:
    kind = type(row)
    assert set(BOUNDS[kind]) == {field.name for field in fields(kind)}
    for name, bound in BOUNDS[kind].items():
        if name == 'identifiers':  # has bounds inside
            continue
        for value in beyond(bound):
            with pytest.raises(Invalid) as refused:
                check_row(replace(row, **{name: value}))
            assert refused.value.field == name, value


def test_every_kind_has_bounds() -> None:
    assert set(KINDS) <= BOUNDS.keys()


UNFIT: dict[str, list[tuple[str, Any]]] = {
    'sqlite': [('uses_left', 2**63), ('name', 'a\ud800'), ('labels', {'a': '\ud800'}), ('name', object())],
    'postgres': [('uses_left', 2**31), ('name', 'a\0'), ('name', 'a\ud800'), ('beginning', 'x' * 17), ('digest', None)],
}


async def test_what_a_database_does_not_take_is_told_from_a_database_that_is_away(
    store: TortoiseStore, url: str
) -> None:
    token = next(row for row in EVERY if isinstance(row, Token))
    for name, value in UNFIT['sqlite' if url.startswith('sqlite') else 'postgres']:
        with pytest.raises(NotStorable):
            await store.commit(changes(replace(token, **{name: value}), DEVICE))
    assert await loaded(store, Device) == []
    await store.commit(changes(token, DEVICE))
    assert await loaded(store, Token) == [token]


NONSENSE = ('\0', 'a\0b', '\ud800', 'x' * 100_000, "'; --", '%')


@pytest.mark.parametrize('text', NONSENSE, ids=lambda text: ascii(text[:8]))
async def test_to_ask_for_what_no_row_can_hold_finds_nothing(store: TortoiseStore, text: str) -> None:
    await store.commit(changes(*EVERY, entries=(entry(),)))
    for row in EVERY:
        assert await store.get(type(row), row.enterprise, text) is None
        assert await store.get(type(row), text, row.id) is None
    kinds: tuple[type, ...] = (Violation, Command, Alert)
    for kind in kinds:
        for name in ('id', 'enterprise'):
            assert await _history(store, kind, {name: text}) == []
    assert await store.samples(HARBOUR, text, T, T + 9, 9) == []
    assert await store.check_results(HARBOUR, text, T, 9) == []
    assert await store.journal_before(HARBOUR, None, 9, subject=('device', text)) == []
    assert await store.journal_before(text, None, 9) == []
    assert await store.journal_after(HARBOUR, 2**63, 9) == []


async def test_a_search_of_the_audit_trail_for_what_cannot_be_stored_finds_nothing(store: TortoiseStore) -> None:
    told = replace(entry(), actor='person/U1')
    await store.commit(changes(*EVERY, entries=(told,)))
    for query in (
        AuditQuery(text='a\0'),
        AuditQuery(text='\ud800'),
        AuditQuery(actors=('person/\0',)),
        AuditQuery(subjects=('\0',)),
        AuditQuery(subject=('device', '\0')),
        AuditQuery(since=inf),
    ):
        assert await store.audit(HARBOUR, query, limit=9) == []
        assert await store.audit_count(HARBOUR, query, 9) == 0
    both = AuditQuery(actors=('person/\0', 'person/U1'))
    assert [one.entry for one in await store.audit(HARBOUR, both, limit=9)] == [told]


async def _history(store: TortoiseStore, kind: type, equal: dict[str, str]) -> list[Any]:
    return await store.history(kind, HARBOUR, equal=equal, is_open=None, before=None, limit=9)
