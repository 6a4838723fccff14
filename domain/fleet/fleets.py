"""The live pictures of all enterprises of this process."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from domain.access.enterprises import INSTALLATION, Enterprise
from domain.access.scopes import Scope
from domain.common.errors import NotFound
from domain.common.own_parts import OwnParts
from domain.common.watch import Watch
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Live, SharedIndex
from domain.fleet.scoped import ScopedFleet

MOST_PARTS = 100
S = TypeVar('S', bound=SharedIndex)


class Reader(Protocol):
    """A person or program of an enterprise whose role may be narrowed to a part of it."""

    @property
    def enterprise(self) -> str: ...

    @property
    def scope(self) -> Scope: ...


class Fleets:
    """All enterprises of this process, and what is looked up before the enterprise is known: accounts, sessions, tokens …"""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._fleets: dict[str, Fleet] = {}
        self._parts: dict[tuple[object, ...], ScopedFleet] = {}
        self.revision = 0
        """Rises with every row: what was looked up before is still so while it has not."""
        self.watch = Watch()
        """How time has passed since the picture was loaded."""
        self.own_parts = OwnParts()
        """Whether poller, notifier and database turn."""
        self.installation = Fleet(Enterprise(id=INSTALLATION, name='Installation', created_at=0.0), live)
        """What belongs to no single enterprise; it has no devices and is in no list of enterprises."""
        self._of_all = frozenset(kind.of for kind in live.kinds if kind.of_all)
        self._shared: dict[type[SharedIndex], Any] = {}
        for kind in live.kinds:
            for index in live.shared(kind):
                if index not in self._shared:
                    self._shared[index] = index(self)
        self._followers = {kind.of: [self._shared[index].moved for index in live.shared(kind)] for kind in live.kinds}

    def __iter__(self) -> Iterator[Fleet]:
        return iter(self._fleets.values())

    def of(self, enterprise: str) -> Fleet:
        """The fleet of an enterprise, or ``NotFound``."""
        try:
            return self._fleets[enterprise]
        except KeyError:
            if enterprise == INSTALLATION:
                return self.installation
            raise NotFound(f'there is no enterprise {enterprise[:40]!r}') from None

    def seen_by(self, who: Reader) -> Fleet:
        """What a person or program may see of their enterprise: its fleet, or for a narrowed role a :class:`ScopedFleet` of it."""
        fleet = self.of(who.enterprise)
        if not who.scope:
            return fleet
        key = (who.enterprise, *who.scope.key)
        part = self._parts.get(key)
        if part is None:
            if len(self._parts) >= MOST_PARTS:
                self._parts.clear()  # they are made again when they are asked for
            part = self._parts[key] = ScopedFleet(fleet, who.scope)
        return part

    def has(self, enterprise: str) -> bool:
        """True when that enterprise exists."""
        return enterprise in self._fleets

    def index(self, kind: type[S]) -> S:
        """The shared index of that class."""
        found: S = self._shared[kind]
        return found

    def apply(self, row: Any) -> None:
        """Take a committed row into the picture."""
        self.revision += 1
        kind = type(row)
        if kind is Enterprise:
            self._enterprise(row)
            return
        before, after = (self.installation if kind in self._of_all else self.of(row.enterprise)).apply(row)
        if before is not None or after is not None:
            for moved in self._followers.get(kind, ()):
                moved(before, after)

    def _enterprise(self, enterprise: Enterprise) -> None:
        fleet = self._fleets.get(enterprise.id)
        if fleet is None:
            self._fleets[enterprise.id] = Fleet(enterprise, self._live)
        else:
            fleet.enterprise = enterprise
