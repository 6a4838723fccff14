"""The table of every kind that the store keeps, one line a noun."""

from typing import Any

from persistence import (
    accounts,
    alert_rules,
    alerts,
    channels,
    desks,
    devices,
    enforcement,
    enrolment,
    incidents,
    maintenance,
    measurements,
    oncall,
    own_rules,
    people,
    policies,
    sign_in,
    status_page,
    tokens,
    towers,
    triage,
    unknown_cells,
)
from persistence.engine.interning import Interner
from persistence.engine.rows import Table


def tables(pool: Interner, lines: str) -> dict[type, Table[Any]]:
    """The table of every kind in ``domain.kinds.KINDS``; ``lines`` is the database's :attr:`persistence.engine.writer.Writer.lines`."""
    every: tuple[Table[Any], ...] = (
        *accounts.TABLES,
        *people.TABLES,
        *sign_in.TABLES,
        *tokens.TABLES,
        *desks.TABLES,
        *towers.TABLES,
        *devices.tables(pool, lines),
        *unknown_cells.TABLES,
        *enrolment.TABLES,
        *policies.TABLES,
        *enforcement.TABLES,
        *alerts.TABLES,
        *alert_rules.TABLES,
        *channels.TABLES,
        *triage.TABLES,
        *oncall.TABLES,
        *own_rules.TABLES,
        *incidents.TABLES,
        *maintenance.TABLES,
        *measurements.TABLES,
        *status_page.TABLES,
    )
    return {table.kind: table for table in every}
