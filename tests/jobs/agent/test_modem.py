"""ModemManager's JSON as ``mmcli -J`` writes it, answered by a stand-in executable on PATH."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.cellular.radio import Rat
from jobs.agent.modem import Modem, access_technology, radio_of, registration_state
from jobs.agent.modem_choice import ModemChoice, in_words
from jobs.agent.options import AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.agent.conftest import Console, script

Json = dict[str, Any]
PATH = '/org/freedesktop/ModemManager1/Modem/0'
SIM = '/org/freedesktop/ModemManager1/SIM/0'
NO_LEVELS = {'rsrp': '--', 'rsrq': '--', 'rssi': '--', 'snr': '--', 'error-rate': '--'}


def modem_of(technologies: list[str], registration: str = 'home', **generic: Any) -> Json:
    return {
        '3gpp': {
            'enabled-locks': ['fixed-dialing'], 'imei': '490154203237518', 'operator-code': '20408',
            'operator-name': 'KPN', 'packet-service-state': 'attached', 'registration-state': registration, 'pco': '--',
        },
        'dbus-path': PATH,
        'generic': {
            'access-technologies': technologies, 'equipment-identifier': '490154203237518', 'own-numbers': ['+31612345678'],
            'power-state': 'on', 'sim': SIM, 'signal-quality': {'recent': 'yes', 'value': '67'}, 'state': 'connected',
        } | generic,
    }  # fmt: skip


def location_of(**values: str) -> Json:
    return {'mcc': '204', 'mnc': '08', 'lac': '--', 'tac': '--', 'cid': '--'} | values


def signal_of(rate: str = '30', **levels: Json) -> Json:
    empty = {name: dict(NO_LEVELS) for name in ('5g', 'gsm', 'lte', 'umts')}
    return empty | {'refresh': {'rate': rate}} | levels


def answer(folder: Path, **answers: Json) -> Path:
    """Put an ``mmcli`` on PATH that answers by its options and notes how it was called."""
    cases = {'list': '-L', 'sim': f'-i {SIM}', 'modem': f'-m {PATH}', 'location': f'-m {PATH} --location-get',
             'signal': f'-m {PATH} --signal-get', 'cells': f'-m {PATH} --get-cell-info'}  # fmt: skip
    lines = [f'echo "$*" >> {folder}/calls', 'case "$*" in']
    for name, content in answers.items():
        (folder / f'{name}.json').write_text(json.dumps(content))
        lines.append(f'"-J {cases[name]}") cat {folder}/{name}.json ;;')
    lines.append('*) echo "error: couldn\'t find modem" >&2; exit 1 ;; esac')
    return script(folder / 'mmcli', '\n'.join(lines))


def lte_answers(rate: str = '30') -> Json:
    cells = ['cell type: lte, serving: no, physical ci: 33, earfcn: 1300, rsrp: -110.0, rsrq: -18.0',
             'cell type: lte, serving: yes, operator id: 20408, tac: 1141, ci: 1A2B33, physical ci: C, earfcn: 1300, '
             'rsrp: -93.500000, rsrq: -12.000000']  # fmt: skip
    return {
        'list': {'modem-list': [PATH]},
        'modem': {'modem': modem_of(['lte'])},
        'sim': {'sim': {'properties': {'iccid': '8931086416018044112F', 'imsi': '204080123456789', 'active': 'yes'}}},
        'location': {'modem': {'location': {'3gpp': location_of(tac='001141', cid='001A2B33')}}},
        'signal': {
            'modem': {'signal': signal_of(rate, lte=NO_LEVELS | {'rsrp': '-92.00', 'rsrq': '-11.00', 'snr': '8.40'})}
        },
        'cells': {'modem': {'generic': {'cell-info': cells}}},
    }


async def test_an_lte_modem_becomes_a_radio_observation_and_identifiers(
    console: Console, options: AgentOptions, no_modem: Path
) -> None:
    answer(no_modem, **lte_answers())
    await run_agent(options)
    assert console.checkins[0]['radio'] == {
        'rat': 'LTE', 'registration': 'home', 'roaming': False, 'mcc': '204', 'mnc': '08', 'tac': 0x1141,
        'cell_id': 0x1A2B33, 'pci': 12, 'arfcn': 1300, 'rsrp': -92.0, 'rsrq': -11.0, 'sinr': 8.4,
    }  # fmt: skip
    identifiers = console.enrolments[0]['identifiers']
    assert identifiers.pop('serial')
    assert identifiers == {
        'imei': '490154203237518', 'iccid': '8931086416018044112', 'imsi': '204080123456789', 'msisdn': '+31612345678',
    }  # fmt: skip


async def test_signal_polling_is_asked_for_once_when_it_is_off(no_modem: Path) -> None:
    answer(no_modem, **lte_answers(rate='0'))
    modem = Modem()
    for _ in range(2):
        assert (await modem.observe())[1] is not None
    assert (no_modem / 'calls').read_text().count('--signal-setup=30') == 1


async def test_no_modem_is_known_but_a_silent_modem_manager_is_not(no_modem: Path) -> None:
    assert await Modem().observe() == (True, None)
    answer(no_modem, list={'modem-list': []})
    assert await Modem().observe() == (True, None)
    answer(no_modem)
    assert await Modem().observe() == (False, None)
    script(no_modem / 'mmcli', 'echo "error: not JSON"')
    assert await Modem().observe() == (False, None)


async def test_a_modem_without_signal_location_and_cells_still_says_what_it_knows(no_modem: Path) -> None:
    answer(no_modem, list={'modem-list': [PATH]}, modem={'modem': modem_of(['lte'], 'searching')})
    assert await Modem().observe() == (
        True, {'rat': 'LTE', 'registration': 'searching', 'roaming': False, 'mcc': '204', 'mnc': '08'},
    )  # fmt: skip


async def test_an_odd_identifier_is_left_out(no_modem: Path) -> None:
    modem = modem_of(['lte'])
    modem['3gpp']['imei'] = '49015420'
    modem['generic']['own-numbers'] = ['0612345678']
    answer(no_modem, **lte_answers() | {'modem': {'modem': modem}, 'sim': {'sim': {'properties': {'imsi': '--'}}}})
    assert await Modem().identifiers() == {}


async def test_identifiers_in_the_forms_of_networks_are_taken(no_modem: Path) -> None:
    modem = modem_of(['lte'])
    modem['3gpp']['imei'] = '3569380356480907'
    modem['generic']['own-numbers'] = []
    sim = {'sim': {'properties': {'imsi': '--', 'iccid': '898600C7440012345678'}}}
    answer(no_modem, **lte_answers() | {'modem': {'modem': modem}, 'sim': sim})
    assert await Modem().identifiers() == {'imei': '356938035648097', 'iccid': '898600C7440012345678'}


def test_second_and_third_generation_name_the_cell_by_lac_and_level_by_rssi_or_rscp() -> None:
    gsm = radio_of(
        modem_of(['edge'], 'roaming'), location_of(lac='1F4A', tac='000000', cid='0000C3B2'),
        signal_of(gsm=NO_LEVELS | {'rssi': '-71.00'}), {},
    )  # fmt: skip
    assert gsm == {
        'rat': 'GSM', 'registration': 'roaming', 'roaming': True, 'mcc': '204', 'mnc': '08', 'tac': 0x1F4A,
        'cell_id': 0xC3B2, 'rsrp': -71.0,
    }  # fmt: skip
    umts = radio_of(
        modem_of(['umts', 'hsdpa']), location_of(lac='1F4A', cid='00A1C3B2'),
        signal_of(umts=NO_LEVELS | {'rscp': '-88.00'}), {},
    )  # fmt: skip
    assert umts is not None
    assert (umts['rat'], umts['cell_id'], umts['rsrp']) == ('UMTS', 0xA1C3B2, -88.0)


def test_standalone_5g_takes_the_nci_of_36_bits() -> None:
    radio = radio_of(
        modem_of(['5gnr']), location_of(tac='00C945', cid='0A1B2C3D4'),
        signal_of() | {'5g': NO_LEVELS | {'rsrp': '-101.00', 'snr': '-2.50'}}, {'nrarfcn': '632628', 'physical ci': '1F4'},
    )  # fmt: skip
    assert radio is not None
    assert (radio['rat'], radio['cell_id'], radio['arfcn'], radio['pci']) == ('NR', 0xA1B2C3D4, 632628, 500)
    assert (radio['rsrp'], radio['sinr']) == (-101.0, -2.5)


def test_what_means_unknown_or_cannot_be_is_left_out() -> None:
    levels = signal_of(lte=NO_LEVELS | {'rsrp': '-32768.00', 'rsrq': '--'})
    radio = radio_of(modem_of(['lte']), location_of(mcc='--', mnc='--', tac='00FFFE', cid='FFFFFFFF'), levels, {})
    assert radio == {'rat': 'LTE', 'registration': 'home', 'roaming': False, 'mcc': '204', 'mnc': '08'}
    assert radio_of(modem_of(['unknown']), {}, {}, {}) is None
    assert radio_of({'generic': {}}, {}, {}, {}) is None


@pytest.mark.parametrize(
    ('mcc', 'mnc', 'operator', 'plmn'),
    [
        ('204', '8', '20408', ('204', '08')),
        ('204', '8', '--', ('204', '08')),
        ('310', '26', '310026', ('310', '026')),
        ('0', '0', '20408', ('204', '08')),
        ('0', '0', '--', (None, None)),
        ('204', '--', '20408', ('204', '08')),
        ('204', '16', '20408', ('204', '16')),
        ('--', '--', '00000', (None, None)),
        ('204', 'x', '--', (None, None)),
    ],
)
def test_the_network_is_the_operators_code_where_the_location_says_the_same_number(
    mcc: str, mnc: str, operator: str, plmn: tuple[str | None, str | None]
) -> None:
    modem = modem_of(['lte'])
    modem['3gpp']['operator-code'] = operator
    radio = radio_of(modem, location_of(mcc=mcc, mnc=mnc, cid='001A2B33'), {}, {})
    assert radio is not None
    assert (radio.get('mcc'), radio.get('mnc')) == plmn


@pytest.mark.parametrize('tac', ['00FFFE', '000000', 'FFFE', 'FFFFFE', '--'])
def test_an_area_that_is_none_is_looked_for_in_the_location_area(tac: str) -> None:
    radio = radio_of(modem_of(['lte']), location_of(tac=tac, lac='1141', cid='001A2B33'), {}, {})
    assert radio is not None
    assert (radio['tac'], radio['cell_id']) == (0x1141, 0x1A2B33)


@pytest.mark.parametrize(('technology', 'cid'), [('lte', '0FFFFFFF'), ('5gnr', 'FFFFFFFFF'), ('gsm', 'FFFF')])
def test_all_ones_are_no_cell(technology: str, cid: str) -> None:
    radio = radio_of(modem_of([technology]), location_of(cid=cid), {}, {})
    assert radio is not None
    assert 'cell_id' not in radio


@pytest.mark.parametrize(
    ('names', 'rat'),
    [
        (['lte', '5gnr'], Rat.LTE),  # the anchor's cell is the one that is named
        (['lte, 5gnr'], Rat.LTE),
        (['lte-cat-m'], Rat.LTE_M),
        (['lte-nb-iot'], Rat.NB_IOT),
        (['hspa-plus'], Rat.UMTS),
        (['gprs'], Rat.GSM),
        (['evdo0'], None),
    ],
)
def test_access_technologies_are_named_as_3gpp_does(names: list[str], rat: Rat | None) -> None:
    assert access_technology(names) == rat


@pytest.mark.parametrize(
    ('state', 'registration'),
    [
        ('home', 'home'), ('home-sms-only', 'home'), ('roaming-csfb-not-preferred', 'roaming'), ('idle', 'not_registered'),
        ('emergency-only', 'not_registered'), ('denied', 'denied'), ('searching', 'searching'), ('', 'unknown'),
        ('attached-rlos', 'unknown'),
    ],
)  # fmt: skip
def test_registration_states_are_named_as_3gpp_does(state: str, registration: str) -> None:
    assert registration_state(state) == registration


@pytest.mark.parametrize('odd', [None, '--', [], ['--'], {}, 0, 1.5, True, '\u00b2', ['a', None, 3]])
def test_no_shape_of_an_answer_of_mmcli_stops_the_observation(odd: Any) -> None:
    """Versions differ in what they write for what is not known; the rest is told all the same."""
    modem, location = modem_of(['lte']), location_of(tac='1141', cid='001A2B33')
    signal = signal_of(lte={'rsrp': '-90', 'rsrq': '-9', 'snr': '3'})
    for answers in (modem, location, signal):
        tables = [answers, *(each for each in answers.values() if isinstance(each, dict))]
        for table in tables:
            for name, right in list(table.items()):
                table[name] = odd
                in_words(modem)
                assert ModemChoice().among([modem]) == 0
                radio = radio_of(modem, location, signal, {})
                assert radio is None or radio['rat'] == 'LTE'
                table[name] = right
    found = radio_of(modem, location, signal, {})
    assert found is not None
    assert found['cell_id'] == 0x1A2B33
