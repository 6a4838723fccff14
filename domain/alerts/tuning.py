"""What an enterprise can set of a rule that raises alerts, and what it has set."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.alerts.model import AlertTuning
from domain.changes.transaction import Transaction
from domain.fleet.fleet import Fleet


@dataclass(frozen=True, slots=True)
class AlertLimit:
    """A number that a rule compares with, in ``unit``, from ``least`` to ``most``.

    ``counts`` is false where it says how loud or how late an alert is, not whether there is one.
    """

    name: str
    label: str
    unit: str
    default: float
    least: float
    most: float
    hint: str = ''
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunable:
    """A rule as people know it: its ``key`` in addresses, its ``name``, what it ``watches``, and its ``limits``.

    ``has_scope`` is false where an alert is about neither a device nor a tower, ``can_be_off`` where other rules rely on it.
    """

    key: str
    name: str
    watches: str
    limits: tuple[AlertLimit, ...] = ()
    has_scope: bool = True
    can_be_off: bool = True

    def of(self, tx: Transaction, enterprise: str) -> AlertTuning:
        """What the enterprise has set, as the transaction leaves it."""
        return tx.find(AlertTuning, enterprise, id_of(enterprise, self.key)) or self.untouched(enterprise)

    def within(self, fleet: Fleet) -> AlertTuning:
        """The same in the live picture."""
        enterprise = fleet.enterprise.id
        return fleet.find(AlertTuning, id_of(enterprise, self.key)) or self.untouched(enterprise)

    def untouched(self, enterprise: str) -> AlertTuning:
        """As it is while nothing was set; its version is 0."""
        return AlertTuning(
            id=id_of(enterprise, self.key), enterprise=enterprise, rule=self.key, changed_at=0.0, version=0
        )

    def limit(self, tuning: AlertTuning, name: str) -> float:
        """The value of one limit."""
        return tuning.limits.get(name, next(one.default for one in self.limits if one.name == name))

    def limits_in(self, tuning: AlertTuning) -> Mapping[str, float]:
        """The value of each limit."""
        return {one.name: tuning.limits.get(one.name, one.default) for one in self.limits}


def id_of(enterprise: str, key: str) -> str:
    """The id of what an enterprise has set of a rule."""
    return f'{enterprise}-{key}'
