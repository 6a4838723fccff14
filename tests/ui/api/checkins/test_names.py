"""Names that a check-in does not have are named in its answer; what is known is taken."""

from typing import Any

import msgspec
import pytest

from domain.devices.live import state_of
from domain.devices.model import Device
from tests.ui.api.served import Served, check_in
from ui.api.checkins.names import unknown_names
from ui.api.checkins.schemas import CHECK_IN, DEVICE_CHECK_IN

SIM, OTHER = '8931086416018044112', '8931086416018066012'


@pytest.mark.parametrize('example', [CHECK_IN.example, DEVICE_CHECK_IN.example])
def test_every_name_of_the_description_is_known(example: dict[str, Any]) -> None:
    assert unknown_names(msgspec.json.encode(example)) == ()


@pytest.mark.parametrize(
    ('more', 'named'),
    [
        ({'fact': {'os': {}}}, {'fact': 'there is no such field; is facts meant?'}),
        ({'facts': {'batery': {}}}, {'facts.batery': 'there is no such field; is facts.battery meant?'}),
        (
            {'facts': {'os': {'patchlevel': 1}}},
            {'facts.os.patchlevel': 'there is no such field; is facts.os.patch_level meant?'},
        ),
        ({'radio': {'rat': 'LTE', 'x': 1}}, {'radio.x': 'there is no such field'}),
        ({'facts': {'custom': {'whatever': 1}}, 'radio': None}, {}),
        ({'facts': {'os': [], 'uptime_s': {}}, 'radio': 3}, {}),
        ({'identifiers': {'imei': '1', 'serial': 'SN-1', 'iccid': SIM}}, {}),
        (
            {'identifiers': {'serail': '1'}},
            {'identifiers.serail': 'there is no such field; is identifiers.serial meant?'},
        ),
        ({'\x1b[31m': 1, 'é' * 90: 2}, {' [31m': 'there is no such field', 'é' * 40: 'there is no such field'}),
    ],
)
def test_a_name_that_is_none_is_told_with_the_one_that_may_be_meant(
    more: dict[str, Any], named: dict[str, str]
) -> None:
    found = unknown_names(msgspec.json.encode(check_in(1, **more)))
    assert {odd.field: odd.detail for odd in found} == named


async def test_a_slip_is_named_in_the_answer_and_the_rest_is_taken(served: Served) -> None:
    device, caller = await served.device()
    program = await served.program()
    said = check_in(1, fact={'os': {'name': 'x'}}, facts={'os': {'name': 'OpenWrt'}}, identifiers={'iccid': SIM})
    answer = (await caller.post('/checkins', said)).json()
    assert (answer['accepted'], [odd['field'] for odd in answer['ignored']]) == ('current', ['fact'])
    state = state_of(served.application.fleet, device)
    assert state.facts.os is not None
    assert state.facts.os.name == 'OpenWrt'
    line = {**check_in(2, factz={}), 'device': device}
    batch = (await program.post('/checkins:batch', [line])).json()
    assert [(odd['line'], odd['field']) for odd in batch['ignored']] == [(1, 'factz')]


@pytest.mark.parametrize(
    ('numbers', 'kept', 'named'),
    [
        ({'iccid': OTHER}, OTHER, []),
        ({'iccid': int(OTHER)}, OTHER, []),
        ({'iccid': None}, None, []),
        ({'iccid': ''}, SIM, []),
        ({'iccid': 'unknown'}, SIM, []),
        ({'iccid': '12'}, SIM, ['identifiers.iccid']),
        ({'iccid': ['x']}, SIM, ['identifiers.iccid']),
        ({'iccid': OTHER, 'msisdn': 'my number'}, OTHER, ['identifiers.msisdn']),
        ([], SIM, ['identifiers']),
        (None, SIM, []),
    ],
)
async def test_an_odd_number_of_a_sim_costs_itself_and_takes_nothing_away(
    served: Served, numbers: Any, kept: str | None, named: list[str]
) -> None:
    device, caller = await served.device()
    await caller.post('/checkins', check_in(1, identifiers={'iccid': SIM}))
    answer = (await caller.post('/checkins', check_in(2, identifiers=numbers))).json()
    assert (answer['accepted'], [odd['field'] for odd in answer['ignored']]) == ('current', named)
    assert served.application.fleet[Device][device].identifiers.iccid == kept


async def test_another_name_for_a_value_of_the_radio_is_taken_and_said(served: Served) -> None:
    device, caller = await served.device()
    program = await served.program()
    radio = {'technology': 'gsm', 'plmn': '20408', 'lac': 1141, 'CI': 7, 'rssi': -71, 'eci': 9, 'x': 1}
    answer = (await caller.post('/checkins', check_in(1, radio=radio))).json()
    assert {one['field']: one['read_as'] for one in answer['renamed']} == {
        'radio.technology': 'radio.rat',
        'radio.plmn': 'radio.mcc and radio.mnc',
        'radio.lac': 'radio.tac',
        'radio.CI': 'radio.cell_id',
        'radio.rssi': 'radio.rsrp',
    }
    assert {one['field'] for one in answer['ignored']} == {'radio.eci', 'radio.x'}
    seen = state_of(served.application.fleet, device).radio
    assert seen is not None
    assert (seen.cell, seen.rsrp) == ('204-08-1141-0x7', -71)
    line = {**check_in(2, radio={'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'eci': 1714995}), 'device': device}
    batch = (await program.post('/checkins:batch', [line])).json()
    assert batch['renamed'] == [{'line': 1, 'field': 'radio.eci', 'read_as': 'radio.cell_id'}]
    assert batch['ignored'] == []
    plain = (await caller.post('/checkins', check_in(3, radio={'rat': 'LTE', 'tac': 1}))).json()
    assert (plain['renamed'], plain['ignored']) == ([], [])
