"""Maintenance windows in the live picture. They are the whole enterprise's."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.maintenance.covering import LabelWorks
from domain.maintenance.model import MaintenanceWindow

KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=MaintenanceWindow,
        name='maintenance_window',
        has_ended=lambda window: window.retired_at is not None,
        indexes=(LabelWorks,),
    ),
)
