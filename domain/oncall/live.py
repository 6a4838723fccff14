"""Teams, rotations, policies, routes, contacts and calls in the live picture. They are the whole enterprise's."""

from collections.abc import Iterable
from typing import Any

from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Index, Kind, SharedIndex
from domain.oncall.limits import ContactLimits
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, EscalationState, Rotation, Team


class Escalations(Index):
    """Calls by alert, and those that wait for their next step."""

    def __init__(self, fleet: Fleet) -> None:
        self._of: dict[str, dict[str, Escalation]] = {}
        self._calling: dict[str, Escalation] = {}

    def moved(self, before: Escalation | None, after: Escalation | None) -> None:
        """Follow a call."""
        if after is not None:
            self._of.setdefault(after.alert, {})[after.id] = after
        elif before is not None:
            known = self._of[before.alert]
            del known[before.id]
            if not known:
                del self._of[before.alert]
        if after is not None and after.state is EscalationState.CALLING:
            self._calling[after.id] = after
        elif before is not None:
            self._calling.pop(before.id, None)

    def of(self, alert: str) -> Iterable[Escalation]:
        """Those of an alert."""
        return tuple(self._of.get(alert, {}).values())

    def calling(self) -> Iterable[Escalation]:
        """Those that go on by the clock."""
        return tuple(self._calling.values())


class CalendarFeeds(SharedIndex):
    """Rotations by the digest of the secret in the address of their calendar, before the enterprise is known."""

    def __init__(self, fleets: Fleets) -> None:
        self._rotations: dict[str, Rotation] = {}

    def moved(self, before: Rotation | None, after: Rotation | None) -> None:
        """Follow a rotation."""
        if before is not None and before.feed_digest:
            self._rotations.pop(before.feed_digest, None)
        if after is not None and after.feed_digest:
            self._rotations[after.feed_digest] = after

    def of(self, digest: str) -> Rotation | None:
        """The rotation with this digest (hex SHA-256)."""
        return self._rotations.get(digest)


def _is_retired(row: Any) -> bool:
    return row.retired_at is not None


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=Team, name='team', has_ended=_is_retired),
    Kind(of=Rotation, name='rotation', has_ended=_is_retired, shared=(CalendarFeeds,)),
    Kind(of=EscalationPolicy, name='escalation_policy', has_ended=_is_retired),
    Kind(of=AlertRoute, name='alert_route', has_ended=_is_retired),
    Kind(of=Contact),
    Kind(of=ContactLimits),
    Kind(of=Escalation, has_ended=lambda one: one.ended_at is not None, indexes=(Escalations,)),
)
