"""The list of devices: its columns follow what the fleet says."""

from domain.devices.model import Criticality
from tests.ui.conftest import Console


async def test_the_criticality_has_a_column_once_a_device_is_not_a_normal_one(console: Console) -> None:
    await console.application.device('crane-117')
    await console.sign_in()
    assert 'Criticality' not in await _heads(console)
    await console.application.device('pump', criticality=Criticality.VITAL)
    assert 'Criticality' in await _heads(console)


async def _heads(console: Console) -> list[str]:
    await console.user.open('/devices')
    (table,) = console.user.find(marker='devices').elements
    return [column.get('label', '') for column in table.props['columns']]
