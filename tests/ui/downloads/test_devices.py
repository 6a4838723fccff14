"""The device list as a file."""

import csv
import io
from datetime import UTC, datetime

import pytest

from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Agent, Facts, Os
from domain.devices.listing.query import MOST
from domain.devices.model import Criticality
from domain.devices.presence import offline_after
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.ui.conftest import Console


async def test_the_file_is_of_the_view_and_of_all_its_pages(console: Console) -> None:
    for number in range(3):
        await console.application.device(f'van-{number}')
    await console.application.device('=crane')
    await console.sign_in()
    assert await _names(console, q='van') == ['van-0', 'van-1', 'van-2']
    assert "'=crane" in await _names(console)


@pytest.mark.parametrize('begin', ['=', '+', '-', '@'])
async def test_no_column_holds_a_formula_whatever_was_named_or_reported(console: Console, begin: str) -> None:
    words = f'{begin}cmd|x'
    application = console.application
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=256)
    await application.towers.add(application.actor, NewTower(name=words, cells=[cell]))
    device = await application.device(words, labels={'site': words}, criticality=Criticality.VITAL)
    reported = Facts(os=Os(name=words, version=words, patch_level=None), agent=Agent(name=words, version=words))
    await application.check_in(device.id, facts=reported, radio=Radio(Rat.LTE, '204', '08', 4417, 256, rsrp=-90))
    await console.sign_in()
    (row,) = await _rows(console)
    assert {name for name, cell in row.items() if cell == f"'{words}"} == {
        'name', 'tower', 'os', 'os_version', 'agent_version',
    }  # fmt: skip
    assert row['rsrp_dbm'] == '-90', 'a number stays one'
    assert row['criticality'] == 'vital'
    assert not [name for name, cell in row.items() if cell.startswith(begin) and name != 'rsrp_dbm']


async def test_a_file_longer_than_a_page_of_the_list_is_whole(console: Console) -> None:
    for number in range(MOST + 3):
        await console.application.device(f'van-{number}')
    await console.sign_in()
    assert len(set(await _names(console))) == MOST + 3


async def test_what_is_said_of_a_device_that_is_offline_has_the_moment_of_its_last_word(console: Console) -> None:
    device = await console.application.device()
    await console.application.check_in(device.id)
    await console.sign_in()
    assert [row['compliance_as_of'] for row in await _rows(console)] == ['']
    heard = datetime.fromtimestamp(console.application.clock(), UTC)
    console.application.clock.tick(offline_after(device.interval_s) + 1)
    await console.application.presence.expire()
    (row,) = await _rows(console)
    assert datetime.fromisoformat(row['compliance_as_of']).replace(microsecond=0) == heard.replace(microsecond=0)


async def test_a_view_that_does_not_exist_is_refused_in_plain_words(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/ui/devices.csv', params={'presence': 'asleep'})
    assert (answer.status_code, answer.json()['title']) == (422, 'Invalid value')


async def _names(console: Console, **query: str) -> list[str]:
    return [row['name'] for row in await _rows(console, **query)]


async def _rows(console: Console, **query: str) -> list[dict[str, str]]:
    answer = await console.client.get('/ui/devices.csv', params=query)
    return list(csv.DictReader(io.StringIO(answer.content.decode('utf-8-sig'))))
