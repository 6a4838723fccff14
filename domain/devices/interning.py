"""Equal values, each kept once: 100,000 live devices repeat the same models, network codes, signal levels and labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.cellular.radio import Radio
from domain.common.reading import OddValue
from domain.devices.facts import Facts, expressible_fact

_MOST = 50_000
_COMMON = frozenset({'os', 'hardware', 'battery', 'agent', 'security'})


@dataclass(frozen=True, slots=True)
class _Partly:
    """What is kept of a fact that could not be kept as it was said."""

    kept: Any
    odd: tuple[OddValue, ...]


class Interner:
    """What many devices have in common. It starts afresh when it has grown large: sharing is thrift, not truth."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}
        # Apart from the others: 5.0 equals 5, but a rule can distinguish them.
        self._floats: dict[float | None, float | None] = {}

    def facts(self, changed: Mapping[str, Any], before: Facts) -> tuple[dict[str, Any], tuple[OddValue, ...]]:
        """The same facts by name as far as they can be kept, the common groups shared, and what cannot (:func:`expressible_fact`).

        A fact that is as it was ``before`` once the odd values are left out has not changed.
        """
        values = self._room()
        shared: dict[str, Any] = {}
        odd: tuple[OddValue, ...] = ()
        for name, group in changed.items():
            known = values.get(group) if name in _COMMON else None
            if known is None:  # else it was looked at when it came first
                kept, wrong = expressible_fact(name, group)
                known = kept if kept is group else _Partly(kept, wrong)
                if name in _COMMON:
                    values[group] = known
            if known.__class__ is _Partly:
                odd += known.odd
                if known.kept is None or known.kept == getattr(before, name):
                    continue
                known = known.kept
            shared[name] = known
        return shared, odd

    def radio(self, radio: Radio) -> Radio:
        """The same observation; it is one of a kind, but its codes and numbers are not."""
        one, number = self._room().setdefault, self._floats.setdefault
        return Radio(
            radio.rat,
            one(radio.mcc, radio.mcc),
            one(radio.mnc, radio.mnc),
            one(radio.tac, radio.tac),
            one(radio.cell_id, radio.cell_id),
            one(radio.pci, radio.pci),
            one(radio.arfcn, radio.arfcn),
            number(radio.rsrp, radio.rsrp),
            number(radio.rsrq, radio.rsrq),
            number(radio.sinr, radio.sinr),
            radio.registration,
            radio.roaming,
        )

    def integer(self, value: int) -> int:
        """The same number."""
        return self._room().setdefault(value, value)  # type: ignore[no-any-return]

    def labels(self, labels: Mapping[str, str]) -> Mapping[str, str]:
        """The same labels."""
        return self._room().setdefault(tuple(labels.items()), labels)  # type: ignore[no-any-return]

    def _room(self) -> dict[Any, Any]:
        if len(self._values) > _MOST:
            self._values.clear()
        if len(self._floats) > _MOST:
            self._floats.clear()
        return self._values
