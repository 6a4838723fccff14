"""The cells of one tower."""

from collections import Counter

from domain.cellular.cells import FAMILY, cell_of
from domain.devices.live import state_of
from domain.devices.model import DeviceState
from domain.towers.cells import Cells
from domain.towers.live import OnTower
from domain.towers.model import Tower
from ui.live.channel import News
from ui.topics.window import ListTopic, Window


class CellsTopic(ListTopic):
    """The cells of a tower, and how many devices are on each right now."""

    kinds = (Tower, DeviceState)

    def concerned(self, news: News) -> bool:
        """True when the tower was changed or a device on it moved; one that left is no longer on it, so any move counts."""
        return self.id in news.of(Tower) or bool(news.of(DeviceState))

    def look(self) -> Window:
        """Every cell in the order it was written down."""
        tower = self.fleet[Tower].get(self.id)
        states = [state_of(self.fleet, device_id) for device_id in self.fleet.index(OnTower).devices(self.id)]
        index = self.fleet.index(Cells)
        served = Counter(index.listed_as(state.radio) for state in states if state.radio is not None)
        rows = [
            {
                'id': f'{FAMILY[cell.rat]}:{cell.key}',
                'rat': cell.rat,
                'plmn': f'{cell.mcc}-{cell.mnc}',
                'tac': '' if cell.tac is None else str(cell.tac),
                'cell': cell.key,
                'pci': cell.pci,
                'arfcn': None if cell.arfcn is None else str(cell.arfcn),
                'azimuth': cell.azimuth,
                'devices': served[cell_of(cell)],
            }
            for cell in (tower.cells if tower is not None else ())
        ]
        return Window(len(rows), len(rows), rows, {})
