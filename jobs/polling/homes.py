"""At which addresses the names of checks are at home: where a check was well. What a resolver says later may be wrong.

A hotel's portal, a hijacked resolver or a filter answers every name with addresses of its own, and behind these stands what is no site.
"""

from collections.abc import Callable

MOST_HOSTS = 50_000
MOST_ADDRESSES = 64
"""Of one name: names of large hosters lead to a few of many addresses, others each time."""
TRUSTED_AFTER_S = 3600.0
"""For so long a well answer at one address for many names may be that of a portal; then they have moved."""


class Homes:
    """Remembers, by host, where it was well. ``steady`` is a monotonic clock in seconds."""

    def __init__(self, *, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._homes: dict[str, frozenset[str]] = {}
        self._away_since: dict[str, float] = {}

    def of(self, host: str) -> frozenset[str]:
        """Every address at which it was well lately; none for a name that never was since the process began."""
        return self._homes.get(host, frozenset())

    def settle(self, host: str, addresses: frozenset[str]) -> None:
        """It is well at these addresses."""
        self._away_since.pop(host, None)
        home = self._homes.get(host)
        if home is not None and addresses <= home:
            return
        if home is None and len(self._homes) >= MOST_HOSTS:
            self._homes.pop(next(iter(self._homes)))
        all_known = addresses | (home or frozenset())
        self._homes[host] = all_known if len(all_known) <= MOST_ADDRESSES else addresses

    def is_away(self, host: str, addresses: frozenset[str]) -> bool:
        """True when the name leads to none of the addresses at which it was well."""
        home = self._homes.get(host)
        if not addresses or not home or addresses & home:
            self._away_since.pop(host, None)
            return False
        self._away_since.setdefault(host, self._steady())
        return True

    def has_left(self, host: str) -> bool:
        """True while it was away when it was last asked for."""
        return host in self._away_since

    def away_s(self, host: str) -> float:
        """For how long it has been so, in seconds."""
        return self._steady() - self._away_since.get(host, self._steady())
