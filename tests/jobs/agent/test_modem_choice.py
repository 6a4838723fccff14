"""Several modems in one machine: the one that carries the data speaks for the device, in whatever order they are listed."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from jobs.agent.modem import Modem
from jobs.agent.modem_choice import MOST_SILENT, ModemChoice, default_route, in_words
from jobs.agent.options import AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.agent.conftest import Console, running, script, until
from tests.jobs.agent.test_modem import PATH, SIM, answer, lte_answers, modem_of

Json = dict[str, Any]
ONE, TWO = '490154203237518', '356938035643809'
ROUTES = (
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n'
    'eth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\n'
    'wwan1\t00000000\t0102A8C0\t0003\t0\t0\t700\t00000000\n'
    'wwan0\t00000000\t0102A8C0\t0003\t0\t0\t800\t00000000\n'
)


def modem(imei: str, state: str, port: str = '', operator: str = '20408') -> Json:
    made = modem_of(['lte'], state=state, ports=['cdc-wdm0 (qmi)', f'{port} (net)'] if port else [])
    made['3gpp'] |= {'imei': imei, 'operator-code': operator}
    return made


def chosen(choice: ModemChoice, *modems: Json) -> set[str]:
    """The IMEI of the one that is chosen, over all orders in which they may be listed."""
    found = set()
    for order in itertools.permutations(modems):
        at = choice.among(list(order))
        assert at is not None
        found.add(order[at]['3gpp']['imei'])
    return found


def test_the_default_route_decides_then_connected_then_the_one_used_last(tmp_path: Path) -> None:
    (tmp_path / 'proc/net').mkdir(parents=True)
    (tmp_path / 'proc/net/route').write_text(ROUTES)
    routed = ModemChoice(root=tmp_path)
    assert default_route(tmp_path) == 'wwan1'
    assert chosen(routed, modem(ONE, 'connected', 'wwan0'), modem(TWO, 'registered', 'wwan1')) == {TWO}
    nowhere = tmp_path / 'nowhere'
    assert chosen(ModemChoice(root=nowhere), modem(ONE, 'registered'), modem(TWO, 'connected')) == {TWO}
    assert chosen(ModemChoice(root=nowhere), modem(ONE, 'searching'), modem(TWO, 'registered')) == {TWO}
    assert chosen(ModemChoice(root=nowhere), modem(ONE, 'connected'), modem(TWO, 'connected')) == {TWO}, (
        'the lower IMEI'
    )
    staying = ModemChoice(root=nowhere)
    assert chosen(staying, modem(ONE, 'connected')) == {ONE}
    assert chosen(staying, modem(ONE, 'searching'), modem(TWO, 'registered')) == {ONE}, (
        'until the other one is connected'
    )
    assert chosen(staying, modem(ONE, 'searching'), modem(TWO, 'connected')) == {TWO}
    assert ModemChoice(root=nowhere).among([]) is None


def test_another_modem_is_not_taken_for_one_that_gives_no_answer_for_a_moment(tmp_path: Path) -> None:
    choice = ModemChoice(root=tmp_path)
    one, two = modem(ONE, 'connected'), modem(TWO, 'registered', 'wwan1')
    assert choice.among([one, two]) == 0
    for _ in range(2):
        assert [choice.among([two], silent=1) for _ in range(MOST_SILENT)] == [None] * MOST_SILENT
        assert choice.among([one, two]) == 0
    assert choice.among([two]) == 0, 'the one used last is not listed: it was taken out'
    kept = ModemChoice(root=tmp_path)
    assert kept.among([one]) == 0
    assert [kept.among([two], silent=1) for _ in range(MOST_SILENT + 1)] == [None] * MOST_SILENT + [0], 'it is broken'


def test_a_modem_with_the_default_route_is_taken_at_once(tmp_path: Path) -> None:
    choice = ModemChoice(root=tmp_path)
    assert choice.among([modem(ONE, 'connected')]) == 0
    (tmp_path / 'proc/net').mkdir(parents=True)
    (tmp_path / 'proc/net/route').write_text(ROUTES)
    assert choice.among([modem(TWO, 'registered', 'wwan1')], silent=1) == 0


async def test_a_modem_that_does_not_say_for_a_moment_where_it_is_has_not_left_its_cell(no_modem: Path) -> None:
    answers = lte_answers()
    no_cells = {**answers, 'cells': {}}
    answer(no_modem, **no_cells)
    seen = Modem()
    known, radio = await seen.observe()
    assert known
    assert radio is not None
    assert radio['cell_id'] == 0x1A2B33
    del no_cells['location']
    answer(no_modem, **no_cells)
    assert [await seen.observe() for _ in range(MOST_SILENT)] == [(False, None)] * MOST_SILENT
    known, radio = await seen.observe()
    assert known
    assert 'cell_id' not in (radio or {}), 'it says no more where it is'
    assert (await Modem().observe())[0], 'one that never said it is not waited for'


def test_the_one_used_last_is_known_after_a_restart(tmp_path: Path) -> None:
    kept, nowhere = tmp_path / 'modem', tmp_path / 'nowhere'
    assert chosen(ModemChoice(kept, nowhere), modem(ONE, 'registered')) == {ONE}
    assert kept.read_text() == f'{ONE}\n'
    assert chosen(ModemChoice(kept, nowhere), modem(ONE, 'registered'), modem(TWO, 'registered')) == {ONE}


def test_a_machine_with_ipv6_alone_has_a_default_route_too(tmp_path: Path) -> None:
    (tmp_path / 'proc/net').mkdir(parents=True)
    zeros = '0' * 32
    (tmp_path / 'proc/net/ipv6_route').write_text(
        f'{zeros} 00 {zeros} 00 fe8000000000000000000000000000ff 00000400 00000001 00000000 00000003    wwan0\n'
        f'{zeros} 00 {zeros} 00 {zeros} ffffffff 00000001 00000000 00200200       lo\n'
    )
    assert default_route(tmp_path) == 'wwan0'


def test_another_modem_is_told_in_words() -> None:
    assert in_words(modem(TWO, 'registered', operator='20416')) == f'{TWO}: registered, 204-16, lte'
    assert in_words({}) == 'a modem: '


async def test_readings_do_not_flip_between_two_modems(console: Console, options: AgentOptions, no_modem: Path) -> None:
    other = PATH.replace('/0', '/1')
    answers = lte_answers()
    answer(no_modem, **answers)
    mmcli = (no_modem / 'mmcli').read_text()
    (no_modem / 'second.json').write_text(json.dumps({'modem': modem(TWO, 'registered', operator='20416')}))
    for order in ([PATH, other], [other, PATH], [other, PATH]):
        (no_modem / 'list.json').write_text(json.dumps({'modem-list': order}))
        case = f'case "$*" in\n"-J -m {other}") cat {no_modem}/second.json ;;'
        script(no_modem / 'mmcli', mmcli.partition('\n')[2].replace('case "$*" in', case, 1))
        await run_agent(options)
    assert {checkin['radio']['mnc'] for checkin in console.checkins} == {'08'}
    assert console.enrolments[0]['identifiers']['imei'] == ONE
    for checkin in console.checkins:
        assert checkin['facts']['custom']['other_modems'] == f'{TWO}: registered, 204-16, lte'


async def test_a_sim_travels_when_it_changes_and_when_it_is_taken_out(
    no_modem: Path, console: Console, options: AgentOptions
) -> None:
    answer(no_modem, **lte_answers())
    for _ in range(2):
        await run_agent(options)
    first = {'iccid': '8931086416018044112', 'imsi': '204080123456789', 'msisdn': '+31612345678'}
    told = {**first, 'imei': ONE}
    assert [checkin.get('identifiers') for checkin in console.checkins] == [told, told], 'once for each start'
    seen = Modem()
    assert (await seen.observe())[0]
    assert (seen.sim, seen.imei) == (first, ONE)
    (no_modem / 'sim.json').write_text(
        json.dumps({'sim': {'properties': {'iccid': '8931086416018066012', 'imsi': '204080123456780'}}})
    )
    await seen.observe()
    assert seen.sim == first | {'iccid': '8931086416018066012', 'imsi': '204080123456780'}
    gone = modem_of(['lte'])
    gone['generic'] |= {'sim': '--', 'state': 'failed', 'state-failed-reason': 'sim-missing', 'own-numbers': []}
    (no_modem / 'modem.json').write_text(json.dumps({'modem': gone}))
    await seen.observe()
    assert seen.sim == dict.fromkeys(first)
    locked = modem_of(['lte'])
    locked['generic'] |= {'sim': SIM, 'state': 'locked', 'own-numbers': []}
    (no_modem / 'modem.json').write_text(json.dumps({'modem': locked}))
    (no_modem / 'sim.json').write_text('error')
    await seen.observe()
    assert seen.sim is None, 'not known is not taken out'


async def test_a_sim_that_a_dropped_check_in_told_of_is_told_again(
    no_modem: Path, console: Console, options: AgentOptions
) -> None:
    answer(no_modem, **lte_answers())
    console.interval_s = 1
    await run_agent(options)
    console.portal = lambda: web.Response(status=503)
    async with running(replace(options, once=False, keep=1)):
        await until(lambda: (no_modem / 'calls').read_text().count('-L') >= 5)
        console.portal = None
        # the one that waits when the server is back may have been made before the other was dropped
        await until(lambda: any('identifiers' in one for one in console.checkins[1:]))
