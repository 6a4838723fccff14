"""How long people are not told yet that a tower fails, so that one outage is one message (Alertmanager, ``group_wait``)."""

from collections.abc import Iterator

from domain.alerts.catalogue import SITE_DOWN, TOWERS_TOGETHER
from domain.changes.transaction import Transaction
from domain.checks.flapping import START_SHARE, share_of
from domain.checks.model import CheckState, CheckStatus
from domain.towers.live import Places, places_of
from domain.towers.model import FAILING, Tower, TowerState
from domain.towers.reach import LONGEST_CYCLE_S, Below, cycle_s, has_answered


def wait_s(tx: Transaction, tower: Tower, state: TowerState) -> float:
    """How long people are not told: until what it depends on was asked (one cycle of its checks), or until its group is together."""
    together_s = max(_group_s(tx, tower), SITE_DOWN.of(tx, tower.enterprise).after_s)
    if flapping_share(tx, tower) >= START_SHARE:
        return max(together_s, LONGEST_CYCLE_S)  # that it flaps is told instead
    return max(together_s, cycle_s(_unasked(tx, tower, state.down_at or tx.now)))


def hold_s(tx: Transaction, tower: Tower, state: TowerState) -> float:
    """How long people are not told of a tower, since another one of its region or operator begins to fail: they may be one matter."""
    tuning, places = TOWERS_TOGETHER.of(tx, tower.enterprise), tx.fleet(tower.enterprise).index(Places)
    if not tuning.enabled:
        return 0.0
    since = (state.down_at or tx.now) - TOWERS_TOGETHER.limit(tuning, 'within_s')
    for place in places_of(tower):
        for id in places.towers(place):
            other = tx.find(TowerState, tower.enterprise, id) if id != tower.id else None
            if other is not None and other.status in FAILING and (other.since or 0.0) >= since:
                return TOWERS_TOGETHER.limit(tuning, 'hold_s')
    return 0.0


def _group_s(tx: Transaction, tower: Tower) -> float:
    """How long a tower on which others depend waits for them, so that it is announced with what its failure brings down."""
    if not tx.fleet(tower.enterprise).index(Below).of(tower.id):
        return 0.0
    return SITE_DOWN.limit(SITE_DOWN.of(tx, tower.enterprise), 'group_wait_s')


def part_s(tx: Transaction, tower: Tower) -> float:
    """How long people are not told of a tower that is degraded: its checks fail one after the other, and *down* is one message, not two.

    A check that was answered since another one failed for certain is waited for no longer, nor one that may not be made.
    """
    checks = checks_of(tx, tower)
    since = max((one.since or 0.0 for one in checks if one.status is CheckStatus.FAILING), default=None)
    if since is None:  # what answers with a flaw has answered
        return _group_s(tx, tower)
    asked = [one for one in checks if not (one.status is CheckStatus.PENDING and one.error)]
    unsure = any(one.status is not CheckStatus.FAILING and not has_answered([one], since) for one in asked)
    return max(_group_s(tx, tower), cycle_s((tower,)) if unsure else 0.0)


def _unasked(tx: Transaction, tower: Tower, since: float) -> Iterator[Tower]:
    """The members of those of its redundancy groups of which none has answered since then."""
    for group in tower.needs:
        members = [one for one in (tx.find(Tower, tower.enterprise, id) for id in group) if one is not None]
        if not any(has_answered(checks_of(tx, one), since) for one in members):
            yield from members


def checks_of(tx: Transaction, tower: Tower) -> list[CheckState]:
    """How those of its checks stand that were made or tried."""
    found = (tx.find(CheckState, tower.enterprise, check.id) for check in tower.checks)
    return [state for state in found if state is not None]


def flapping_share(tx: Transaction, tower: Tower) -> float:
    """How much the least steady of its checks changes, from 0 to 1."""
    return max((share_of(check.turns) for check in checks_of(tx, tower)), default=0.0)
