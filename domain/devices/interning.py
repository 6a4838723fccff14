"""Equal values, each kept once: 100,000 live devices repeat the same models, network codes, signal levels and labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.cellular.radio import Codes, Radio, codes_of, has_levels_in_range
from domain.cellular.reading import expressible
from domain.common.reading import OddValue
from domain.devices.facts import Facts, expressible_fact

_MOST, _MOST_CELLS = 50_000, 10_000
_MOST_REMEMBERED = 300
"""Characters in one text of what is remembered as it was said: a longer one cannot be kept, and devices choose what they say."""
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
        self._cells: dict[Codes, tuple[Codes, tuple[OddValue, ...]]] = {}
        """Codes as they were said, as they are kept, and what of them is not."""

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
                if name in _COMMON and (kept is group or _is_short(getattr(group, each) for each in group.__slots__)):
                    values[group] = known
            if known.__class__ is _Partly:
                odd += known.odd
                if known.kept is None or known.kept == getattr(before, name):
                    continue
                known = known.kept
            shared[name] = known
        return shared, odd

    def radio(self, radio: Radio) -> tuple[Radio, tuple[OddValue, ...]]:
        """The same observation as far as it can be kept, and what cannot (:func:`domain.cellular.reading.expressible`).

        It is one of a kind, but its codes and numbers are shared. Codes that were looked at are not looked at again.
        """
        said = codes_of(radio)
        if has_levels_in_range(radio):
            codes, odd = self._cells.get(said) or self._looked_at(said, radio)
        else:
            radio, odd = expressible(radio)
            codes = codes_of(radio)
        number = self._floats.setdefault
        kept = Radio(
            *codes,
            number(radio.rsrp, radio.rsrp),
            number(radio.rsrq, radio.rsrq),
            number(radio.sinr, radio.sinr),
            radio.registration,
            radio.roaming,
        )
        return kept, odd

    def _looked_at(self, said: Codes, radio: Radio) -> tuple[Codes, tuple[OddValue, ...]]:
        one = self._room().setdefault
        if len(self._cells) > _MOST_CELLS:
            self._cells.clear()
        kept, odd = expressible(radio)
        rat, mcc, mnc, tac, cell_id, pci, arfcn = codes_of(kept)
        codes = (
            rat,
            one(mcc, mcc),
            one(mnc, mnc),
            one(tac, tac),
            one(cell_id, cell_id),
            one(pci, pci),
            one(arfcn, arfcn),
        )
        found = (codes, odd)
        if not odd or _is_short(said):
            self._cells[said] = found
        return found

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


def _is_short(values: Iterable[Any]) -> bool:
    return all(len(value) <= _MOST_REMEMBERED for value in values if value.__class__ is str)
