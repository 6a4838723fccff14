"""Which tower radiates a cell, in whatever form its numbers are written."""

from collections import Counter

from domain.cellular.cells import (
    FAMILY,
    WITH_AREA,
    Family,
    Key,
    Located,
    Place,
    Wide,
    anchor_of,
    are_forms_of_one,
    cell_of,
    network_number,
    place_of,
    wide_of,
)
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import Cell, Tower

Numbers = tuple[str, int, int | None, int]


class Cells(Index):
    """Towers by cell, and the areas that they radiate in."""

    def __init__(self, fleet: Fleet) -> None:
        self._towers: dict[Key, dict[str, int | None]] = {}
        """Of each cell the towers that list it (one, unless it was stored before a cell was its identity alone), with the area."""
        self._forms: dict[Wide, set[Key]] = {}
        """The listed cells that have the numbers of one in common, whatever their form."""
        self._areas: Counter[tuple[str, int, int | None]] = Counter()
        self._numbers: Counter[Numbers] = Counter()
        self._written: Counter[tuple[str, str]] = Counter()
        self._networks: Counter[tuple[str, int]] = Counter()
        """The networks as they are written, and as numbers."""
        self._with_2g: Counter[tuple[str, int]] = Counter()
        """Those of which cells of GSM or UMTS are listed."""
        self._places: dict[Place, Counter[str]] = {}
        """The towers of each identity and area, whatever the network."""

    def moved(self, before: Tower | None, after: Tower | None) -> None:
        """Follow a tower."""
        if before is not None:
            for cell in before.cells:
                if (key := cell_of(cell)) in self._towers:
                    self._towers[key].pop(before.id, None)
                    if not self._towers[key]:
                        self._forget(key)
                self._count(cell, -1)
                if (place := place_of(cell)) is not None and place in self._places:
                    self._places[place][before.id] -= 1
                    self._places[place] += Counter()  # without those that are at nought
                    if not self._places[place]:
                        del self._places[place]
        if after is not None:
            for cell in after.cells:
                if (key := cell_of(cell)) is not None:
                    self._towers.setdefault(key, {})[after.id] = cell.tac
                    self._forms.setdefault(wide_of(key), set()).add(key)
                self._count(cell, 1)
                if (place := place_of(cell)) is not None:
                    self._places.setdefault(place, Counter())[after.id] += 1

    def _forget(self, key: Key) -> None:
        del self._towers[key]
        self._forms[wide_of(key)].discard(key)
        if not self._forms[wide_of(key)]:
            del self._forms[wide_of(key)]

    def _count(self, cell: Cell, by: int) -> None:
        network = network_number(cell.mnc)
        self._areas[cell.mcc, network, cell.tac] += by
        self._numbers[cell.mcc, network, cell.tac, cell.cell_id] += by
        self._written[cell.mcc, cell.mnc] += by
        self._networks[cell.mcc, network] += by
        self._with_2g[cell.mcc, network] += by * (FAMILY[cell.rat] in WITH_AREA)

    def tower_of(self, seen: Located | None) -> str | None:
        """The id of the tower that radiates the cell of an observation, or that of a listed cell."""
        if seen is None:
            return None
        key = cell_of(seen)
        found = self._towers.get(key) if key is not None else None
        if found is None and key is not None:
            _, found = self._in_another_form(seen, key)
        return min(found) if found else None

    def listed_as(self, seen: Located) -> Key | None:
        """The listed cell that an observation is of, in the form that the inventory has; ``None`` when none is."""
        key = cell_of(seen)
        return key if key is None or key in self._towers else self._in_another_form(seen, key)[0]

    def _in_another_form(self, seen: Located, key: Key) -> tuple[Key | None, dict[str, int | None]]:
        """The listed cell that is meant by numbers which none has as they are, and its towers."""
        if (form := self._form_of(key)) is not None:
            return form, self._towers[form]
        if (anchor := anchor_of(seen)) is None or (form := self._form_of(anchor)) is None:
            return None, {}
        # Told as NR, only the whole identity of the anchor counts: a false NR cell is free to choose its numbers.
        towers = self._towers[form].items()
        found = {tower: tac for tower, tac in towers if seen.tac is None or tac is None or tac == seen.tac}
        return (form, found) if found else (None, {})

    def _form_of(self, key: Key) -> Key | None:
        """The one listed cell that this may be. Of several none is, nor one of a network that is listed beside this one."""
        if key in self._towers:
            return key
        if (forms := self._forms.get(wide_of(key))) is None:
            return None
        _, mcc, mnc, *_ = key
        is_network = self._written[mcc, mnc] > 0
        found = [form for form in forms if are_forms_of_one(key, form) and (form[2] == mnc or not is_network)]
        return found[0] if len(found) == 1 else None

    def knows_area(self, mcc: str, mnc: str, tac: int | None) -> bool:
        """True when some tower of ours radiates in this tracking area, so that an unlisted cell there is worth a question."""
        return self._areas[mcc, network_number(mnc), tac] > 0

    def knows_numbers(self, seen: Located) -> bool:
        """True when a listed cell, of whatever technology, has these numbers."""
        if seen.mcc is None or seen.mnc is None or seen.cell_id is None:
            return False
        return self._numbers[seen.mcc, network_number(seen.mnc), seen.tac, seen.cell_id] > 0

    def copied_from(self, seen: Located) -> str | None:
        """The id of a tower that lists a cell of this identity and area, while the network is one that no tower of ours lists."""
        place = place_of(seen)
        if place is None or not self.is_foreign(seen):
            return None
        found = self._places.get(place)
        if not found and anchor_of(seen) is not None:
            found = self._places.get((Family.E_UTRAN, place[1], place[2]))
        return min(found) if found else None

    def is_foreign(self, seen: Located) -> bool:
        """True for a network that is told and that no tower of ours lists."""
        if seen.mcc is None or seen.mnc is None:
            return False
        return self._networks[seen.mcc, network_number(seen.mnc)] == 0

    def lists_2g(self, seen: Located) -> bool:
        """True when cells of GSM or UMTS are listed in that network, so that one that is not named whole may be one of them."""
        return self._with_2g[seen.mcc or '', network_number(seen.mnc or '')] > 0

    def narrowed(self, part: ScopedFleet) -> 'Cells':
        """Of the visible towers."""
        return _VisibleCells(part)


class _VisibleCells(Cells):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def tower_of(self, seen: Located | None) -> str | None:
        found = self._part.whole.index(Cells).tower_of(seen)
        return found if found is not None and self._part.sight.tower(found) else None

    def listed_as(self, seen: Located) -> Key | None:
        return self._part.whole.index(Cells).listed_as(seen) if self.tower_of(seen) is not None else None
