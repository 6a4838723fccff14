"""Looking ahead finds what looking at every window each second finds."""

from dataclasses import replace
from math import inf
from random import Random

import pytest

from domain.changes.transactor import Changed
from domain.maintenance.ahead import LOOK_AGAIN_S, Ahead
from domain.maintenance.model import MaintenanceWindow


def window(id: str, starts: float, until: float | None = None, version: int = 1) -> MaintenanceWindow:
    """One that begins then, told by its name."""
    return MaintenanceWindow(
        id=id, enterprise='E', name=str(starts), zone='UTC', starts_on='2027-01-15T10:00', length_min=1, created_at=0,
        changed_at=0, until=until, version=version,
    )  # fmt: skip


class Counted:
    """How often the moments of windows are asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, row: MaintenanceWindow, now: float) -> float:
        self.asked += 1
        return row.until if row.until is not None else float(row.name)


@pytest.mark.parametrize('seed', range(20))
def test_it_finds_the_same_at_the_same_second(seed: int) -> None:
    chance, moment_of = Random(seed), Counted()
    rows = {str(n): window(str(n), chance.randrange(1, 400)) for n in range(8)}
    ahead = Ahead(moment_of)
    for now in range(500):
        if chance.random() < 0.05:  # a person changes one
            id = chance.choice(sorted(rows))
            until = float(now + chance.randrange(1, 50)) if chance.random() < 0.5 else None
            starts = float(now + chance.randrange(1, 90))
            rows[id] = replace(rows[id], name=str(starts), until=until, version=rows[id].version + 1)
            ahead.moved(Changed('E', {MaintenanceWindow: {id}}))
        slow = {row.id for row in rows.values() if (row.until or float(row.name)) <= now}
        found = {row.id for row in ahead.due(rows.values(), now)} if ahead.is_due(now) else set()
        assert found == slow
        for id in found:  # it begins or ends
            rows[id] = replace(rows[id], name='inf', until=None, version=rows[id].version + 1)
            ahead.moved(Changed('E', {MaintenanceWindow: {id}}))


def test_nothing_is_asked_while_nothing_is_due() -> None:
    moment_of = Counted()
    ahead, rows = Ahead(moment_of), [window(str(n), inf) for n in range(500)]
    for now in range(int(LOOK_AGAIN_S)):
        if ahead.is_due(now):
            ahead.due(rows, now)
    assert moment_of.asked == 500


def test_a_clock_that_is_set_back_has_everything_looked_at() -> None:
    ahead = Ahead(Counted())
    ahead.due([window('a', 10_000)], 9_000)
    assert not ahead.is_due(9_001)
    assert ahead.is_due(100)
