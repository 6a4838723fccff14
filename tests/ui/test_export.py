"""The device list as a file."""

import csv
import io

import pytest

from domain.listing import MOST
from tests.ui.conftest import Console
from ui.export import harmless


@pytest.mark.parametrize('text', ['=1+1', '+31', '-2', '@x', '\tx', '\rx'])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


async def test_the_file_is_of_the_view_and_of_all_its_pages(console: Console) -> None:
    for number in range(3):
        await console.home.device(f'van-{number}')
    await console.home.device('=crane')
    await console.sign_in()
    assert await _names(console, q='van') == ['van-0', 'van-1', 'van-2']
    assert "'=crane" in await _names(console)


async def test_a_file_longer_than_a_page_of_the_list_is_whole(console: Console) -> None:
    for number in range(MOST + 3):
        await console.home.device(f'van-{number}')
    await console.sign_in()
    assert len(set(await _names(console))) == MOST + 3


async def test_a_view_that_does_not_exist_is_refused_in_plain_words(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/ui/devices.csv', params={'presence': 'asleep'})
    assert answer.status_code == 400
    assert answer.text.startswith('Invalid value')


async def _names(console: Console, **query: str) -> list[str]:
    answer = await console.client.get('/ui/devices.csv', params=query)
    return [row['name'] for row in csv.DictReader(io.StringIO(answer.content.decode('utf-8-sig')))]
