"""What a fleet answers about what may be shown of it: everything.

Whoever shows something of a fleet to somebody takes it from :meth:`domain.fleet.fleets.Fleets.seen_by`: for somebody whose role is narrowed
that is a :class:`domain.fleet.scoped.ScopedFleet`, which is read in the same way and answers these otherwise.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from domain.access.scopes import EVERYWHERE, Scope
from domain.devices.listing.columns import DeviceColumns
from domain.journal.model import Entry

Row = TypeVar('Row')


class Whole:
    """Nothing is left out and nothing is narrowed."""

    rows: DeviceColumns
    scope: Scope = EVERYWHERE
    """The part of the enterprise that is shown here."""

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows are devices that are shown here."""
        return self.rows.alive

    def shows(self, kind: str, id: str) -> bool:
        """True when a ``device``, ``tower`` or ``policy`` may be shown here, in what is told of the past too."""
        return True

    def shown(self, row: Row) -> Row | None:
        """A row, open or closed, as it may be shown here; ``None`` for one that may not."""
        return row

    def told(self, entry: Entry) -> Entry | None:
        """A journal entry as it may be told here; ``None`` for one that may not."""
        return entry
