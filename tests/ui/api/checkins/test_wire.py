"""What is read at once is what is read patiently; whatever else comes is left to the patient reader."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checkins.model import CheckIn
from domain.common.errors import DomainError
from ui.api.checkins import wire
from ui.api.checkins.reading import Reader, _Loose, _LooseOfDevice, read_check_in, read_item
from ui.api.checkins.schemas import CHECK_IN, DEVICE_CHECK_IN, DeviceCheckIn
from ui.api.http.problems import HttpRefusal

FEW = settings(max_examples=400, deadline=None)


def _never(data: bytes | msgspec.Raw) -> Any:
    raise msgspec.ValidationError('to be read patiently')


PATIENT = Reader(CheckIn, _Loose, _never)
PATIENT_ITEM = Reader(DeviceCheckIn, _LooseOfDevice, _never)
NOW = '2026-11-22T08:00:00Z'
MOMENTS = st.sampled_from([NOW, '2026-11-22T09:00:00.5+01:00', '2026-11-22T08:00:00', 'now', 5, None])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ['', 'Android', '14', '204', '08', 'LTE', 'home', 'é' * 70, '2026-11-05', 0, 1, 0.0, -0.0, 4417, -92]
    ),
)


def _objects(example: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Objects with some of the fields of the example, right or wrong, and now and then another."""
    known = {
        name: _mostly(st.just(value), VALUES, _objects(value) if isinstance(value, dict) else VALUES)
        for name, value in example.items()
    }
    return st.fixed_dictionaries(known) | st.fixed_dictionaries({}, optional={**known, 'unheard_of': VALUES})


def _mostly(right: st.SearchStrategy[Any], *others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """So seldom wrong that whole check-ins come out right as well."""
    return st.integers(0, 9).flatmap(lambda number: right if number < 9 else st.one_of(*others))


def _bodies(example: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    needed = {'sequence': _mostly(st.integers(1, 2**53), VALUES), 'observed_at': _mostly(st.just(NOW), MOMENTS)}
    facts, radio = example['facts'], example['radio']
    optional = {
        'sent_at': _mostly(st.just(NOW), MOMENTS),
        'facts': _mostly(_objects(facts), VALUES),
        'radio': _mostly(_objects(radio), VALUES),
        'boot_id': _mostly(st.none(), VALUES),
        'identifiers': _mostly(st.none(), _objects(example['identifiers'])),
        'device': st.sampled_from(['01HX', 7, None]),
    }
    return st.fixed_dictionaries(needed, optional=optional)


def _found(read: Any, data: bytes) -> Any:
    try:
        return read(data)
    except (DomainError, HttpRefusal) as refusal:
        return str(refusal), getattr(refusal, 'field', None)


def _texts(found: Any) -> str:
    """5 equals 5.0 and True, but is not the same. The sign of a zero is none of our business."""
    return repr(found).replace('-0.0', '0.0')


@FEW
@given(_bodies(dict(CHECK_IN.example)))
def test_a_check_in_is_read_as_the_patient_reader_reads_it(said: dict[str, Any]) -> None:
    data = json.dumps(said).encode()
    assert _texts(_found(read_check_in, data)) == _texts(_found(PATIENT.read, data))


@FEW
@given(_bodies(dict(DEVICE_CHECK_IN.example)))
def test_so_is_an_item_of_a_batch(said: dict[str, Any]) -> None:
    data = json.dumps(said).encode()
    assert _texts(_found(read_item, data)) == _texts(_found(PATIENT_ITEM.read, data))


def _as_most(**more: Any) -> bytes:
    return json.dumps(
        {**{name: value for name, value in CHECK_IN.example.items() if name != 'identifiers'}, **more}
    ).encode()


def test_what_most_devices_send_is_read_at_once() -> None:
    said = _as_most()
    assert wire.read_own(said) == PATIENT.read(said)[0]
    assert wire.read_own(_as_most(device='01HX')) == PATIENT.read(said)[0]


@pytest.mark.parametrize(
    'more', [{'x': 1}, {'facts': {'x': 1}}, {'facts': {'os': {'x': 1}}}, {'radio': {'rat': 'LTE', 'x': 1}}]
)
def test_an_unknown_name_is_left_to_the_patient_reader(more: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        wire.read_own(_as_most(**more))


def test_groups_that_repeat_are_one() -> None:
    one, other = (wire.read_own(_as_most(sequence=number)).facts for number in (1, 2))
    assert one is not None
    assert other is not None
    assert one.os is other.os
    assert one.agent is other.agent


def test_a_level_of_zero_keeps_its_type() -> None:
    facts = [wire.read_own(_as_most(facts={'battery': {'level': level}})).facts for level in (1, 1.0)]
    assert [type(each.battery.level) for each in facts if each and each.battery] == [float, float]


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, '_MOST_REMEMBERED', 10)
    for number in range(100):
        wire.read_own(_as_most(facts={'os': {'version': str(number)}}))
    assert len(wire._shared.known) <= 10


def test_a_long_text_is_not_remembered() -> None:
    long = 'x' * 60_000
    read = wire.read_own(_as_most(facts={'os': {'version': long}}))
    assert read.facts is not None
    assert read.facts.os is not None
    assert read.facts.os.version == long
    assert not any(long in repr(each) for each in wire._shared.known.values())
