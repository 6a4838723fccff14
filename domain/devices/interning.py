"""Equal values, each kept once: 100,000 live devices repeat the same models, network codes, signal levels and labels."""

from collections.abc import Mapping
from typing import Any

from domain.cellular.radio import Radio
from domain.devices.facts import check_fact

_MOST = 50_000
_COMMON = frozenset({'os', 'hardware', 'battery', 'agent', 'security'})


class Interner:
    """What many devices have in common. It starts afresh when it has grown large: sharing is thrift, not truth."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}
        # Apart from the others: 5.0 equals 5, but a rule can distinguish them.
        self._floats: dict[float | None, float | None] = {}

    def facts(self, changed: dict[str, Any]) -> dict[str, Any]:
        """The same facts by name, the common groups shared. Raises ``Invalid`` for a fact that :func:`check_fact` refuses."""
        values = self._room()
        shared = {}
        for name, group in changed.items():
            known = values.get(group) if name in _COMMON else None
            if known is None:  # else it was looked at when it came first
                check_fact(name, group)
                known = group
                if name in _COMMON:
                    values[group] = group
            shared[name] = known
        return shared

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
