"""The list of unknown cells, and its file."""

from tests.ui.api.unknown_cells.test_routes import strange
from tests.ui.conftest import Console


async def test_the_list_and_its_file_have_the_cell(console: Console) -> None:
    await strange(console.application)
    await console.sign_in()
    answer = await console.client.get('/cells')
    assert 'LTE 204-08-4417-0x29A' in answer.text
    file = await console.client.get('/ui/lists/unknown_cells.csv', params={'columns': 'name:strong,score:number'})
    assert 'LTE 204-08-4417-0x29A,60' in file.text
    none = await console.client.get(
        '/ui/lists/unknown_cells.csv', params={'columns': 'name:strong', 'standing': 'trusted'}
    )
    assert '204-08' not in none.text
